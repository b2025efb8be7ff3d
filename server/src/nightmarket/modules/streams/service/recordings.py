"""How much of a show has been recorded, and that it is recorded no more."""

from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.service.pin_item import recording_position
from nightmarket.modules.streams.states import ON_AIR


async def recorded_ms(unit: Unit, stream_id: str) -> int:
    """Milliseconds from the first picture on, without the times there was none."""
    stream = await repository.stream(unit.session, stream_id)
    if stream is None or stream.first_signal_at is None:
        return 0
    recording = await repository.recording(unit.session, stream_id)
    if recording is not None:
        return recording.duration_ms if stream.has_recording else 0
    return recording_position(stream, unit.now) if stream.state in ON_AIR else 0


async def drop(unit: Unit, stream_id: str) -> None:
    """The replay was removed. Its length stays known."""
    await repository.drop_recording(unit, stream_id)
