"""Every SQL statement of orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import is_id, new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.orders.models import OrderEventRow, OrderLineRow, OrderRow, ShipmentRow
from nightmarket.modules.orders.policy import folded
from nightmarket.modules.orders.states import BEFORE_PACKING, State, sources_of


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders: of a buyer or a shop, in a state, of a show, with these words, older than an id, placed then."""

    buyer_id: str | None = None
    shop_id: str | None = None
    state: State | None = None
    stream_id: str | None = None
    text: str | None = None
    before: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def order(session: AsyncSession, order_id: str) -> OrderRow | None:
    """An order as it is now."""
    return await session.get(OrderRow, order_id, populate_existing=True)


async def locked_order(unit: Unit, order_id: str) -> OrderRow | None:
    """An order that nobody else changes until this transaction ends."""
    return await unit.session.get(OrderRow, order_id, populate_existing=True, with_for_update=True)


async def find(session: AsyncSession, wanted: OrderFilter, limit: int) -> Sequence[OrderRow]:
    """Orders, newest first."""
    if wanted.stream_id is not None and not is_id("str", wanted.stream_id):
        return []
    query = sa.select(OrderRow).order_by(OrderRow.id.desc()).limit(limit)
    if wanted.buyer_id is not None:
        query = query.where(OrderRow.buyer_id == wanted.buyer_id)
    if wanted.shop_id is not None:
        query = query.where(OrderRow.shop_id == wanted.shop_id)
    if wanted.state is not None:
        query = query.where(OrderRow.state == wanted.state)
    if wanted.stream_id is not None:
        of_stream = sa.select(OrderLineRow.order_id).where(OrderLineRow.stream_id == wanted.stream_id)
        query = query.where(OrderRow.id.in_(of_stream))
    for word in folded(wanted.text or "").split():
        query = query.where(OrderRow.search_text.contains(word, autoescape=True))
    if wanted.before is not None:
        query = query.where(OrderRow.id < wanted.before)
    if wanted.since is not None:
        query = query.where(OrderRow.placed_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(OrderRow.placed_at < wanted.until)
    return (await session.scalars(query)).all()


async def lines_of(session: AsyncSession, order_ids: Collection[str]) -> Sequence[OrderLineRow]:
    """The lines of some orders, in the order they were made."""
    if not order_ids:
        return []
    return (
        await session.scalars(
            sa.select(OrderLineRow)
            .where(OrderLineRow.order_id.in_(order_ids))
            .order_by(OrderLineRow.id)
            .execution_options(populate_existing=True)
        )
    ).all()


async def shipments_of(session: AsyncSession, order_ids: Collection[str]) -> Sequence[ShipmentRow]:
    """The parcels of some orders, oldest first."""
    if not order_ids:
        return []
    return (
        await session.scalars(
            sa.select(ShipmentRow).where(ShipmentRow.order_id.in_(order_ids)).order_by(ShipmentRow.id)
        )
    ).all()


async def events_of(session: AsyncSession, order_ids: Collection[str]) -> Sequence[OrderEventRow]:
    """What happened to some orders, oldest first."""
    if not order_ids:
        return []
    return (
        await session.scalars(
            sa.select(OrderEventRow).where(OrderEventRow.order_id.in_(order_ids)).order_by(OrderEventRow.id)
        )
    ).all()


async def overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Orders whose time to pay is over."""
    return (
        await session.scalars(
            sa.select(OrderRow.id)
            .where(OrderRow.state == "pending_payment", OrderRow.pay_by <= now)
            .order_by(OrderRow.pay_by)
            .limit(limit)
        )
    ).all()


async def move(
    unit: Unit, order_id: str, target: State, *, only_from: Collection[State] | None = None, **values: Any
) -> bool:
    """Change the state if the table of moves allows it, and only from some states if asked so. One caller wins."""
    sources = sources_of(target) if only_from is None else sources_of(target) & set(only_from)
    return await unit.changed_one(
        sa.update(OrderRow).where(OrderRow.id == order_id, OrderRow.state.in_(sources)).values(state=target, **values)
    )


async def note(
    unit: Unit, order_id: str, kind: str, *, actor_id: str | None = None, details: dict[str, Any] | None = None
) -> None:
    """Add to the story."""
    await unit.add(
        OrderEventRow(
            id=new_id("oev"), order_id=order_id, kind=kind, actor_id=actor_id, details=details or {}, at=unit.now
        )
    )


async def add_restocked(unit: Unit, line_id: str, quantity: int) -> bool:
    """Count units of a line as back in the stock; False when that is more than were sold."""
    return await unit.changed_one(
        sa.update(OrderLineRow)
        .where(
            OrderLineRow.id == line_id,
            OrderLineRow.restocked + OrderLineRow.cancelled + quantity <= OrderLineRow.quantity,
        )
        .values(restocked=OrderLineRow.restocked + quantity)
    )


async def cancel_units(unit: Unit, line_id: str, quantity: int) -> bool:
    """Take units out of a line; False when it does not have that many left."""
    return await unit.changed_one(
        sa.update(OrderLineRow)
        .where(
            OrderLineRow.id == line_id,
            OrderLineRow.restocked + OrderLineRow.cancelled + quantity <= OrderLineRow.quantity,
        )
        .values(cancelled=OrderLineRow.cancelled + quantity)
    )


async def add_units(unit: Unit, line_id: str, quantity: int) -> None:
    """More units in a line of an order that is locked."""
    await unit.changed(
        sa.update(OrderLineRow).where(OrderLineRow.id == line_id).values(quantity=OrderLineRow.quantity + quantity)
    )


async def set_open(unit: Unit, order_id: str, **values: Any) -> bool:
    """Change an order that is not being packed yet; False when it is, or is over."""
    return await unit.changed_one(
        sa.update(OrderRow).where(OrderRow.id == order_id, OrderRow.state.in_(BEFORE_PACKING)).values(**values)
    )


async def units_held(session: AsyncSession, variant_ids: Collection[str]) -> dict[str, int]:
    """Units of variants that orders without money hold by themselves; what was claimed is held by its claim."""
    query = (
        sa.select(OrderLineRow.variant_id, sa.func.sum(OrderLineRow.quantity - OrderLineRow.cancelled))
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(
            OrderLineRow.variant_id.in_(variant_ids),
            OrderLineRow.claim_id.is_(None),
            OrderRow.state == "pending_payment",
        )
        .group_by(OrderLineRow.variant_id)
    )
    return {row[0]: int(row[1]) for row in await session.execute(query)}
