"""Every SQL statement about shows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.groupcommit import Ask, Change, Script, marks
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams.models import Moment, Recording, Stream, StreamItem, StreamKey, StreamMove
from nightmarket.modules.streams.states import (
    BEFORE,
    ENDED,
    INTERRUPTED,
    ClaimsFor,
    ItemMode,
    ProviderName,
    StreamState,
    sources,
)

LineUpMark = tuple[str, str, str, int | None]
"""Of an item: id, code, product, live price in minor units."""
OrderBy = Literal["id", "started_at", "scheduled_at", "ended_at"]

_ORDERS: dict[OrderBy, list[Any]] = {
    "id": [],
    "started_at": [Stream.started_at],
    "scheduled_at": [Stream.scheduled_at],
    "ended_at": [Stream.ended_at],
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Which shows a list holds, and in which order."""

    states: Sequence[StreamState]
    order_by: OrderBy
    shop_id: str | None
    only_public: bool
    after: tuple[datetime | str, ...] | None
    """Order values and id of the last show of the page before."""


@dataclass(slots=True)
class ItemFacts:
    """An item and its show as they are in this transaction."""

    is_active: bool
    is_first_paid: bool
    taken: int
    stock_cap: int | None
    limit_per_buyer: int | None
    live_price_minor: int | None
    mode: ItemMode
    stream_state: StreamState
    hold_seconds: int | None
    claims_for: ClaimsFor
    limit_per_buyer_show: int | None


async def stream(session: AsyncSession, stream_id: str) -> Stream | None:
    """A show, as stored now."""
    return await session.scalar(
        sa.select(Stream).where(Stream.id == stream_id).execution_options(populate_existing=True)
    )


async def open_stream_ids(session: AsyncSession, shop_id: str) -> list[str]:
    """Shows of a shop that are not over."""
    return list(await session.scalars(sa.select(Stream.id).where(Stream.shop_id == shop_id, Stream.state != ENDED)))


async def streams_by_id(session: AsyncSession, stream_ids: Sequence[str]) -> Sequence[Stream]:
    """Shows with these ids."""
    if not stream_ids:
        return []
    return (await session.scalars(sa.select(Stream).where(Stream.id.in_(stream_ids)))).all()


async def list_streams(session: AsyncSession, chosen: Listing, *, limit: int) -> Sequence[Stream]:
    """One page of shows in the order of their kind: what is on by its start, plans by date, replays by their end."""
    query = sa.select(Stream).where(Stream.state.in_(chosen.states))
    if chosen.shop_id is not None:
        query = query.where(Stream.shop_id == chosen.shop_id)
    if chosen.only_public:
        query = query.where(Stream.is_private.is_(False), sa.or_(Stream.state != ENDED, Stream.has_recording.is_(True)))
    keys = [*_ORDERS[chosen.order_by], Stream.id]
    soonest_first = chosen.order_by == "scheduled_at"
    if chosen.after is not None:
        query = query.where(_beyond(keys, chosen.after, rising=soonest_first))
    query = query.order_by(*(key.asc() if soonest_first else key.desc() for key in keys))
    return (await session.scalars(query.limit(limit))).all()


def _beyond(keys: Sequence[Any], values: Sequence[Any], *, rising: bool) -> sa.ColumnElement[bool]:
    """Rows after a place in the order, key by key."""
    key, value = keys[0], values[0]
    past: sa.ColumnElement[bool] = key > value if rising else key < value
    if len(keys) == 1:
        return past
    return sa.or_(past, sa.and_(key == value, _beyond(keys[1:], values[1:], rising=rising)))


async def locked(unit: Unit, stream_id: str) -> Stream | None:
    """A show whose row stays ours until the commit: changes of its state, line-up and pin go one after the other."""
    return await unit.session.scalar(
        sa.select(Stream).where(Stream.id == stream_id).with_for_update().execution_options(populate_existing=True)
    )


async def active_items(session: AsyncSession, item_ids: Sequence[str]) -> Sequence[StreamItem]:
    """Those of these items that are in a line-up now."""
    query = sa.select(StreamItem).where(StreamItem.id.in_(item_ids), StreamItem.active_code.is_not(None))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def item(session: AsyncSession, item_id: str) -> StreamItem | None:
    """An item that is in a line-up now."""
    return next(iter(await active_items(session, [item_id])), None)


async def items(session: AsyncSession, stream_id: str) -> Sequence[StreamItem]:
    """The line-up in the order it was made."""
    query = (
        sa.select(StreamItem)
        .where(StreamItem.stream_id == stream_id, StreamItem.active_code.is_not(None))
        .order_by(StreamItem.id)
    )
    return (await session.scalars(query)).all()


async def line_up_marks(session: AsyncSession, stream_id: str) -> frozenset[LineUpMark]:
    """What tells one line-up from another, without its products."""
    query = sa.select(StreamItem.id, StreamItem.code, StreamItem.product_id, StreamItem.live_price_minor).where(
        StreamItem.stream_id == stream_id, StreamItem.active_code.is_not(None)
    )
    return frozenset((row[0], row[1], row[2], row[3]) for row in await session.execute(query))


async def items_removed(session: AsyncSession, stream_id: str, since: datetime) -> Sequence[StreamItem]:
    """Items that have left the line-up since then, the last one first."""
    query = (
        sa.select(StreamItem)
        .where(StreamItem.stream_id == stream_id, StreamItem.active_code.is_(None), StreamItem.removed_at >= since)
        .order_by(StreamItem.removed_at.desc(), StreamItem.id.desc())
    )
    return (await session.scalars(query)).all()


async def items_ever(session: AsyncSession, item_ids: Iterable[str]) -> dict[str, StreamItem]:
    """Items by id, also those that left their line-up."""
    query = sa.select(StreamItem).where(StreamItem.id.in_(list(item_ids)))
    return {row.id: row for row in await session.scalars(query)}


async def item_counts(session: AsyncSession, stream_ids: Sequence[str]) -> dict[str, int]:
    """How many items each show has."""
    query = (
        sa.select(StreamItem.stream_id, sa.func.count())
        .where(StreamItem.stream_id.in_(stream_ids), StreamItem.active_code.is_not(None))
        .group_by(StreamItem.stream_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def first_products(session: AsyncSession, stream_ids: Sequence[str]) -> dict[str, str]:
    """The product each line-up begins with, by stream."""
    first = (
        sa.select(sa.func.min(StreamItem.id))
        .where(StreamItem.stream_id.in_(stream_ids), StreamItem.active_code.is_not(None))
        .group_by(StreamItem.stream_id)
    )
    query = sa.select(StreamItem.stream_id, StreamItem.product_id).where(StreamItem.id.in_(first))
    return {row[0]: row[1] for row in await session.execute(query)}


async def items_of_product(session: AsyncSession, product_id: str) -> list[tuple[str, str]]:
    """(stream, item) of every show not over that has this product."""
    query = (
        sa.select(StreamItem.stream_id, StreamItem.id)
        .join(Stream, Stream.id == StreamItem.stream_id)
        .where(StreamItem.product_id == product_id, StreamItem.active_code.is_not(None), Stream.state != ENDED)
        .order_by(StreamItem.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def take(unit: Unit, item_id: str, quantity: int) -> bool:
    """Count units against an item's cap, unless that would exceed it."""
    return await unit.changed_one(
        sa.update(StreamItem)
        .where(
            StreamItem.id == item_id,
            StreamItem.active_code.is_not(None),
            sa.or_(StreamItem.stock_cap.is_(None), StreamItem.taken_count + quantity <= StreamItem.stock_cap),
        )
        .values(taken_count=StreamItem.taken_count + quantity)
    )


async def units_left(session: AsyncSession, item_ids: Collection[str]) -> dict[str, int | None]:
    """What shows may still sell of these items; None: as much as there is. Nothing of what has left its line-up."""
    query = sa.select(
        StreamItem.id, StreamItem.stock_cap, StreamItem.taken_count, StreamItem.active_code.is_not(None)
    ).where(StreamItem.id.in_(item_ids))
    return {
        row[0]: 0 if not row[3] else None if row[1] is None else max(0, row[1] - row[2])
        for row in await session.execute(query)
    }


async def lock_item(unit: Unit, item_id: str) -> None:
    """Nobody else changes the item until this transaction ends."""
    await unit.session.execute(sa.select(StreamItem.id).where(StreamItem.id == item_id).with_for_update())


async def give_back(unit: Unit, item_id: str, quantity: int) -> bool:
    """Undo a take; False when it would count below zero."""
    return await unit.changed_one(
        sa.update(StreamItem)
        .where(StreamItem.id == item_id, StreamItem.taken_count >= quantity)
        .values(taken_count=StreamItem.taken_count - quantity)
    )


def decisive_items(item_ids: Sequence[str]) -> Script[dict[str, ItemFacts]]:
    """What decides about claims of these items, theirs and their shows': locked, so that it stays true."""
    wanted = {key_of("itm", item_id): item_id for item_id in item_ids}
    rows = yield Ask(
        "SELECT i.id, i.active_code IS NOT NULL, i.is_first_paid, i.taken_count, i.stock_cap, i.limit_per_buyer, "  # noqa: S608
        "i.live_price_minor, i.mode, s.state, s.hold_seconds, s.claims_for, s.limit_per_buyer_show "
        "FROM stream_items i JOIN streams s ON s.id = i.stream_id "
        f"WHERE i.id IN ({marks(len(wanted))}) ORDER BY i.id",
        sorted(wanted),
        locks=True,
    )
    return {wanted[bytes(row[0])]: ItemFacts(bool(row[1]), bool(row[2]), *row[3:]) for row in rows}


def count_taken(units: Mapping[str, int]) -> Script[None]:
    """Count units of locked items as taken. There must be that many."""
    keys = {key_of("itm", item_id): count for item_id, count in units.items()}
    matched = yield Change(
        f"UPDATE stream_items SET taken_count = taken_count + CASE id{' WHEN ? THEN ?' * len(keys)} END "  # noqa: S608
        f"WHERE id IN ({marks(len(keys))}) AND (stock_cap IS NULL OR "
        f"taken_count + CASE id{' WHEN ? THEN ?' * len(keys)} END <= stock_cap)",
        [*_pairs(keys), *keys, *_pairs(keys)],
    )
    if matched != len(keys):
        raise RuntimeError("units of an item were taken that its show may not sell")


def _pairs(values: Mapping[bytes, int]) -> list[bytes | int]:
    return [part for pair in values.items() for part in pair]


async def set_cap(unit: Unit, item_id: str, cap: int | None) -> bool:
    """Change how many units a show may sell; False when buyers have taken more than that."""
    allowed = sa.true() if cap is None else StreamItem.taken_count <= cap
    return await unit.changed_one(sa.update(StreamItem).where(StreamItem.id == item_id, allowed).values(stock_cap=cap))


async def mark_closed(unit: Unit, stream_id: str) -> None:
    """The provider has closed an ended show."""
    await unit.changed(
        sa.update(Stream).where(Stream.id == stream_id, Stream.state == ENDED).values(closed_at=unit.now)
    )


async def move(unit: Unit, stream_id: str, to: StreamState, **values: object) -> bool:
    """Guarded change of state; False when the show is in none of the states it may come from."""
    return await unit.changed_one(
        sa.update(Stream).where(Stream.id == stream_id, Stream.state.in_(sources(to))).values(state=to, **values)
    )


async def raise_peak(unit: Unit, stream_id: str, viewers: int) -> bool:
    """Remember the largest audience."""
    return await unit.changed_one(
        sa.update(Stream)
        .where(Stream.id == stream_id, Stream.peak_viewer_count < viewers)
        .values(peak_viewer_count=viewers)
    )


async def delete(unit: Unit, stream_id: str) -> None:
    """Remove a show, with all that is its own. The caller holds its lock and knows that it never started."""
    for table in (Moment, StreamItem, StreamKey, StreamMove):
        await unit.changed(sa.delete(table).where(table.stream_id == stream_id))
    await unit.changed(sa.delete(Stream).where(Stream.id == stream_id, Stream.state.in_(BEFORE)))


async def abandoned(session: AsyncSession, before: datetime, limit: int) -> list[str]:
    """Shows whose encoder has been away since `before`."""
    query = (
        sa.select(Stream.id)
        .where(Stream.state == INTERRUPTED, Stream.interrupted_at < before)
        .order_by(Stream.interrupted_at)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def unclosed(session: AsyncSession, *, after: datetime, before: datetime, limit: int) -> list[str]:
    """Ended shows the provider has not confirmed to have closed."""
    query = (
        sa.select(Stream.id)
        .where(Stream.state == ENDED, Stream.closed_at.is_(None), Stream.ended_at.between(after, before))
        .limit(limit)
    )
    return list(await session.scalars(query))


async def replace_key(unit: Unit, row: StreamKey) -> bool:
    """Make `row` its stream's only good key; False when another key was made at the same moment."""
    await unit.changed(
        sa.update(StreamKey).where(StreamKey.active_stream_id == row.stream_id).values(active_stream_id=None)
    )
    return await unit.add_new(row)


async def active_key(session: AsyncSession, stream_id: str) -> StreamKey | None:
    """The good key of a show."""
    return await session.scalar(sa.select(StreamKey).where(StreamKey.active_stream_id == stream_id))


async def stream_of_key(session: AsyncSession, key_hash: bytes) -> Stream | None:
    """The show a good key belongs to."""
    query = (
        sa.select(Stream).join(StreamKey, StreamKey.active_stream_id == Stream.id).where(StreamKey.key_hash == key_hash)
    )
    return await session.scalar(query)


async def recording(session: AsyncSession, stream_id: str) -> Recording | None:
    """The replay of a show."""
    return await session.scalar(sa.select(Recording).where(Recording.stream_id == stream_id))


async def providers_of(session: AsyncSession, stream_id: str) -> list[ProviderName]:
    """Everybody who has carried the show, whoever carries it now first; nobody when it is unknown."""
    now = await session.scalar(sa.select(Stream.provider).where(Stream.id == stream_id))
    before = await session.scalars(sa.select(StreamMove.from_provider).where(StreamMove.stream_id == stream_id))
    return list(dict.fromkeys([*([] if now is None else [now]), *before]))


async def first_position(session: AsyncSession, stream_id: str, provider: ProviderName) -> int:
    """How much of the show went before a provider carried it, in milliseconds."""
    query = (
        sa.select(StreamMove.from_provider, StreamMove.to_provider, StreamMove.position_ms)
        .where(StreamMove.stream_id == stream_id)
        .order_by(StreamMove.id)
    )
    for number, row in enumerate(await session.execute(query)):
        if number == 0 and row[0] == provider:
            return 0
        if row[1] == provider:
            return int(row[2])
    return 0


async def drop_recording(unit: Unit, stream_id: str) -> None:
    """There is nothing to watch any more."""
    await unit.changed(sa.update(Recording).where(Recording.stream_id == stream_id).values(file_path=None))
    await unit.changed(sa.update(Stream).where(Stream.id == stream_id).values(has_recording=False))


async def moments(session: AsyncSession, stream_id: str) -> Sequence[Moment]:
    """The moments of a show in order."""
    query = sa.select(Moment).where(Moment.stream_id == stream_id).order_by(Moment.starts_ms, Moment.id)
    return (await session.scalars(query)).all()


async def close_moment(unit: Unit, stream_id: str, ends_ms: int) -> None:
    """End the moment that runs now. One that would be empty is dropped."""
    open_one = (Moment.stream_id == stream_id, Moment.ends_ms.is_(None))
    await unit.changed(sa.delete(Moment).where(*open_one, Moment.starts_ms >= ends_ms))
    await unit.changed(sa.update(Moment).where(*open_one).values(ends_ms=ends_ms))
