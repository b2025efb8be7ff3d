"""A moderator keeps order: what is decided is stored first, then everybody in the room learns of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotAllowed, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller, users_by_id
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.models import RestrictionKind, RoomRestriction
from nightmarket.modules.rooms.realtime.kinds.chat import Announcement, ChatDeleted, MessagePinned
from nightmarket.modules.rooms.realtime.kinds.rules import Muted, SlowMode
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.service.archive_chat import archive_room
from nightmarket.modules.rooms.service.enter_room import visit
from nightmarket.modules.rooms.service.read_chat import stored_message
from nightmarket.modules.shops.public import role_of

MODERATORS: Final = frozenset({"owner", "host", "moderator"})


@dataclass(frozen=True, slots=True)
class Moderator:
    """Somebody who may keep order in this room; nothing below asks again."""

    ctx: Context
    stream_id: str
    shop_id: str
    user_id: str

    @property
    def say(self) -> RoomPublisher:
        """Tells the room."""
        return RoomPublisher(self.ctx.redis, self.ctx.clock)


async def moderator_of(ctx: Context, stream_id: str, caller: Caller) -> Moderator:
    """The caller as a moderator of the room; NotAllowed when they are not one."""
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
    if visitor.role not in MODERATORS:
        raise NotAllowed
    return Moderator(ctx, stream_id, visitor.stream.shop_id, caller.id)


async def delete_message(moderator: Moderator, message_id: str) -> None:
    """Take a message out of the chat, for everybody and for good. Deleting twice is fine."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    await archive_room(ctx, stream_id)

    async def delete(unit: Unit) -> bool:
        await repository.unpin_message(unit, stream_id, message_id)
        return await repository.delete_message(unit, stream_id, message_id, by=moderator.user_id)

    if await ctx.transact(delete):
        await moderator.say.publish(stream_id, ChatDeleted(id=message_id))
        return
    async with ctx.reader() as session:
        if message_id not in await repository.deleted_among(session, [message_id]):
            raise NotFound


async def pin_message(moderator: Moderator, message_id: str | None) -> None:
    """Hold a message above the chat, or none."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    message = None
    if message_id is not None:
        await archive_room(ctx, stream_id)
        async with ctx.reader() as session:
            row = await repository.message(session, stream_id, message_id)
        if row is None:
            raise NotFound
        message = stored_message(row)
    await ctx.transact(lambda unit: repository.set_pinned_message(unit, stream_id, message_id))
    await moderator.say.publish(stream_id, MessagePinned(message))


async def set_slow_mode(moderator: Moderator, seconds: int) -> None:
    """One message per person and `seconds`; 0 ends it."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    await ctx.transact(lambda unit: repository.set_slow_mode(unit, stream_id, seconds))
    await moderator.say.control(stream_id, "slow-mode", {"seconds": seconds})
    await moderator.say.publish(stream_id, SlowMode(seconds))


async def announce(moderator: Moderator, text: str) -> None:
    """Words of the shop to everybody in the room."""
    await moderator.say.publish(moderator.stream_id, Announcement(new_id("ann"), text))


async def mute(moderator: Moderator, user_id: str, *, seconds: int | None) -> None:
    """Somebody may read and order, but not write."""
    row = await _restrict(moderator, "mute", user_id, seconds)
    until = None if row.until is None else int(row.until.timestamp())
    await moderator.say.control(moderator.stream_id, "mute", {"user": user_id, "until": until})
    await moderator.say.publish(moderator.stream_id, Muted(muted=True, until=until), to_user=user_id)


async def unmute(moderator: Moderator, user_id: str) -> None:
    """Somebody may write again."""
    await _lift(moderator, "mute", user_id)
    await moderator.say.control(moderator.stream_id, "unmute", {"user": user_id})
    await moderator.say.publish(moderator.stream_id, Muted(muted=False), to_user=user_id)


async def ban(moderator: Moderator, user_id: str, *, seconds: int | None) -> None:
    """Somebody must leave and cannot come back."""
    await _restrict(moderator, "ban", user_id, seconds)
    await moderator.say.control(moderator.stream_id, "ban", {"identities": [user_id]})


async def unban(moderator: Moderator, user_id: str) -> None:
    """Somebody may come back."""
    await _lift(moderator, "ban", user_id)
    await moderator.say.control(moderator.stream_id, "unban", {"identities": [user_id]})


async def _restrict(moderator: Moderator, kind: RestrictionKind, user_id: str, seconds: int | None) -> RoomRestriction:
    async with moderator.ctx.reader() as session:
        await _check_subject(session, moderator, user_id)

    async def restrict(unit: Unit) -> RoomRestriction:
        row = RoomRestriction(
            stream_id=moderator.stream_id,
            kind=kind,
            user_id=user_id,
            until=None if seconds is None else unit.now + timedelta(seconds=seconds),
            set_by=moderator.user_id,
            set_at=unit.now,
        )
        await repository.restrict(unit, row)
        return row

    return await moderator.ctx.transact(restrict)


async def _lift(moderator: Moderator, kind: RestrictionKind, user_id: str) -> None:
    await moderator.ctx.transact(lambda unit: repository.lift(unit, moderator.stream_id, kind, user_id))


async def _check_subject(session: AsyncSession, moderator: Moderator, user_id: str) -> None:
    if not await users_by_id(session, [user_id]):
        raise NotFound
    if await role_of(session, moderator.shop_id, user_id) in MODERATORS:
        raise NotAllowed("Staff of the shop cannot be muted or banned.")
