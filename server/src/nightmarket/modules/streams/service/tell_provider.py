"""What the video provider has to be told, after the commit and until it has heard."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Problem, Unavailable
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamProviderOff, VideoServiceRefused
from nightmarket.modules.streams.service.check_access import is_protected
from nightmarket.modules.streams.service.choose_provider import facts_of, provider_named, provider_of
from nightmarket.modules.streams.states import EMBEDDED, ENDED, ProviderName

log = get_logger(__name__)

_PATIENCE = timedelta(minutes=5)
_GIVE_UP = timedelta(days=7)
_BATCH = 50


@job("streams.prepare_media.v1", queue="realtime")
async def prepare_media(ctx: Context, stream_id: str) -> None:
    """Have the provider of a planned show ready before the host comes. What fails is tried again then."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is None or stream.state == ENDED:
        return
    try:
        await provider_of(ctx, stream).prepare(facts_of(stream))
    except (StreamProviderOff, VideoServiceRefused) as error:
        log.warning("streams.provider_not_ready", stream_id=stream_id, provider=stream.provider, code=error.code)


@job("streams.end_media.v1", queue="realtime")
async def end_media(ctx: Context, stream_id: str) -> None:
    """Close the publisher of an ended show and have its recording finished, wherever parts of it were carried."""
    async with ctx.reader() as session:
        names = await repository.providers_of(session, stream_id)
    failure: Problem | None = None
    for name in names or [EMBEDDED]:
        try:
            await provider_named(ctx, name).end(stream_id)
        except (StreamProviderOff, VideoServiceRefused) as error:
            log.warning("streams.provider_not_told", stream_id=stream_id, provider=name, code=error.code)
            failure = Unavailable("A video service does not take the end of a show.", retry_after=60)
        except Unavailable as error:
            failure = error
    if failure is not None:
        raise failure
    async with ctx.unit() as unit:
        await repository.mark_closed(unit, stream_id)


@job("streams.kick_publisher.v1", queue="realtime")
async def kick_publisher(ctx: Context, stream_id: str) -> None:
    """Close the connection of whoever publishes with a key that is good no more."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    name = EMBEDDED if stream is None else stream.provider
    await provider_named(ctx, name).kick(stream_id)


@job("streams.release_media.v1", queue="realtime")
async def release_media(ctx: Context, stream_id: str, provider: ProviderName) -> None:
    """Tell the provider a show has left that it is not wanted any more, unless the show has come back by now."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is not None and stream.provider == provider and stream.state != ENDED:
        return
    try:
        await provider_named(ctx, provider).release(stream_id)
    except (StreamProviderOff, VideoServiceRefused) as error:
        log.warning("streams.provider_not_told", stream_id=stream_id, provider=provider, code=error.code)


@job("streams.forget_media.v1", queue="realtime")
async def forget_media(ctx: Context, stream_id: str, provider: ProviderName) -> None:
    """A show that never started was taken back: whoever publishes a preview to it is disconnected."""
    await provider_named(ctx, provider).forget(stream_id)


@job("streams.protect_media.v1", queue="realtime")
async def protect_media(ctx: Context, stream_id: str) -> None:
    """Whether anybody with the address may watch, as the show says at this moment."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is not None:
        await provider_of(ctx, stream).protect(stream_id, on=is_protected(stream))


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
