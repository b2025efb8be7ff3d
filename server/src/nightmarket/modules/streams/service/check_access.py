"""Who may see a show, and who may run it."""

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.problems import NotAllowed, NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.public import require_role, role_of
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.policy import RUNNERS, STAFF
from nightmarket.modules.streams.states import BEFORE, DRAFT


async def seen_stream(session: AsyncSession, stream_id: str, caller: Caller | None) -> Stream:
    """The show as this caller may see it; NotFound when it is unknown or not theirs to see."""
    stream = await repository.stream(session, stream_id)
    if stream is None or not (is_public(stream) or await is_staff(session, stream.shop_id, caller)):
        raise NotFound
    return stream


async def run_stream(session: AsyncSession, stream_id: str, caller: Caller) -> Stream:
    """The show for its owner or host: NotAllowed for others, NotFound when they cannot even see it."""
    return await _for_roles(session, stream_id, caller, RUNNERS)


async def staff_stream(session: AsyncSession, stream_id: str, caller: Caller) -> Stream:
    """The show for anybody who works in its shop."""
    return await _for_roles(session, stream_id, caller, STAFF)


def is_public(stream: Stream) -> bool:
    """Whether anybody may see the show."""
    return stream.state != DRAFT and not stream.is_private


def is_protected(stream: Stream) -> bool:
    """Whether its picture is for the shop alone: a private show, or the preview of one that the host starts by hand."""
    return stream.is_private or (stream.state in BEFORE and not stream.auto_start)


async def is_staff(session: AsyncSession, shop_id: str, caller: Caller | None) -> bool:
    """Whether the caller works in the shop, or runs the platform."""
    if caller is None:
        return False
    return "admin" in caller.roles or await role_of(session, shop_id, caller.id) is not None


async def _for_roles(session: AsyncSession, stream_id: str, caller: Caller, roles: tuple[str, ...]) -> Stream:
    stream = await seen_stream(session, stream_id, caller)
    try:
        await require_role(session, stream.shop_id, caller, *roles)
    except NotFound:
        raise NotAllowed from None
    return stream
