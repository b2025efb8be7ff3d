"""A show goes over to another provider while it runs; room, chat and bags stay as they are.

Always true here: the provider that is left is heard no more from the moment of the move, whatever it still reports.
"""

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamOver
from nightmarket.modules.streams.events import StreamInterrupted, StreamMoved
from nightmarket.modules.streams.models import Stream, StreamMove
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.choose_provider import facts_of, provider_named
from nightmarket.modules.streams.service.pin_item import recording_position
from nightmarket.modules.streams.service.tell_provider import release_media
from nightmarket.modules.streams.states import EMBEDDED, ENDED, INTERRUPTED, LIVE, ProviderName

log = get_logger(__name__)


async def move_stream(ctx: Context, caller: Caller, stream_id: str, to: ProviderName) -> None:
    """The host or an operator has `to` carry the show. It must be ready first; if it is not, nothing changes."""
    async with ctx.reader() as session:
        stream = await run_stream(session, stream_id, caller)
    await _move(ctx, stream, to, by=caller.id)


async def fail_over(ctx: Context, stream_id: str) -> None:
    """By rule: a show whose provider does not answer any more goes on through our own media server."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is not None and stream.state in (LIVE, INTERRUPTED):
        log.warning("streams.fails_over", stream_id=stream_id, provider=stream.provider)
        await _move(ctx, stream, EMBEDDED, by=None)


async def _move(ctx: Context, stream: Stream, to: ProviderName, *, by: str | None) -> None:
    if stream.state == ENDED:
        raise StreamOver
    if stream.provider == to:
        return
    await provider_named(ctx, to).prepare(facts_of(stream))
    await ctx.transact(lambda unit: _hand_over(unit, stream.id, to, by=by))


async def _hand_over(unit: Unit, stream_id: str, to: ProviderName, *, by: str | None) -> None:
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        raise StreamOver
    if stream.provider == to:
        return
    before = stream.provider
    await unit.add(
        StreamMove(
            id=new_id("mov"),
            stream_id=stream_id,
            from_provider=before,
            to_provider=to,
            moved_by=by,
            position_ms=recording_position(stream, unit.now),
            moved_at=unit.now,
        )
    )
    stream.provider = to
    if stream.has_signal:
        stream.has_signal, stream.signal_at = False, unit.now
    await unit.session.flush()
    if stream.state == LIVE and await repository.move(unit, stream_id, INTERRUPTED, interrupted_at=unit.now):
        unit.announce(StreamInterrupted(stream_id, stream.shop_id))
    unit.announce(StreamMoved(stream_id, stream.shop_id))
    unit.enqueue(release_media, stream_id, before)
