"""Fan-out of one room in one process: a message is framed once and the same bytes go to every socket.

Frames that arrive in one turn of the loop, or within the flush interval under load, travel in one message. A big room
is served in slices, one per turn of the loop, so that other rooms, new viewers and pings do not wait for it; what
arrives meanwhile gathers. A viewer whose socket is full leaves the list until it drains, so nobody waits for the
slowest phone.

Always true here: messages reach a receiver in the order in which they left, each once, and only those that left while
it was on the list. A receiver with a descriptor leaves the list before anything waits in its transport and before its
socket is closed; that is why finished frames may be written to the socket itself, which touches the least memory.
"""

import asyncio
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from picows import WSMsgType

from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM, message_of, wire_of
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.meter import Meter
from nightmarket.modules.rooms.realtime.metrics import DELIVERIES, FLUSH_SECONDS
from nightmarket.modules.rooms.realtime.send_each import send_each

SendFramed = Callable[[WSMsgType, bytearray, int], None]


class Receiver(Protocol):
    """A socket that can take a framed message."""

    @property
    def send_framed(self) -> SendFramed: ...

    @property
    def descriptor(self) -> int:
        """Of the socket, when WebSocket frames may be written to it as they are; otherwise -1."""

    def send_rest(self, rest: bytes) -> None:
        """What the socket did not take of a frame; it is full now."""


class _Roster:
    """Who was on the list at some moment, in the order of sending: first those that are written to directly."""

    __slots__ = ("_places", "descriptors", "receivers", "senders")

    def __init__(self, receivers: Iterable[Receiver]) -> None:
        everybody = list(receivers)
        direct = [receiver for receiver in everybody if receiver.descriptor >= 0]
        others = [receiver for receiver in everybody if receiver.descriptor < 0]
        self.receivers = direct + others
        self.descriptors = array("i", [receiver.descriptor for receiver in direct])
        self.senders = [receiver.send_framed for receiver in others]
        self._places: dict[Receiver, int] | None = None

    def __len__(self) -> int:
        return len(self.receivers)

    def place_of(self, receiver: Receiver) -> int:
        """Its place, or -1. Only asked while a message is on its way, so the index is made when needed."""
        if self._places is None:
            self._places = {one: place for place, one in enumerate(self.receivers)}
        return self._places.get(receiver, -1)


class _Message:
    """A message on its way to a roster."""

    __slots__ = ("_framed", "_gone", "_next", "_roster", "_wire", "seq_before")

    def __init__(self, framed: bytearray, roster: _Roster, seq_before: int) -> None:
        self._framed = framed
        self._wire = wire_of(framed)
        self._roster = roster
        self._next = 0
        self._gone: set[int] = set()
        self.seq_before = seq_before
        """Last number that whoever waits for this message has been given."""

    def send(self, at_most: int) -> int:
        """To the next so many receivers; how many it were."""
        first = self._next
        # Set before sending: a socket that is full leaves the list in the middle of this, and has been given it.
        self._next = last = min(first + at_most, len(self._roster))
        direct = len(self._roster.descriptors)
        if first < direct:
            self._write(first, min(last, direct))
        if last > direct:
            self._pass_on(max(first, direct), last)
        DELIVERIES.inc(last - first)
        return last - first

    def _write(self, first: int, last: int) -> None:
        descriptors = self._roster.descriptors
        if not self._gone:
            for place, done in send_each(descriptors[first:last], self._wire):
                self._leave_to_transport(first + place, done)
            return
        places = [place for place in range(first, last) if place not in self._gone]
        for index, done in send_each(array("i", [descriptors[place] for place in places]), self._wire):
            self._leave_to_transport(places[index], done)

    def _leave_to_transport(self, place: int, done: int) -> None:
        receiver = self._roster.receivers[place]
        if done:
            receiver.send_rest(self._wire[done:])
        else:
            receiver.send_framed(WSMsgType.TEXT, self._framed, SENDER_ROOM)

    def _pass_on(self, first: int, last: int) -> None:
        direct = len(self._roster.descriptors)
        chosen = self._roster.senders[first - direct : last - direct]
        if self._gone:
            chosen = [send for place, send in enumerate(chosen, first) if place not in self._gone]
        text, framed = WSMsgType.TEXT, self._framed
        for send in chosen:
            send(text, framed, SENDER_ROOM)

    @property
    def is_sent(self) -> bool:
        return self._next == len(self._roster)

    def withhold(self, receiver: Receiver) -> bool:
        """Do not send it to this one; False when it has it already or was never meant to."""
        place = self._roster.place_of(receiver)
        if place < self._next or place in self._gone:
            return False
        self._gone.add(place)
        return True


class Fanout:
    """Receivers of one room, and the frames that wait for the next flush."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: RealtimeLimits) -> None:
        self._loop = loop
        self._interval = limits.flush_interval_seconds
        self._enough = limits.flush_frames
        self._per_message = limits.frames_per_message
        self._slice = limits.flush_slice
        self.meter = Meter()
        self._receivers: dict[Receiver, None] = {}
        self._roster: _Roster | None = None
        self._pending: list[bytes] = []
        self._latest: dict[str, bytes] = {}
        self._last_seq = 0
        self._under_way: deque[_Message] = deque()
        self._started_at = 0.0
        self._paid_until = 0.0
        self._timer: asyncio.Handle | None = None
        self._is_soon = False
        self.sent_seq = 0
        """Number of the last frame that every receiver has been given, or is being given at the moment."""

    def __len__(self) -> int:
        return len(self._receivers)

    def __contains__(self, receiver: Receiver) -> bool:
        return receiver in self._receivers

    def add(self, receiver: Receiver) -> None:
        """From the next flush on."""
        self._receivers[receiver] = None
        self._roster = None

    def discard(self, receiver: Receiver) -> int:
        """No further message, not even one that is on its way; the last number this receiver has been given."""
        given = self.sent_seq
        for message in reversed(self._under_way):
            if message.withhold(receiver):
                given = message.seq_before
        if receiver in self._receivers:
            del self._receivers[receiver]
            self._roster = None
        return given

    def restart(self, seq: int) -> None:
        """Numbers begin anew; what waits belongs to the past. Nobody may stay on the list over this."""
        self._pending.clear()
        self._last_seq = self.sent_seq = seq

    def put_now(self, frame: bytes, seq: int) -> None:
        """A kept frame: flushed at the end of this turn of the loop, with everything that waits."""
        self._pending.append(frame)
        self._last_seq = seq
        self._schedule_soon()

    def put_gathered(self, frame: bytes, seq: int) -> None:
        """Chat: at once in a quiet room, gathered for an interval in a loud one, or until there is enough to say."""
        self._pending.append(frame)
        self._last_seq = seq
        if len(self._pending) >= self._enough:
            self._schedule_soon()
        else:
            self._schedule_gathered()

    def put_latest(self, key: str, frame: bytes) -> None:
        """A lossy frame: replaces one with the same key that has not been sent yet."""
        self.meter.replaced += key in self._latest
        self._latest[key] = frame
        self._schedule_gathered()

    def withdraw(self, key: str) -> None:
        """A lossy frame that waits is out of date by what comes next."""
        self._latest.pop(key, None)

    def flush(self) -> None:
        """Put what waits on its way now, behind what is on its way already."""
        self._unschedule()
        if not self._pending and not self._latest:
            return
        frames = [*self._pending, *self._latest.values()]
        first_seq, numbered = self._last_seq - len(self._pending), len(self._pending)
        self.meter.flushed(frames, numbered, len(self._receivers))
        self._pending.clear()
        self._latest.clear()
        self.sent_seq = self._last_seq
        if self._roster is None:
            self._roster = _Roster(self._receivers)
        is_first = not self._under_way
        for first in range(0, len(frames), self._per_message):
            framed = message_of(frames[first : first + self._per_message])
            self._under_way.append(_Message(framed, self._roster, first_seq + min(first, numbered)))
        if is_first:
            self._started_at = time.monotonic()
            self._go_on()

    def _go_on(self) -> None:
        """Serve one slice; the next one comes after everything else that is ready to run."""
        left, under_way = self._slice, self._under_way
        while under_way and left > 0:
            left -= under_way[0].send(left)
            if under_way[0].is_sent:
                under_way.popleft()
        if under_way:
            self._loop.call_soon(self._go_on)
            return
        self._pay()
        if self._is_soon:
            self._is_soon = False
            self._schedule_soon()
        elif self._pending or self._latest:
            self._schedule_gathered()

    def _pay(self) -> None:
        """Every flush costs an interval and the time it took. A quiet room has one in hand: two may follow closely."""
        now = time.monotonic()
        took = now - self._started_at
        FLUSH_SECONDS.observe(took)
        self._paid_until = min(max(self._paid_until, now) + self._interval + took, now + 2 * self._interval + took)

    def _schedule_soon(self) -> None:
        if self._is_soon:
            return
        self._unschedule()
        self._is_soon = True
        if not self._under_way:
            self._timer = self._loop.call_soon(self.flush)

    def _schedule_gathered(self) -> None:
        if self._timer is not None or self._under_way:
            return
        wait = self._paid_until - self._interval - time.monotonic()
        if wait <= 0:
            self._schedule_soon()
        else:
            self._timer = self._loop.call_later(wait, self.flush)

    def _unschedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_soon = False
