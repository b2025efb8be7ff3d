"""A replay goes, because its shop wants it or because its time is over; its objects follow."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.unit import Unit
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.events import ReplayRemoved
from nightmarket.modules.replays.ports import RecordingSource
from nightmarket.modules.replays.states import ELSEWHERE, REMOVED, STORED, WAITING, Why
from nightmarket.modules.streams import public as streams

log = get_logger(__name__)


async def remove_replay(unit: Unit, stream_id: str, why: Why) -> bool:
    """Nobody can watch it from now on. False when there is none."""
    replay = await repository.replay(unit.session, stream_id)
    if replay is None:
        return False
    values = {"removed_at": unit.now, "removed_why": why}
    if not await repository.move(unit, stream_id, [WAITING, STORED, ELSEWHERE], REMOVED, **values):
        return False
    await streams.drop_recording(unit, stream_id)
    unit.announce(ReplayRemoved(stream_id, replay.shop_id, why, replay.size_bytes))
    unit.enqueue(remove_objects, replay.prefix)
    unit.enqueue(forget_footage, stream_id)
    log.info("replays.removed", stream_id=stream_id, why=why, bytes=replay.size_bytes)
    return True


@job("replays.remove_objects.v1", queue="bulk")
async def remove_objects(ctx: Context, prefix: str) -> None:
    """Everything of one replay."""
    count = await ctx.storage.delete_all(prefix)
    log.info("replays.objects_removed", prefix=prefix, count=count)


@job("replays.remove_object.v1", queue="bulk")
async def remove_object(ctx: Context, key: str) -> None:
    """One clip."""
    await ctx.storage.delete(key)


@job("replays.forget_footage.v1", queue="bulk")
async def forget_footage(ctx: Context, stream_id: str) -> None:
    """The video server drops all it has of a show."""
    await ctx.port(RecordingSource).remove(stream_id)
