"""What shows announce and replays care for."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.replays.service.place_replay import check_place
from nightmarket.modules.replays.service.store_replay import begin_replay
from nightmarket.modules.streams.events import RecordingReady, StreamUpdated


@handles(RecordingReady, name="replays.begin.v1", queue="bulk")
async def begin(unit: Unit, _ctx: Context, event: RecordingReady) -> None:
    """A recording wants to be stored."""
    await begin_replay(unit, event.stream_id)


@handles(StreamUpdated, name="replays.check_place.v1", queue="bulk")
async def check(unit: Unit, _ctx: Context, event: StreamUpdated) -> None:
    """The show may have become private, or public."""
    await check_place(unit, event.stream_id)
