"""What modules above may do with rooms: say something in one, and ask who may not enter."""

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.moderation_repository import banned_among
from nightmarket.modules.rooms.realtime.kinds.audience import Sold
from nightmarket.modules.rooms.realtime.kinds.base import Money
from nightmarket.modules.rooms.realtime.kinds.buyer import Cart, CartBox, ClaimResult, OrderUpdated
from nightmarket.modules.rooms.realtime.kinds.goods import RepairChanged
from nightmarket.modules.rooms.realtime.presence import viewer_counts
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.repository import Turn, turns_among
from nightmarket.modules.rooms.service.room_backend import InProcessBackend

__all__ = [
    "Cart",
    "CartBox",
    "ClaimResult",
    "InProcessBackend",
    "Money",
    "OrderUpdated",
    "RepairChanged",
    "RoomPublisher",
    "Sold",
    "Turn",
    "banned_among",
    "is_banned",
    "publisher",
    "turns_among",
    "viewer_counts",
]


async def is_banned(session: AsyncSession, ctx: Context, stream_id: str, user_id: str) -> bool:
    """Whether this user was shown the door of a show."""
    return await repository.is_banned(session, stream_id, user_id, now=ctx.clock())


def publisher(ctx: Context) -> RoomPublisher:
    """Says things in rooms: `await publisher(ctx).publish(stream_id, Sold(...))`."""
    return RoomPublisher(ctx.redis, ctx.clock)
