"""What shows announce and outputs care for."""

from nightmarket.kernel.clock import from_unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.simulcast import repository
from nightmarket.modules.simulcast.service.tell_relay import tell_relay
from nightmarket.modules.simulcast.states import FAILING, REPORTED
from nightmarket.modules.streams.events import (
    OutputReported,
    StreamDeleted,
    StreamEnded,
    StreamMoved,
    StreamResumed,
    StreamStarted,
)

_REASON_LENGTH = 40


async def _tell(unit: Unit, stream_id: str) -> None:
    if await repository.outputs(unit.session, stream_id):
        unit.enqueue(tell_relay, stream_id)


@handles(StreamStarted, name="simulcast.started.v1", queue="realtime")
async def started(unit: Unit, _ctx: Context, event: StreamStarted) -> None:
    """Now the show goes out everywhere."""
    await _tell(unit, event.stream_id)


@handles(StreamResumed, name="simulcast.resumed.v1", queue="realtime")
async def resumed(unit: Unit, _ctx: Context, event: StreamResumed) -> None:
    """The media server may be a new one that knows nothing yet."""
    await _tell(unit, event.stream_id)


@handles(StreamMoved, name="simulcast.moved.v1", queue="realtime")
async def moved(unit: Unit, _ctx: Context, event: StreamMoved) -> None:
    """Another server carries the picture."""
    await _tell(unit, event.stream_id)


@handles(StreamEnded, name="simulcast.ended.v1", queue="realtime")
async def ended(unit: Unit, _ctx: Context, event: StreamEnded) -> None:
    """Nothing goes out any more."""
    await repository.rest(unit, event.stream_id)
    await _tell(unit, event.stream_id)


@handles(StreamDeleted, name="simulcast.deleted.v1", queue="realtime")
async def deleted(unit: Unit, _ctx: Context, event: StreamDeleted) -> None:
    """The keys go with the show."""
    await repository.delete_all(unit, event.stream_id)


@handles(OutputReported, name="simulcast.reported.v1", queue="realtime")
async def reported(unit: Unit, _ctx: Context, event: OutputReported) -> None:
    """The relay says how an output is."""
    state = REPORTED.get(event.state)
    if state is not None:
        reason = event.reason[:_REASON_LENGTH] if state == FAILING and event.reason else None
        await repository.report(unit, event.output_id, state, reason, from_unix_ms(event.at))
