"""What the video provider has to be told, after the commit and until it has heard."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.ports import StreamProvider
from nightmarket.modules.streams.service.check_access import is_protected

log = get_logger(__name__)

_PATIENCE = timedelta(minutes=5)
_GIVE_UP = timedelta(days=7)
_BATCH = 50


@job("streams.end_media.v1", queue="realtime")
async def end_media(ctx: Context, stream_id: str) -> None:
    """Close the publisher of an ended show and have its recording finished."""
    await ctx.port(StreamProvider).end(stream_id)
    async with ctx.unit() as unit:
        await repository.mark_closed(unit, stream_id)


@job("streams.kick_publisher.v1", queue="realtime")
async def kick_publisher(ctx: Context, stream_id: str) -> None:
    """Close the connection of whoever publishes with a key that is good no more."""
    await ctx.port(StreamProvider).kick(stream_id)


@job("streams.protect_media.v1", queue="realtime")
async def protect_media(ctx: Context, stream_id: str) -> None:
    """Whether anybody with the address may watch, as the show says at this moment."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is not None:
        await ctx.port(StreamProvider).protect(stream_id, on=is_protected(stream))


async def close_forgotten(ctx: Context) -> None:
    """Tell the provider again about ended shows it was out of reach for."""
    now = ctx.clock()
    async with ctx.reader() as session:
        ids = await repository.unclosed(session, after=now - _GIVE_UP, before=now - _PATIENCE, limit=_BATCH)
    for stream_id in ids:
        try:
            await end_media(ctx, stream_id)
        except Unavailable:
            log.warning("streams.provider_away", stream_id=stream_id)
            return
