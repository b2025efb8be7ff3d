"""How often and how much the same: counted per person and per room, over all sockets, and over all processes.

Every chat frame on the bus names its author and the fingerprint of its text. So a process that sees what was said
elsewhere counts it as if it had been said here, and nobody gains by spreading over several edges.
"""

import time
from collections import deque
from hashlib import blake2b
from typing import Final, NamedTuple

from nightmarket.modules.rooms.realtime.safety.words import bare

_PEOPLE: Final = 5000
_TEXTS: Final = 2000
_SAYS_LITTLE: Final = 8
"""A laugh or a heart may be said more often."""


class Said(NamedTuple):
    """What the bus tells about a message beside its bytes: who said it, through which edge, and what it resembles."""

    edge: str
    user: str
    fingerprint: str

    @property
    def key(self) -> str:
        """As it stands on the delivery line."""
        return f"{self.edge}~{self.user}~{self.fingerprint}"

    @classmethod
    def read(cls, key: str) -> "Said | None":
        """None for what an edge did not say."""
        parts = key.split("~")
        return cls(*parts) if len(parts) == 3 else None


def fingerprint_of(text: str) -> str:
    """The same for texts that read the same: width, case, spacing and stretched letters do not matter."""
    letters = bare(text)
    return blake2b(letters.encode(), digest_size=6).hexdigest() if letters else ""


class Pace:
    """Token buckets by name: `burst` at once and `rate` per second after that. Forgets who was quiet longest."""

    __slots__ = ("_burst", "_levels", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._levels: dict[str, tuple[float, float]] = {}

    def wait(self, who: str) -> float:
        """0 when there is room for one more, otherwise the seconds until there will be."""
        return max(0.0, (1.0 - self._level(who)) / self._rate)

    def note(self, who: str) -> None:
        """One more. What was said elsewhere counts even when there was no room for it."""
        level = max(self._level(who) - 1.0, -self._burst)
        self._levels.pop(who, None)
        self._levels[who] = (level, time.monotonic())
        if len(self._levels) > _PEOPLE:
            del self._levels[next(iter(self._levels))]

    def _level(self, who: str) -> float:
        known = self._levels.get(who)
        if known is None:
            return self._burst
        level, seen = known
        return min(self._burst, level + (time.monotonic() - seen) * self._rate)


class Repeats:
    """Who lately said the same: one person again and again, or many at once."""

    __slots__ = ("_limits", "_texts")

    def __init__(self, limits: "RepeatLimits") -> None:
        self._limits = limits
        self._texts: dict[str, deque[tuple[float, str]]] = {}

    def is_repeat(self, user: str, fingerprint: str, weight: int) -> bool:
        """Whether this would be once too often."""
        limits, now = self._limits, time.monotonic()
        lately = [(at, who) for at, who in self._texts.get(fingerprint, ()) if at > now - limits.seconds]
        patience = limits.by_one if weight >= _SAYS_LITTLE else limits.by_one * 2
        if sum(who == user for _, who in lately) >= patience:
            return True
        if weight < limits.long_text:
            return False  # "hello" and "555" are said by everybody at once
        crowd = {who for at, who in lately if at > now - limits.crowd_seconds} - {user}
        return len(crowd) >= limits.by_many

    def note(self, user: str, fingerprint: str) -> None:
        """This was said."""
        if not fingerprint:
            return
        said = self._texts.pop(fingerprint, None) or deque(maxlen=64)
        said.append((time.monotonic(), user))
        self._texts[fingerprint] = said
        if len(self._texts) > _TEXTS:
            del self._texts[next(iter(self._texts))]


class RepeatLimits(NamedTuple):
    """When the same text is one too many."""

    by_one: int
    seconds: float
    by_many: int
    crowd_seconds: float
    long_text: int
