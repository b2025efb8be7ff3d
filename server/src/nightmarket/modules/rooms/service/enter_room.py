"""Who may enter a room, as whom, and the ticket that says so."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.errors import RoomBanned
from nightmarket.modules.rooms.realtime.tickets import Ticket, TicketSigner
from nightmarket.modules.shops.public import role_of
from nightmarket.modules.streams.public import StreamView, stream_view

TICKET_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Visitor:
    """A show and what the caller is in its room."""

    stream: StreamView
    role: str


async def visit(session: AsyncSession, stream_id: str, caller: Caller | None) -> Visitor:
    """The show, if this caller may see it. NotFound for drafts and private shows of others."""
    stream = await stream_view(session, stream_id)
    if stream is None:
        raise NotFound
    role = await _role(session, stream, caller)
    if role in ("anonymous", "buyer") and (stream.state == "draft" or stream.is_private):
        raise NotFound
    return Visitor(stream, role)


async def issue_ticket(ctx: Context, stream_id: str, caller: Caller | None, *, device: str) -> str:
    """A ticket for one socket. Anonymous viewers may watch; banned ones are refused here already."""
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
        if caller is not None and await repository.is_banned(session, stream_id, caller.id, now=ctx.clock()):
            raise RoomBanned
    ticket = Ticket(
        room=stream_id,
        viewer=new_id("vwr"),
        device=device,
        user=None if caller is None else caller.id,
        name="" if caller is None else caller.display_name,
        role=visitor.role,
    )
    return TicketSigner(ctx.secret).issue(ticket, expires_at=int(ctx.clock().timestamp()) + TICKET_SECONDS)


async def _role(session: AsyncSession, stream: StreamView, caller: Caller | None) -> str:
    if caller is None:
        return "anonymous"
    role = await role_of(session, stream.shop_id, caller.id)
    if role is None:
        return "moderator" if caller.is_admin else "buyer"
    return role
