"""What modules above may do with rooms: say something in one."""

from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.realtime.presence import viewer_counts
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.service.room_backend import InProcessBackend

__all__ = ["InProcessBackend", "RoomPublisher", "publisher", "viewer_counts"]


def publisher(ctx: Context) -> RoomPublisher:
    """Says things in rooms: `await publisher(ctx).publish(stream_id, "sold", {...})`."""
    return RoomPublisher(ctx.redis, ctx.clock)
