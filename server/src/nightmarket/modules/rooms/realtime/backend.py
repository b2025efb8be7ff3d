"""What a room asks of the features behind it. The edge knows no database; this is the only way to the truth."""

from typing import Any, NamedTuple, Protocol

from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.kinds.replies import QueueAnswer, SpotlightAnswer
from nightmarket.modules.rooms.realtime.tickets import Ticket


class Standing(NamedTuple):
    """Since when somebody follows the shop (Unix seconds); None: they do not."""

    followed_at: int | None


class RoomBackend(Protocol):
    """The api side of a room. Refusals are raised as `Problem`; anything else means "not now"."""

    async def snapshot(self, room: str) -> dict[str, Any] | None:
        """State of the room: `epoch seq state pinned items chat` and `moderation`; None when there is no such room.

        `epoch` and `seq` are read before the rest, so that later frames only repeat what is in the snapshot already.
        """

    async def comment(self, room: str, viewer: Ticket, message_id: str, text: str) -> ClaimResult | None:
        """A signed-in viewer's chat message, which may be an order. The result is for its author alone."""

    async def standing(self, room: str, viewer: Ticket) -> Standing:
        """How somebody stands to the shop now: their ticket may be older than their following."""

    async def spotlight(
        self, room: str, viewer: Ticket, item_id: str | None, media_time: float | None
    ) -> SpotlightAnswer:
        """The host shows an item, or none."""

    async def queue(self, room: str, viewer: Ticket, item_id: str | None, *, leave: bool) -> QueueAnswer:
        """Join or leave the line; returns the place in it."""
