"""Somebody who keeps order in a room, and the trail they leave."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotAllowed, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller, UserCard, users_by_id
from nightmarket.modules.rooms.models import ChatMessageRow, ModerationEntry
from nightmarket.modules.rooms.policy import ADMIN, may_moderate, may_restrict
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.service.enter_room import visit
from nightmarket.modules.shops.public import role_of


@dataclass(frozen=True, slots=True)
class Moderator:
    """Somebody who may keep order in this room; nothing below asks again whether they may."""

    ctx: Context
    stream_id: str
    shop_id: str
    user_id: str
    name: str
    role: str

    @property
    def shown_role(self) -> str:
        """The badge beside their name: administrators of the platform come as moderators."""
        return "moderator" if self.role == ADMIN else self.role

    @property
    def say(self) -> RoomPublisher:
        """Tells the room."""
        return RoomPublisher(self.ctx.redis, self.ctx.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a moderator does, for the trail."""

    action: str
    subject: UserCard | None = None
    message: ChatMessageRow | None = None
    detail: dict[str, Any] | None = None


async def moderator_of(ctx: Context, stream_id: str, caller: Caller) -> Moderator:
    """The caller as a moderator of the room; NotAllowed when they are not one."""
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
        role = await role_of(session, visitor.stream.shop_id, caller.id)
    if caller.is_admin:
        role = ADMIN
    if role is None or not may_moderate(role):
        raise NotAllowed
    return Moderator(ctx, stream_id, visitor.stream.shop_id, caller.id, caller.display_name, role)


async def subject_of(session: AsyncSession, moderator: Moderator, user_id: str) -> UserCard:
    """The person a moderator wants to restrict, if they may: nobody restricts themselves, or those above them."""
    found = (await users_by_id(session, [user_id])).get(user_id)
    if found is None:
        raise NotFound
    role = await role_of(session, moderator.shop_id, user_id)
    if user_id == moderator.user_id or not may_restrict(moderator.role, role):
        raise NotAllowed("This person of the shop cannot be muted or banned by you.")
    return found


async def note(unit: Unit, moderator: Moderator, act: Act) -> None:
    """Leave a trace in the same transaction: what happened without one did not happen."""
    message = act.message
    author = None if message is None else UserCard(message.user_id, message.user_name)
    subject = act.subject or author
    await unit.add(
        ModerationEntry(
            id=new_id("mod"),
            stream_id=moderator.stream_id,
            shop_id=moderator.shop_id,
            action=act.action,
            by_id=moderator.user_id,
            by_name=moderator.name,
            subject_id=None if subject is None else subject.id,
            subject_name=None if subject is None else subject.display_name,
            message_id=None if message is None else message.id,
            message_text=None if message is None else message.text,
            detail=act.detail or {},
            at=unit.now,
        )
    )
