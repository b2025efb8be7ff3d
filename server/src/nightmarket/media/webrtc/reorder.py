"""Puts packets of one source back in order and knows which are missing."""

from nightmarket.media.webrtc.rtp import Packet, Unwrapper

CAPACITY = 1024
ASK_AGAIN_SECONDS = 0.05
MAX_ASKS = 6
MAX_ASKED_AT_ONCE = 64


class Reorder:
    """In order as they come: nothing waits unless something is missing, and then only so long."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience = patience_seconds
        self._unwrap = Unwrapper(16)
        self._next: int | None = None
        self._newest = -1
        self._held: dict[int, Packet] = {}
        self._missing: dict[int, list[float]] = {}
        """Sequence number: when first missed, when last asked for, how often."""
        self.received_count = 0
        self.lost_count = 0
        self.duplicate_count = 0

    def add(self, packet: Packet, now: float) -> list[Packet | None]:
        """What can be used now, in order; None stands for a hole that will not be filled."""
        sequence = self._unwrap.unwrap(packet.sequence)
        if self._next is None or sequence > self._next + CAPACITY:
            return self._begin(sequence, packet)
        if sequence < self._next or sequence in self._held:
            self.duplicate_count += 1
            return []
        self.received_count += 1
        for between in range(max(self._newest + 1, self._next), sequence):
            self._missing[between] = [now, 0.0, 0]
        self._newest = max(self._newest, sequence)
        self._missing.pop(sequence, None)
        self._held[sequence] = packet
        return self._ready(now)

    def wanted(self, now: float) -> list[int]:
        """Sequence numbers to ask for now."""
        asked = []
        for sequence, state in self._missing.items():
            if state[2] < MAX_ASKS and now - state[1] >= ASK_AGAIN_SECONDS:
                state[1], state[2] = now, state[2] + 1
                asked.append(sequence & 0xFFFF)
                if len(asked) >= MAX_ASKED_AT_ONCE:
                    break
        return asked

    @property
    def highest(self) -> int:
        """Extended highest sequence number, for reports."""
        return max(self._newest, 0) & 0xFFFFFFFF

    def _begin(self, sequence: int, packet: Packet) -> list[Packet | None]:
        hole: list[Packet | None] = [] if self._next is None else [None]
        self.received_count += 1
        self._held.clear()
        self._missing.clear()
        self._newest = sequence
        self._next = sequence + 1
        return [*hole, packet]

    def _ready(self, now: float) -> list[Packet | None]:
        out: list[Packet | None] = []
        position = self._next or 0
        while self._held:
            packet = self._held.pop(position, None)
            if packet is not None:
                out.append(packet)
                position += 1
                continue
            missed = self._missing.get(position)
            if missed is not None and now - missed[0] < self._patience:
                break
            self._missing.pop(position, None)
            self.lost_count += 1
            if not out or out[-1] is not None:
                out.append(None)
            position += 1
        self._next = position
        return out
