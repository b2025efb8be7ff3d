"""What happens in one room of this process, as plain numbers: counting must cost nothing where every frame passes.

Once a second they are added to the metrics of the room's size class. Sizes, not rooms, are labels: their number is
bounded, and a large room behaves like other large ones.
"""

import time
from typing import Final, NamedTuple

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
_COUNTED: Final = (
    ("joins", lambda size: ROOM_JOINS.labels(size)),
    ("frames_in", lambda size: ROOM_FRAMES_IN.labels(size)),
    ("frames_out", lambda size: ROOM_FRAMES_OUT.labels(size)),
    ("replaced", lambda size: ROOM_LOSSY_DROPPED.labels(size, "replaced")),
    ("missed", lambda size: ROOM_LOSSY_DROPPED.labels(size, "behind")),
    ("slow_closes", lambda size: ROOM_SLOW_CLOSES.labels(size)),
    ("replays", lambda size: ROOM_RETURNS.labels(size, "replayed")),
    ("resyncs", lambda size: ROOM_RETURNS.labels(size, "resync")),
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
        self._told = dict.fromkeys((name for name, _ in _COUNTED), 0)
        self._latencies: list[float] = []

    def flushed(self, frames: int, lossy: int, sockets: int) -> None:
        """So many frames, of which so many lossy, go to so many sockets."""
        self.frames_out += frames * sockets
        self.missed += lossy * self.paused

    def published(self, frame: bytes) -> None:
        """The oldest frame of a flush: how long it has been on its way, by the clocks of its maker and of this host."""
        start = frame.find(_AT) + len(_AT)
        try:
            self._latencies.append(time.time() - int(frame[start : start + _AT_DIGITS]) / 1000)
        except ValueError:
            return

    def totals(self) -> Totals:
        """For rates."""
        return Totals(time.monotonic(), self.frames_in, self.frames_out)

    def tell(self, sockets: int) -> None:
        """Add what is new to the metrics of the room's class."""
        size = size_of(sockets)
        for name, counter in _COUNTED:
            new = getattr(self, name) - self._told[name]
            if new:
                counter(size).inc(new)
                self._told[name] += new
        if self._latencies:
            histogram = ROOM_PUBLISH_SECONDS.labels(size)
            for seconds in self._latencies:
                histogram.observe(max(0.0, seconds))
            self._latencies.clear()
