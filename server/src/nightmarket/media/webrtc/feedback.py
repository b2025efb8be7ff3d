"""What we tell a publisher about what arrived: losses, rates, arrival times, wishes."""

import struct
from dataclasses import dataclass

from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
)

from nightmarket.media.webrtc.reorder import Reorder
from nightmarket.media.webrtc.rtp import Unwrapper

OUR_SSRC = 1
TRANSPORT_FEEDBACK = 0x8F, 205
REFERENCE_SECONDS, DELTA_SECONDS = 0.064, 0.000_25
MAX_REPORTED = 400
SYMBOLS_PER_CHUNK = 7
NOT_RECEIVED, SMALL_DELTA, LARGE_DELTA = 0, 1, 2


def wish_for_key(media_ssrc: int) -> bytes:
    """Asks for a picture that stands alone."""
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=OUR_SSRC, media_ssrc=media_ssrc))


def wish_for(media_ssrc: int, sequences: list[int]) -> bytes:
    """Asks for lost packets again."""
    return bytes(RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=OUR_SSRC, media_ssrc=media_ssrc, lost=sequences))


@dataclass(slots=True)
class Receipts:
    """Counts one source for receiver reports."""

    ssrc: int
    order: Reorder
    last_ntp: int = 0
    last_at: float = 0.0
    _received: int = 0
    _lost: int = 0

    def sender_report(self, ntp: int, now: float) -> None:
        """Remembers what the sender measures round trips by."""
        self.last_ntp, self.last_at = (ntp >> 16) & 0xFFFFFFFF, now

    def fraction(self) -> float:
        """The share lost since the last time."""
        received, lost = self.order.received_count - self._received, self.order.lost_count - self._lost
        self._received, self._lost = self.order.received_count, self.order.lost_count
        return lost / (received + lost) if received + lost else 0.0

    def report(self, fraction: float, now: float) -> RtcpReceiverInfo:
        """A block of a receiver report."""
        delay = int((now - self.last_at) * 65_536) & 0xFFFFFFFF if self.last_ntp else 0
        return RtcpReceiverInfo(
            ssrc=self.ssrc,
            fraction_lost=min(int(fraction * 256), 255),
            packets_lost=min(self.order.lost_count, (1 << 23) - 1),
            highest_sequence=self.order.highest,
            jitter=0,
            lsr=self.last_ntp,
            dlsr=delay,
        )


def receiver_report(blocks: list[RtcpReceiverInfo]) -> bytes:
    """A whole receiver report."""
    return bytes(RtcpRrPacket(ssrc=OUR_SSRC, reports=blocks))


class Arrivals:
    """Arrival times of all packets of a connection: browsers choose their bitrate by them."""

    def __init__(self) -> None:
        self._unwrap = Unwrapper(16)
        self._times: dict[int, float] = {}
        self._reported = -1
        self._count = 0

    def note(self, sequence: int, now: float) -> None:
        """A packet with this transport-wide number has come."""
        number = self._unwrap.unwrap(sequence)
        if number > self._reported:
            self._times[number] = now

    def report(self, media_ssrc: int) -> bytes | None:
        """Feedback on everything since the last report."""
        if not self._times:
            return None
        base, newest = min(self._times), max(self._times)
        if self._reported >= 0 and newest - self._reported <= MAX_REPORTED:
            base = self._reported + 1
        base = max(base, newest - MAX_REPORTED + 1)
        times, self._times = self._times, {}
        self._reported = newest
        first = min(times[number] for number in times if number >= base)
        reference = int(first / REFERENCE_SECONDS)
        symbols, deltas = _deltas([times.get(number) for number in range(base, newest + 1)], reference)
        self._count = (self._count + 1) & 0xFF
        head = struct.pack(">IIHH", OUR_SSRC, media_ssrc, base & 0xFFFF, len(symbols))
        head += (reference & 0xFFFFFF).to_bytes(3, "big") + bytes([self._count])
        return _with_header(head + _chunks(symbols) + deltas)


def _deltas(times: list[float | None], reference: int) -> tuple[list[int], bytes]:
    last = round(reference * REFERENCE_SECONDS / DELTA_SECONDS)
    symbols, out = [], b""
    for time in times:
        if time is None:
            symbols.append(NOT_RECEIVED)
            continue
        at = round(time / DELTA_SECONDS)
        delta = max(-32_768, min(at - last, 32_767))
        last += delta
        if 0 <= delta <= 255:
            symbols.append(SMALL_DELTA)
            out += bytes([delta])
        else:
            symbols.append(LARGE_DELTA)
            out += struct.pack(">h", delta)
    return symbols, out


def _chunks(symbols: list[int]) -> bytes:
    out = b""
    for start in range(0, len(symbols), SYMBOLS_PER_CHUNK):
        chunk = 0xC000
        for index, symbol in enumerate(symbols[start : start + SYMBOLS_PER_CHUNK]):
            chunk |= symbol << (12 - 2 * index)
        out += struct.pack(">H", chunk)
    return out


def _with_header(body: bytes) -> bytes:
    first, kind = TRANSPORT_FEEDBACK
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes([padding])
        first |= 0x20
    return struct.pack(">BBH", first, kind, len(body) // 4) + body
