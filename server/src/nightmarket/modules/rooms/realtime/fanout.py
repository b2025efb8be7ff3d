"""Fan-out of one room in one process: a message is framed once and the same bytes go to every socket.

Frames that arrive in one turn of the loop, or within the flush interval under load, travel in one message. A viewer
whose socket is full leaves the list until it drains, so nobody waits for the slowest phone.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from picows import WSMsgType

from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM, message_of
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.metrics import DELIVERIES, FLUSH_SECONDS

SendFramed = Callable[[WSMsgType, bytearray, int], None]


class Receiver(Protocol):
    """A socket that can take a framed message."""

    @property
    def send_framed(self) -> SendFramed: ...


class Fanout:
    """Receivers of one room, and the frames that wait for the next flush."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: RealtimeLimits) -> None:
        self._loop = loop
        self._interval = limits.flush_interval_seconds
        self._per_message = limits.frames_per_message
        self._receivers: set[Receiver] = set()
        self._senders: list[SendFramed] | None = []
        self._pending: list[bytes] = []
        self._latest: dict[str, bytes] = {}
        self._last_seq = 0
        self._flushed_at = 0.0
        self._timer: asyncio.Handle | None = None
        self._is_soon = False
        self.sent_seq = 0
        """Number of the last frame that every receiver has been given."""

    def __len__(self) -> int:
        return len(self._receivers)

    def add(self, receiver: Receiver) -> None:
        """From the next flush on."""
        self._receivers.add(receiver)
        self._senders = None

    def discard(self, receiver: Receiver) -> None:
        """No further message, not even the rest of the one being sent."""
        self._receivers.discard(receiver)
        self._senders = None

    def restart(self, seq: int) -> None:
        """Numbers begin anew; what waits belongs to the past."""
        self._pending.clear()
        self._last_seq = self.sent_seq = seq

    def put_now(self, frame: bytes, seq: int) -> None:
        """A kept frame: flushed at the end of this turn of the loop, with everything that waits."""
        self._pending.append(frame)
        self._last_seq = seq
        self._schedule_soon()

    def put_gathered(self, frame: bytes, seq: int) -> None:
        """Chat: at once in a quiet room, at most one message per interval in a loud one."""
        self._pending.append(frame)
        self._last_seq = seq
        self._schedule_gathered()

    def put_latest(self, key: str, frame: bytes) -> None:
        """A lossy frame: replaces one with the same key that has not been sent yet."""
        self._latest[key] = frame
        self._schedule_gathered()

    def flush(self) -> None:
        """Send what waits, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_soon = False
        if not self._pending and not self._latest:
            return
        frames = [*self._pending, *self._latest.values()]
        self._pending.clear()
        self._latest.clear()
        self.sent_seq = self._last_seq
        started = time.perf_counter()
        for first in range(0, len(frames), self._per_message):
            self._send(message_of(frames[first : first + self._per_message]))
        self._flushed_at = time.monotonic()
        FLUSH_SECONDS.observe(time.perf_counter() - started)

    def _send(self, message: bytearray) -> None:
        senders = self._senders
        if senders is None:
            senders = self._senders = [receiver.send_framed for receiver in self._receivers]
        text = WSMsgType.TEXT
        for send in senders:
            send(text, message, SENDER_ROOM)
        DELIVERIES.inc(len(senders))

    def _schedule_soon(self) -> None:
        if self._is_soon:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._is_soon = True
        self._timer = self._loop.call_soon(self.flush)

    def _schedule_gathered(self) -> None:
        if self._timer is not None:
            return
        wait = self._flushed_at + self._interval - time.monotonic()
        if wait <= 0:
            self._schedule_soon()
        else:
            self._timer = self._loop.call_later(wait, self.flush)
