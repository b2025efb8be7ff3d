"""The host holds an item up: every viewer sees it with the picture it belongs to, and the recording remembers when."""

from datetime import datetime, timedelta
from typing import Final

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamOver
from nightmarket.modules.streams.events import ItemPinned
from nightmarket.modules.streams.models import Moment, Stream
from nightmarket.modules.streams.states import ENDED, ON_AIR

MOST_APART: Final = timedelta(seconds=30)
"""A host's clock that is further off than this is not believed."""


async def pin_item(unit: Unit, stream_id: str, item_id: str | None, *, media_time: float | None = None) -> None:
    """Show this item, or none. Also before the show, so that it opens with the item in view.

    `media_time` says when the picture was taken that shows it (Unix seconds); without it, that is now.
    """
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        raise StreamOver
    if item_id is not None:
        item = await repository.item(unit.session, item_id)
        if item is None or item.stream_id != stream_id:
            raise NotFound
    await show_item(unit, stream, item_id, at=_taken_at(stream, unit.now, media_time))


async def show_item(unit: Unit, stream: Stream, item_id: str | None, *, at: datetime | None = None) -> None:
    """Pin on a locked row; `at` is the time of the picture that shows it, if one does."""
    if stream.pinned_item_id == item_id:
        return
    if stream.pinned_item_id is not None:
        stream.unpinned_at = unit.now
    stream.pinned_item_id = item_id
    await unit.session.flush()
    await open_moment(unit, stream, at)
    unit.announce(ItemPinned(stream.id, item_id, None if at is None else round(at.timestamp(), 3)))


async def open_moment(unit: Unit, stream: Stream, at: datetime | None = None) -> None:
    """What is pinned in this row gets a moment from now on; the moment before ends. Only while on the air."""
    if stream.state not in ON_AIR:
        return
    position = recording_position(stream, at or unit.now)
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


def _taken_at(stream: Stream, now: datetime, media_time: float | None) -> datetime | None:
    if stream.state not in ON_AIR or not stream.has_signal:
        return None
    if media_time is None:
        return now
    apart = media_time - now.timestamp()
    return now + timedelta(seconds=apart) if abs(apart) <= MOST_APART.total_seconds() else now


def recording_position(stream: Stream, now: datetime) -> int:
    """Milliseconds into the recording: time since the first picture, without the times there was none."""
    begin = stream.first_signal_at or stream.started_at or now
    until = now if stream.has_signal or stream.signal_at is None else stream.signal_at
    return max(0, _ms(until - begin) - stream.dark_ms)


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
