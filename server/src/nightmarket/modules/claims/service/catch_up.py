"""Orders that come after an item, or the show, was closed: taken for as long as the shop says."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.claims.service.line_up_context import LineUp, line_up_of
from nightmarket.modules.shops.public import member_ids, selling_terms
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.public import ENDED, StreamView


async def read_line_up(session: AsyncSession, ctx: Context, stream_id: str) -> LineUp | None:
    """The line-up of a show as comments may name it now; None when there is no such show."""
    stream = await streams.stream_view(session, stream_id)
    if stream is None:
        return None
    items = await streams.line_up(session, ctx, stream_id)
    staff = await member_ids(session, stream.shop_id)
    span = await catch_up_time(session, stream.shop_id)
    if span is None:
        return line_up_of(stream, items, staff=staff)
    now = ctx.clock()
    closed = await streams.closed_items(session, ctx, stream_id, now - span)
    takes_late = _is_just_over(stream, span, now)
    return line_up_of(stream, items, closed=closed, staff=staff, catch_up=span, takes_late=takes_late)


async def line_up_now(session: AsyncSession, ctx: Context, known: LineUp) -> LineUp | None:
    """A line-up that was read a moment ago, as it is now. Only where items changed, products are read again."""
    stream = await streams.stream_view(session, known.stream.id)
    if stream is None:
        return None
    now = ctx.clock()
    is_same = await streams.line_up_marks(session, stream.id) == known.marks
    if not is_same or _has_run_out(known, now):
        return await read_line_up(session, ctx, stream.id)
    takes_late = known.catch_up is not None and _is_just_over(stream, known.catch_up, now)
    return known.at(stream, takes_late=takes_late)


async def takes_late(session: AsyncSession, ctx: Context, stream: StreamView) -> bool:
    """Whether a show is over and its shop still takes what was meant for it."""
    span = await catch_up_time(session, stream.shop_id)
    return span is not None and _is_just_over(stream, span, ctx.clock())


async def catch_up_time(session: AsyncSession, shop_id: str) -> timedelta | None:
    """How long after something was closed its orders still count; None: not at all."""
    terms = await selling_terms(session, shop_id)
    if terms is None or not terms.catch_up_minutes:
        return None
    return timedelta(minutes=terms.catch_up_minutes)


def _is_just_over(stream: StreamView, span: timedelta, now: datetime) -> bool:
    return stream.state == ENDED and stream.ended_at is not None and now < stream.ended_at + span


def _has_run_out(known: LineUp, now: datetime) -> bool:
    """Whether something closed is not to be had any more."""
    if known.catch_up is None:
        return False
    oldest = now - known.catch_up
    return any(item.removed_at is not None and item.removed_at < oldest for item in known.items.values())
