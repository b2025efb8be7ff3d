"""What modules above may ask of shows and their line-ups."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.repository import ItemFacts, LineUpMark, count_taken, decisive_items
from nightmarket.modules.streams.service import describe_stream, list_moments, pin_item, read_line_up, recordings
from nightmarket.modules.streams.service.check_access import is_public, is_staff
from nightmarket.modules.streams.service.move_stream import fail_over
from nightmarket.modules.streams.service.public_base import BaseDep
from nightmarket.modules.streams.service.receive_signal import RecordingFacts, keep_recording, note_signal
from nightmarket.modules.streams.service.views import ItemView, StreamView, stream_view_of
from nightmarket.modules.streams.states import (
    DRAFT,
    ENDED,
    INTERRUPTED,
    LIVE,
    ON_AIR,
    ClaimsFor,
    ItemMode,
    ProviderName,
    StreamState,
)

__all__ = [
    "ENDED",
    "INTERRUPTED",
    "LIVE",
    "ON_AIR",
    "BaseDep",
    "ClaimsFor",
    "ItemFacts",
    "ItemMode",
    "ItemView",
    "LineUpMark",
    "ProviderName",
    "RecordingFacts",
    "StreamState",
    "StreamView",
    "closed_items",
    "count_taken",
    "decisive_items",
    "drop_recording",
    "fail_over",
    "give_back",
    "is_open_to_all",
    "is_recorded_here",
    "item_view",
    "item_views",
    "items_with_variant",
    "keep_recording",
    "line_up",
    "line_up_marks",
    "lock_item",
    "locked_stream",
    "marks_of",
    "moments",
    "note_signal",
    "open_stream_ids",
    "pin",
    "pinned_item_id",
    "recorded_ms",
    "stream_json",
    "stream_view",
    "stream_views",
    "take",
    "units_left",
    "visible_stream",
]


async def stream_view(session: AsyncSession, stream_id: str) -> StreamView | None:
    """A show; None when it is unknown."""
    row = await repository.stream(session, stream_id)
    return None if row is None else stream_view_of(row)


async def stream_views(session: AsyncSession, stream_ids: Collection[str]) -> dict[str, StreamView]:
    """Shows by id; unknown ids are left out."""
    known = [stream_id for stream_id in stream_ids if is_id("str", stream_id)]
    return {row.id: stream_view_of(row) for row in await repository.streams_by_id(session, known)}


async def visible_stream(session: AsyncSession, stream_id: str, caller: Caller | None) -> StreamView | None:
    """A show that this caller may see; None also for drafts and private shows of others."""
    row = await repository.stream(session, stream_id)
    if row is None or not (is_public(row) or await is_staff(session, row.shop_id, caller)):
        return None
    return stream_view_of(row)


async def locked_stream(unit: Unit, stream_id: str) -> StreamView | None:
    """A show that stays as it is until the transaction ends."""
    row = await repository.locked(unit, stream_id)
    return None if row is None else stream_view_of(row)


async def moments(ctx: Context, stream_id: str) -> list[dict[str, Any]]:
    """When which item was held up, as the API shows it; the caller has checked that it may be seen."""
    return await list_moments.moments_of(ctx, stream_id)


async def recorded_ms(unit: Unit, stream_id: str) -> int:
    """How much of a show has been recorded until now; 0 when nothing was, or it was removed."""
    return await recordings.recorded_ms(unit, stream_id)


async def is_recorded_here(session: AsyncSession, stream_id: str) -> bool:
    """Whether the replay is what our own media server recorded, not what a video service has."""
    row = await repository.recording(session, stream_id)
    return row is None or row.provider == "embedded"


async def drop_recording(unit: Unit, stream_id: str) -> None:
    """There is no replay of this show any more."""
    await recordings.drop(unit, stream_id)


async def open_stream_ids(session: AsyncSession, shop_id: str) -> list[str]:
    """The shows of a shop that are planned or on."""
    return await repository.open_stream_ids(session, shop_id)


def is_open_to_all(stream: StreamView) -> bool:
    """Whether anybody may see the show."""
    return stream.state != DRAFT and not stream.is_private


async def stream_json(session: AsyncSession, ctx: Context, stream_id: str) -> dict[str, Any] | None:
    """The stream shape of the API; None when the show is unknown."""
    return await describe_stream.describe_stream(session, ctx, stream_id)


async def line_up(session: AsyncSession, ctx: Context, stream_id: str) -> list[ItemView]:
    """The items of a show in order, with products and stock as they are now."""
    return await read_line_up.read_line_up(session, ctx, stream_id)


async def line_up_marks(session: AsyncSession, stream_id: str) -> frozenset[LineUpMark]:
    """What tells one line-up of a show from another, cheaper than the line-up; see `marks_of`."""
    return await repository.line_up_marks(session, stream_id)


def marks_of(items: Iterable[ItemView]) -> frozenset[LineUpMark]:
    """The same of items that were read before."""
    return frozenset(
        (item.id, item.code, item.product_id, None if item.live_price is None else item.live_price.minor)
        for item in items
    )


async def closed_items(session: AsyncSession, ctx: Context, stream_id: str, since: datetime) -> list[ItemView]:
    """Items that have left the line-up of a show since then, the last one first."""
    return await read_line_up.read_closed(session, ctx, stream_id, since)


async def item_view(session: AsyncSession, ctx: Context, item_id: str) -> ItemView | None:
    """One item; None when it is unknown or has left its line-up."""
    return await read_line_up.read_item(session, ctx, item_id)


async def item_views(session: AsyncSession, ctx: Context, item_ids: Sequence[str]) -> dict[str, ItemView]:
    """Items by id, of whichever shows; those that are in no line-up are left out."""
    return await read_line_up.read_items(session, ctx, item_ids)


async def pinned_item_id(session: AsyncSession, stream_id: str) -> str | None:
    """The item the host is showing now."""
    row = await repository.stream(session, stream_id)
    return None if row is None else row.pinned_item_id


async def pin(unit: Unit, stream_id: str, item_id: str | None, *, media_time: float | None = None) -> None:
    """Show this item, or none, to everybody in the room. The caller has checked that the host asks for it."""
    await pin_item.pin_item(unit, stream_id, item_id, media_time=media_time)


async def take(unit: Unit, item_id: str, quantity: int) -> bool:
    """Count units against what the show may sell of an item; False when that is not enough or the item has left."""
    return await repository.take(unit, item_id, quantity)


async def lock_item(unit: Unit, item_id: str) -> None:
    """Decide about an item alone until the transaction ends, as a successful `take` does."""
    await repository.lock_item(unit, item_id)


async def units_left(session: AsyncSession, item_ids: Collection[str]) -> dict[str, int | None]:
    """What shows may still sell of these items; None: as much as there is."""
    return await repository.units_left(session, item_ids)


async def give_back(unit: Unit, item_id: str, quantity: int) -> bool:
    """Undo a `take`, also after the item has left the line-up. False when nothing was taken: a caller's bug."""
    return await repository.give_back(unit, item_id, quantity)


async def items_with_variant(session: AsyncSession, variant_id: str) -> list[tuple[str, str]]:
    """(stream id, item id) of every show not over that sells this variant."""
    return await read_line_up.find_items_with_variant(session, variant_id)
