"""Whether a room hears of the world: what it tells its viewers about that, and whom it could only serve for now."""

from nightmarket.modules.rooms.realtime.frames import encode_frame
from nightmarket.modules.rooms.realtime.kinds.show import RoomHealth
from nightmarket.modules.rooms.realtime.log import Position
from nightmarket.modules.rooms.realtime.viewer import Viewer


class Health:
    """Well from the start; `frame` stays empty until something was wrong."""

    __slots__ = ("_is_returning", "for_now", "frame", "is_live", "lost_at")

    def __init__(self) -> None:
        self.is_live = True
        self.frame: bytes | None = None
        """What newcomers are told of it."""
        self.for_now: set[Viewer] = set()
        """Those who were given the room as the backend knows it, and must be given it anew."""
        self.lost_at = Position("", 0)
        """Where the room was before the outage."""
        self._is_returning = False

    def lose(self, position: Position, at: int) -> None:
        """The bus has gone."""
        if self.is_live:
            self.lost_at = position
        self.is_live = self._is_returning = False
        self.frame = encode_frame(RoomHealth(live=False), at=at)

    def come_back(self) -> None:
        """The bus is there again; what was missed is being read."""
        self._is_returning = True

    def is_whole(self, at: int) -> bool:
        """What was missed has been read: whether that ends an outage."""
        if self.is_live or not self._is_returning:
            return False
        self.is_live = True
        self.frame = encode_frame(RoomHealth(live=True), at=at)
        return True

    def take_for_now(self) -> set[Viewer]:
        """Those who must be served anew, once."""
        waiting, self.for_now = self.for_now, set()
        return waiting
