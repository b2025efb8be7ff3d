"""The host holds an item up: every viewer sees it, and the recording remembers when."""

from datetime import datetime

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamOver
from nightmarket.modules.streams.events import ItemPinned
from nightmarket.modules.streams.models import Moment, Stream
from nightmarket.modules.streams.states import BEFORE, INTERRUPTED, ON_AIR


async def pin_item(unit: Unit, stream_id: str, item_id: str | None) -> None:
    """Show this item, or none. Also before the show, so that it opens with the item in view."""
    if item_id is not None:
        item = await repository.item(unit.session, item_id)
        if item is None or item.stream_id != stream_id:
            raise NotFound
    if not await repository.update(unit, stream_id, states=(*BEFORE, *ON_AIR), pinned_item_id=item_id):
        raise NotFound if await repository.stream(unit.session, stream_id) is None else StreamOver
    stream = await repository.stream(unit.session, stream_id)
    assert stream is not None
    await open_moment(unit, stream)
    unit.announce(ItemPinned(stream_id, item_id))


async def open_moment(unit: Unit, stream: Stream) -> None:
    """From now on the recording shows what is pinned in this row, closing the moment before."""
    if stream.state not in ON_AIR:
        return
    position = recording_position(stream, unit.now)
    await repository.close_moment(unit, stream.id, position)
    if stream.pinned_item_id is not None:
        await unit.add(
            Moment(
                id=new_id("mom"),
                stream_id=stream.id,
                item_id=stream.pinned_item_id,
                starts_ms=position,
                ends_ms=None,
            )
        )


def recording_position(stream: Stream, now: datetime) -> int:
    """Milliseconds into the recording: time since the first picture, without the times there was none."""
    begin = stream.first_signal_at or stream.started_at or now
    until = stream.interrupted_at if stream.state == INTERRUPTED and stream.interrupted_at else now
    return max(0, int((until - begin).total_seconds() * 1000) - stream.dark_ms)
