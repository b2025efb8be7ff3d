"""Who may enter a room, as whom, and the ticket that says so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.identity.public import Caller, users_by_id
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.errors import RoomBanned
from nightmarket.modules.rooms.policy import may_moderate
from nightmarket.modules.rooms.realtime.acquaintance import Acquaintance
from nightmarket.modules.rooms.realtime.tickets import GUEST_ROLES, Ticket, TicketSigner
from nightmarket.modules.rooms.service import admit_visitor
from nightmarket.modules.shops.public import followed_since, role_of
from nightmarket.modules.streams.public import ENDED, StreamView, stream_view

TICKET_SECONDS: Final = 600

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A show and what the caller is in its room."""

    stream: StreamView
    role: str

    @property
    def is_guest(self) -> bool:
        """Whether this is not one of the shop's own people."""
        return self.role in GUEST_ROLES


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A signed ticket and how long it is good."""

    text: str
    seconds: int


async def visit(session: AsyncSession, stream_id: str, caller: Caller | None) -> Visitor:
    """The show, if this caller may see it. NotFound for drafts and private shows of others."""
    stream = await stream_view(session, stream_id)
    if stream is None:
        raise NotFound
    role = await _role(session, stream, caller)
    if role in GUEST_ROLES and (stream.state == "draft" or stream.is_private):
        raise NotFound
    return Visitor(stream, role)


async def issue_ticket(
    ctx: Context, stream_id: str, caller: Caller | None, *, device: str, address: str = ""
) -> IssuedTicket:
    """A ticket for one socket. Anonymous viewers may watch; banned people and devices are refused here already.

    A full room is refused here too, and nowhere else: whoever holds a ticket has a place.
    """
    followed, card = None, None
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
        await _check_ban(session, ctx, visitor, caller, device)
        if caller is not None:
            card = (await users_by_id(session, [caller.id])).get(caller.id)
            followed = await followed_since(session, visitor.stream.shop_id, caller.id)
    seconds = TICKET_SECONDS
    ticket = Ticket(
        room=stream_id,
        viewer=new_id("vwr"),
        device=device,
        user=None if caller is None else caller.id,
        name="" if caller is None else caller.display_name,
        role=visitor.role,
        show_activity=caller is None or (card is not None and card.shows_activity),
        followed_at=_unix(followed),
        born_at=_unix(None if card is None else card.signed_up_at) or 0,
        known_since=await _known_since(ctx, stream_id, caller, device),
        address=address,
    )
    if visitor.is_guest and visitor.stream.viewer_limit is not None and visitor.stream.state != ENDED:
        await admit_visitor.take_place(ctx, visitor.stream, ticket.identity, device=device)
        seconds = admit_visitor.TICKET_SECONDS
    text = TicketSigner(ctx.secret).issue(ticket, expires_at=int(ctx.clock().timestamp()) + seconds)
    return IssuedTicket(text, seconds)


async def _check_ban(session: AsyncSession, ctx: Context, visitor: Visitor, caller: Caller | None, device: str) -> None:
    """Who is banned stays out, and so does everybody on a device of theirs; the shop's own people come in."""
    stream_id, now = visitor.stream.id, ctx.clock()
    if caller is not None and await repository.is_banned(session, stream_id, caller.id, now=now):
        raise RoomBanned
    if not may_moderate(visitor.role) and await repository.is_device_banned(session, stream_id, device, now=now):
        raise RoomBanned


async def _known_since(ctx: Context, stream_id: str, caller: Caller | None, device: str) -> int:
    now = int(ctx.clock().timestamp())
    if caller is None:
        return now
    try:
        return await Acquaintance(ctx.redis).meet(stream_id, caller.id, device, now=now)
    except (RedisError, OSError) as error:
        log.warning("rooms.acquaintance_lost", stream_id=stream_id, error=repr(error))
        return now


async def _role(session: AsyncSession, stream: StreamView, caller: Caller | None) -> str:
    if caller is None:
        return "anonymous"
    role = await role_of(session, stream.shop_id, caller.id)
    if role is None:
        return "moderator" if caller.is_admin else "buyer"
    return role


def _unix(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
