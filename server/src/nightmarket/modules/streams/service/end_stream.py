"""The show is over."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamNotOnAir
from nightmarket.modules.streams.events import ItemPinned, StreamEnded
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.pin_item import recording_position
from nightmarket.modules.streams.service.tell_provider import end_media
from nightmarket.modules.streams.states import ENDED, INTERRUPTED, ON_AIR

ABANDONED_AFTER = timedelta(minutes=30)
_BATCH = 50


async def end_stream(unit: Unit, caller: Caller, stream_id: str) -> None:
    """The host says good night. A show that has ended already stays as it is."""
    await run_stream(unit.session, stream_id, caller)
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        return
    if stream.state not in ON_AIR:
        raise StreamNotOnAir
    await finish(unit, stream)


async def end_abandoned(ctx: Context) -> None:
    """End shows whose encoder has been away for so long that nobody waits any more."""
    async with ctx.reader() as session:
        ids = await repository.abandoned(session, ctx.clock() - ABANDONED_AFTER, _BATCH)
    for stream_id in ids:
        async with ctx.unit() as unit:
            stream = await repository.locked(unit, stream_id)
            if stream is not None and _is_abandoned(stream, unit):
                await finish(unit, stream)


async def finish(unit: Unit, stream: Stream) -> None:
    """End a locked show: nothing is shown any more, and the provider will be told."""
    was_pinned = stream.pinned_item_id is not None
    position = recording_position(stream, unit.now)
    if not await repository.move(unit, stream.id, ENDED, ended_at=unit.now, interrupted_at=None, pinned_item_id=None):
        return
    await repository.close_moment(unit, stream.id, position)
    if was_pinned:
        unit.announce(ItemPinned(stream.id, None))
    unit.announce(StreamEnded(stream.id, stream.shop_id))
    unit.enqueue(end_media, stream.id)


def _is_abandoned(stream: Stream, unit: Unit) -> bool:
    return (
        stream.state == INTERRUPTED
        and stream.interrupted_at is not None
        and stream.interrupted_at < unit.now - ABANDONED_AFTER
    )
