"""The people of one room in this process: who is here, each once, and what the other processes know of it.

An account counts once however many sockets it has, on whatever devices. A device without an account counts, too, unless
somebody signed in watches on it: then the two are one person.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from nightmarket.modules.rooms.realtime.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Census:
    """Who is here, at one moment."""

    users: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    """Devices of those who are signed in."""
    anonymous: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()
    """Those who take a place in a room with a limit."""

    @property
    def people(self) -> frozenset[str]:
        """Everybody, each once."""
        return self.users | self.anonymous


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody with an account who has come in."""

    user: str
    name: str
    show_activity: bool


@dataclass(slots=True)
class Audience:
    """Counts sockets by person as they come and go."""

    count_seconds: float
    """The number of viewers is told no more often than this."""
    count: int = 0
    """Viewers in all processes, as last heard."""
    told: Census | None = None
    """What the other processes have been told; None: state it anew."""
    is_stale: bool = True
    """Whether somebody has come or gone since."""
    is_limited: bool = False
    """Whether the room holds only so many."""
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    """People who have come in since the others were told."""
    _users: dict[str, int] = field(default_factory=dict)
    _devices: dict[str, int] = field(default_factory=dict)
    _anonymous: dict[str, int] = field(default_factory=dict)
    _guests: dict[str, int] = field(default_factory=dict)
    _doubles: int = 0
    """Devices that are here with an account and without; asked for with every newcomer, so it is not looked up then."""
    _count_frame: bytes | None = None
    _count_told_at: float = float("-inf")

    def come(self, ticket: Ticket, *, is_return: bool) -> None:
        """One more socket. Who returns, or is here on another one, has not just come in."""
        self.is_stale = True
        if ticket.user is not None:
            if not (is_return or ticket.is_staff or ticket.user in self._users):
                self.arrivals[ticket.user] = Arrival(ticket.user, ticket.name, ticket.show_activity)
            _more(self._users, ticket.user)
        alike, others = self._sockets(ticket)
        if ticket.device not in alike and ticket.device in others:
            self._doubles += 1
        _more(alike, ticket.device)
        if ticket.takes_place:
            _more(self._guests, ticket.identity)

    def go(self, ticket: Ticket) -> None:
        """One socket less."""
        self.is_stale = True
        if ticket.user is not None:
            _less(self._users, ticket.user)
        alike, others = self._sockets(ticket)
        _less(alike, ticket.device)
        if ticket.device not in alike and ticket.device in others:
            self._doubles -= 1
        if ticket.takes_place:
            _less(self._guests, ticket.identity)

    def _sockets(self, ticket: Ticket) -> tuple[dict[str, int], dict[str, int]]:
        """Sockets by device: of those who are signed in or not, like this one, and of the others."""
        by_device = self._devices, self._anonymous
        return by_device if ticket.user is not None else by_device[::-1]

    def census(self) -> Census:
        """Who is here now."""
        devices = frozenset(self._devices)
        same = devices & self._anonymous.keys()
        return Census(
            users=frozenset(self._users),
            devices=devices,
            anonymous=frozenset(self._anonymous.keys() - same),
            guests=frozenset(self._guests.keys() - same),
        )

    @property
    def at_least(self) -> int:
        """Viewers in all processes as far as is known, before they have been counted."""
        return max(self.count, len(self._users) + len(self._anonymous) - self._doubles)

    def restate(self) -> None:
        """The others may have forgotten."""
        self.told, self.is_stale = None, True

    def hear_count(self, frame: bytes) -> None:
        """All viewers have been counted."""
        self.count = msgspec.json.decode(frame)["d"]["count"]
        self._count_frame = frame

    def tell_count(self, put: Callable[[str, bytes], None]) -> None:
        """Have the number of viewers told, when there is a new one and the last was a while ago."""
        now = time.monotonic()
        if self._count_frame is not None and now - self._count_told_at >= self.count_seconds:
            put("viewer-count:", self._count_frame)
            self._count_frame, self._count_told_at = None, now


def _more(sockets: dict[str, int], key: str) -> None:
    # A Counter runs Python code for each key it does not know, and in a rush nearly all are new.
    sockets[key] = sockets.get(key, 0) + 1


def _less(sockets: dict[str, int], key: str) -> None:
    left = sockets.get(key, 0) - 1
    if left > 0:
        sockets[key] = left
    else:
        sockets.pop(key, None)
