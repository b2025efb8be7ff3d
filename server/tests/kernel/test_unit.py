"""What a unit of work promises about inserts and guarded updates, on every engine."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from nightmarket.kernel.context import Context
from nightmarket.kernel.inbox import InboxRow, load, mark_handled, remember
from nightmarket.kernel.unit import Unit


async def test_repeat_of_a_webhook_is_seen_as_one(ctx: Context) -> None:
    async def deliver() -> str | None:
        return await ctx.transact(lambda unit: remember(unit, "sandbox", "event-1", {"a": 1}))

    answers = await asyncio.gather(*(deliver() for _ in range(8)))
    assert sum(answer is not None for answer in answers) == 1


async def test_transaction_stays_usable_after_a_repeat(ctx: Context) -> None:
    async with ctx.unit() as unit:
        assert await remember(unit, "sandbox", "event-1", {}) is not None
        assert await remember(unit, "sandbox", "event-1", {}) is None
        assert await remember(unit, "sandbox", "event-2", {}) is not None
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(InboxRow)) == 2


async def test_missing_value_is_not_taken_for_a_repeat(ctx: Context) -> None:
    async def insert(unit: Unit) -> bool:
        return await unit.add_new(InboxRow(id="inb_" + "0" * 26, provider="x", external_id="y", received_at=unit.now))

    with pytest.raises(DBAPIError):
        await ctx.transact(insert)


async def test_only_one_of_many_wins_a_guarded_update(ctx: Context) -> None:
    inbox_id = await ctx.transact(lambda unit: remember(unit, "sandbox", "event-1", {}))
    assert inbox_id is not None

    async def handle() -> bool:
        return await ctx.transact(lambda unit: mark_handled(unit, inbox_id))

    assert sorted(await asyncio.gather(*(handle() for _ in range(6)))) == [False] * 5 + [True]
    async with ctx.unit() as unit:
        assert await load(unit, inbox_id) is None
