"""What happens in one room of this process, as plain numbers: counting must cost nothing where every frame passes.

Once a second they are added to the metrics of the room's size class. Sizes, not rooms, are labels: their number is
bounded, and a large room behaves like other large ones.
"""

import contextlib
import time
from typing import Final, NamedTuple

from prometheus_client import Counter

from nightmarket.modules.rooms.realtime.metrics import (
    ROOM_FRAMES_IN,
    ROOM_FRAMES_OUT,
    ROOM_JOINS,
    ROOM_LOSSY_DROPPED,
    ROOM_PUBLISH_SECONDS,
    ROOM_RETURNS,
    ROOM_SLOW_CLOSES,
)

SIZES: Final = ((100, "small"), (1000, "medium"))
LARGE: Final = "large"
ALL_SIZES: Final = (*(name for _, name in SIZES), LARGE)

_AT: Final = b'"at":'
_AT_DIGITS: Final = 13
_MOST_LATENCIES: Final = 1000
_COUNTED: Final[tuple[tuple[str, Counter, tuple[str, ...]], ...]] = (
    ("joins", ROOM_JOINS, ()),
    ("frames_in", ROOM_FRAMES_IN, ()),
    ("frames_out", ROOM_FRAMES_OUT, ()),
    ("replaced", ROOM_LOSSY_DROPPED, ("replaced",)),
    ("missed", ROOM_LOSSY_DROPPED, ("behind",)),
    ("slow_closes", ROOM_SLOW_CLOSES, ()),
    ("replays", ROOM_RETURNS, ("replayed",)),
    ("resyncs", ROOM_RETURNS, ("resync",)),
)


def size_of(sockets: int) -> str:
    """The class of a room with so many sockets in this process."""
    return next((name for up_to, name in SIZES if sockets <= up_to), LARGE)


class Totals(NamedTuple):
    """Counts at a moment, for rates between two of them."""

    at: float
    frames_in: int
    frames_out: int


class Meter:
    """Counts of one room since it was opened here."""

    __slots__ = (
        "_latencies",
        "_told",
        "frames_in",
        "frames_out",
        "joins",
        "missed",
        "paused",
        "replaced",
        "replays",
        "resyncs",
        "slow_closes",
    )

    def __init__(self) -> None:
        self.joins = 0
        self.frames_in = 0
        self.frames_out = 0
        """Frames times sockets they were written to."""
        self.replaced = 0
        """Lossy frames that a newer one overtook before they were sent."""
        self.missed = 0
        """Lossy frames that sockets which had fallen behind were not given."""
        self.paused = 0
        """Sockets that are behind at the moment."""
        self.slow_closes = 0
        self.replays = 0
        self.resyncs = 0
        self._told = dict.fromkeys((name for name, _, _ in _COUNTED), 0)
        self._latencies: list[float] = []

    def flushed(self, frames: list[bytes], numbered: int, sockets: int) -> None:
        """These frames, the first so many of them numbered, go to so many sockets.

        How long the oldest has been on its way is told by the clocks of its maker and of this host.
        """
        self.frames_out += len(frames) * sockets
        self.missed += (len(frames) - numbered) * self.paused
        if numbered and len(self._latencies) < _MOST_LATENCIES:
            start = frames[0].find(_AT) + len(_AT)
            with contextlib.suppress(ValueError):
                self._latencies.append(time.time() - int(frames[0][start : start + _AT_DIGITS]) / 1000)

    def totals(self) -> Totals:
        """For rates."""
        return Totals(time.monotonic(), self.frames_in, self.frames_out)

    def tell(self, sockets: int) -> None:
        """Add what is new to the metrics of the room's class."""
        size = size_of(sockets)
        for name, counter, kind in _COUNTED:
            new = getattr(self, name) - self._told[name]
            if new:
                counter.labels(size, *kind).inc(new)
                self._told[name] += new
        if self._latencies:
            histogram = ROOM_PUBLISH_SECONDS.labels(size)
            for seconds in self._latencies:
                histogram.observe(max(0.0, seconds))
            self._latencies.clear()
