"""The host holds an item up: every viewer sees it, and the recording remembers when."""

from datetime import datetime, timedelta

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamOver
from nightmarket.modules.streams.events import ItemPinned
from nightmarket.modules.streams.models import Moment, Stream
from nightmarket.modules.streams.states import ENDED, ON_AIR


async def pin_item(unit: Unit, stream_id: str, item_id: str | None) -> None:
    """Show this item, or none. Also before the show, so that it opens with the item in view."""
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        raise StreamOver
    if item_id is not None:
        item = await repository.item(unit.session, item_id)
        if item is None or item.stream_id != stream_id:
            raise NotFound
    await show_item(unit, stream, item_id)


async def show_item(unit: Unit, stream: Stream, item_id: str | None) -> None:
    """Pin on a locked row."""
    if stream.pinned_item_id == item_id:
        return
    if stream.pinned_item_id is not None:
        stream.unpinned_at = unit.now
    stream.pinned_item_id = item_id
    await unit.session.flush()
    await open_moment(unit, stream)
    unit.announce(ItemPinned(stream.id, item_id))


async def open_moment(unit: Unit, stream: Stream) -> None:
    """What is pinned in this row gets a moment from now on; the moment before ends. Only while on the air."""
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
    until = now if stream.has_signal or stream.signal_at is None else stream.signal_at
    return max(0, _ms(until - begin) - stream.dark_ms)


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
