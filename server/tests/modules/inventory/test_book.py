"""Holding, releasing, selling and restocking: the counters and the ledger stay one."""

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.catalog.ports import StockBook
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.inventory.models import LedgerEntry, Stock
from nightmarket.modules.inventory.service.book_stock import StockInconsistent
from nightmarket.modules.inventory.service.check_books import check_recent_books
from support.clock import FrozenClock


@pytest.fixture
async def variant_id(ctx: Context) -> str:
    """A variant with ten units on the books."""
    variant = new_id("var")
    async with ctx.unit() as unit:
        await ctx.port(StockBook).receive(
            unit, shop_id=new_id("shp"), variant_id=variant, quantity=10, reason="first stock"
        )
    return variant


async def level(ctx: Context, variant_id: str) -> tuple[int, int, int]:
    async with ctx.reader() as session:
        found = (await inventory.levels(session, [variant_id]))[variant_id]
        assert not await inventory.books_that_do_not_add_up(session)
    assert found.received == found.held + found.available + found.sold + found.damaged
    return found.on_hand, found.held, found.available


async def sold(ctx: Context, variant_id: str) -> int:
    async with ctx.reader() as session:
        return (await inventory.levels(session, [variant_id]))[variant_id].sold


async def kinds(ctx: Context, variant_id: str) -> Sequence[Any]:
    query = sa.select(LedgerEntry.kind, LedgerEntry.delta_on_hand, LedgerEntry.delta_held).order_by(LedgerEntry.number)
    async with ctx.reader() as session:
        return [tuple(row) for row in await session.execute(query.where(LedgerEntry.variant_id == variant_id))]


async def test_life_of_units(ctx: Context, variant_id: str) -> None:
    async with ctx.unit() as unit:
        assert await inventory.hold(unit, variant_id=variant_id, quantity=4, reference="clm_1")
    assert await level(ctx, variant_id) == (10, 4, 6)
    async with ctx.unit() as unit:
        await inventory.release(unit, variant_id=variant_id, quantity=1, reference="clm_1")
        await inventory.sell(unit, variant_id=variant_id, quantity=3, reference="clm_1")
    assert await level(ctx, variant_id) == (7, 0, 7)
    assert await sold(ctx, variant_id) == 3
    async with ctx.unit() as unit:
        await inventory.restock(unit, variant_id=variant_id, quantity=2, reference="ord_1")
    assert await level(ctx, variant_id) == (9, 0, 9)
    assert await sold(ctx, variant_id) == 1
    with pytest.raises(StockInconsistent):
        async with ctx.unit() as unit:
            await inventory.restock(unit, variant_id=variant_id, quantity=2, reference="ord_1")
    assert await kinds(ctx, variant_id) == [
        ("received", 10, 0),
        ("held", 0, 4),
        ("released", 0, -1),
        ("sold", -3, -3),
        ("restocked", 2, 0),
    ]


async def test_more_than_there_is_cannot_be_held(ctx: Context, variant_id: str) -> None:
    async with ctx.unit() as unit:
        assert not await inventory.hold(unit, variant_id=variant_id, quantity=11, reference="clm_1")
        assert not await inventory.hold(unit, variant_id=new_id("var"), quantity=1, reference="clm_1")
        assert not unit.has_news
    assert await level(ctx, variant_id) == (10, 0, 10)


@pytest.mark.parametrize("move", [inventory.release, inventory.sell])
async def test_what_is_not_held_cannot_be_released_or_sold(ctx: Context, variant_id: str, move: Any) -> None:
    with pytest.raises(StockInconsistent):
        async with ctx.unit() as unit:
            await move(unit, variant_id=variant_id, quantity=1, reference="clm_1")
    assert await level(ctx, variant_id) == (10, 0, 10)


async def test_database_itself_refuses_impossible_numbers(ctx: Context, variant_id: str) -> None:
    for values in ({"on_hand": -1}, {"held": 11}, {"held": -1}, {"sold": -1}, {"damaged": -1}):
        with pytest.raises((IntegrityError, OperationalError)):
            async with ctx.unit() as unit:
                await unit.changed(sa.update(Stock).where(Stock.variant_id == variant_id).values(**values))
    assert await level(ctx, variant_id) == (10, 0, 10)


@pytest.mark.parametrize("tampered", [{"on_hand": 11}, {"received": 9}, {"sold": 1}, {"damaged": 1, "received": 11}])
async def test_check_sees_books_that_were_tampered_with(
    ctx: Context, variant_id: str, clock: FrozenClock, tampered: dict[str, int]
) -> None:
    async with ctx.unit() as unit:
        await unit.changed(sa.update(Stock).where(Stock.variant_id == variant_id).values(**tampered))
    async with ctx.reader() as session:
        assert await inventory.books_that_do_not_add_up(session) == [variant_id]
    clock.advance(minutes=10)
    with structlog.testing.capture_logs() as logs:
        await check_recent_books(ctx)
    assert [entry["variant_ids"] for entry in logs] == [[variant_id]]
    clock.advance(minutes=10)
    with structlog.testing.capture_logs() as logs:
        await check_recent_books(ctx)
    assert logs == []


async def test_check_sees_units_that_nobody_holds(ctx: Context, variant_id: str) -> None:
    async with ctx.unit() as unit:
        assert await inventory.hold(unit, variant_id=variant_id, quantity=2, reference="clm_lost")
    assert await inventory.holds_without_holder(ctx, [variant_id]) == [variant_id]
    with structlog.testing.capture_logs() as logs:
        await check_recent_books(ctx)
    assert [(entry["event"], entry["variant_ids"]) for entry in logs] == [
        ("inventory.holds_without_holder", [variant_id])
    ]
    async with ctx.unit() as unit:
        await inventory.release(unit, variant_id=variant_id, quantity=2, reference="clm_lost")
    assert await inventory.holds_without_holder(ctx, [variant_id]) == []
