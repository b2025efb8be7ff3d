"""Orders that come after an item, or the show, was closed: taken for as long as the shop says."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.claims.service.line_up_context import LineUp, line_up_of
from nightmarket.modules.shops.public import selling_terms
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.public import ENDED, StreamView


async def read_line_up(session: AsyncSession, ctx: Context, stream_id: str) -> LineUp | None:
    """The line-up of a show as comments may name it now; None when there is no such show."""
    stream = await streams.stream_view(session, stream_id)
    if stream is None:
        return None
    items = await streams.line_up(session, ctx, stream_id)
    span = await catch_up_time(session, stream.shop_id)
    if span is None:
        return line_up_of(stream, items)
    now = ctx.clock()
    closed = await streams.closed_items(session, ctx, stream_id, now - span)
    return line_up_of(stream, items, closed=closed, takes_late=_is_just_over(stream, span, now))


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
