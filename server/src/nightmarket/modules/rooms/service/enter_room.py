"""Who may enter a room, as whom, and the ticket that says so."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.identity.public import Caller, users_by_id
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.errors import RoomBanned
from nightmarket.modules.rooms.realtime.tickets import GUEST_ROLES, Ticket, TicketSigner
from nightmarket.modules.rooms.service import admit_visitor
from nightmarket.modules.shops.public import role_of
from nightmarket.modules.streams.public import ENDED, StreamView, stream_view

TICKET_SECONDS: Final = 600


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


async def issue_ticket(ctx: Context, stream_id: str, caller: Caller | None, *, device: str) -> IssuedTicket:
    """A ticket for one socket. Anonymous viewers may watch; banned ones are refused here already.

    A full room is refused here too, and nowhere else: whoever holds a ticket has a place.
    """
    shows_activity = True
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
        if caller is not None:
            if await repository.is_banned(session, stream_id, caller.id, now=ctx.clock()):
                raise RoomBanned
            card = (await users_by_id(session, [caller.id])).get(caller.id)
            shows_activity = card is not None and card.shows_activity
    seconds = TICKET_SECONDS
    ticket = Ticket(
        room=stream_id,
        viewer=new_id("vwr"),
        device=device,
        user=None if caller is None else caller.id,
        name="" if caller is None else caller.display_name,
        role=visitor.role,
        show_activity=shows_activity,
    )
    if visitor.is_guest and visitor.stream.viewer_limit is not None and visitor.stream.state != ENDED:
        await admit_visitor.take_place(ctx, visitor.stream, ticket.identity, device=device)
        seconds = admit_visitor.TICKET_SECONDS
    text = TicketSigner(ctx.secret).issue(ticket, expires_at=int(ctx.clock().timestamp()) + seconds)
    return IssuedTicket(text, seconds)


async def _role(session: AsyncSession, stream: StreamView, caller: Caller | None) -> str:
    if caller is None:
        return "anonymous"
    role = await role_of(session, stream.shop_id, caller.id)
    if role is None:
        return "moderator" if caller.is_admin else "buyer"
    return role
