"""What a unit of work promises about inserts and guarded updates, on every engine."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from nightmarket.kernel import db as kernel_db
from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Database
from nightmarket.kernel.inbox import InboxRow, load, mark_handled, remember
from nightmarket.kernel.problems import Unavailable
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


async def test_contention_is_tried_again_after_a_moment(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("nightmarket.kernel.context.asyncio.sleep", _noting(waits))
    tries = 0

    async def contended(_unit: Unit) -> str:
        nonlocal tries
        tries += 1
        if tries < 8:
            raise Unavailable
        return "done"

    assert await ctx.transact(contended) == "done"
    assert len(waits) == 7
    assert all(0 <= wait <= 0.1 for wait in waits)
    assert len(set(waits)) > 1


async def test_contention_that_does_not_end_is_told_to_the_caller(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("nightmarket.kernel.context.asyncio.sleep", _noting(waits))

    async def contended(_unit: Unit) -> None:
        raise Unavailable

    with pytest.raises(Unavailable):
        await ctx.transact(contended)
    assert len(waits) == 9


def _noting(waits: list[float]) -> Callable[[float], Awaitable[None]]:
    async def note(seconds: float) -> None:
        waits.append(seconds)

    return note


async def test_a_pool_without_a_free_connection_is_unavailable(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_db, "_TURN_SECONDS", 0.05)
    db = Database(ctx.db.url.render_as_string(hide_password=False), pool_size=1)
    db._writer.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    try:
        async with db.transaction() as session:
            await session.execute(sa.text("SELECT 1"))
            with pytest.raises(Unavailable):
                async with db.transaction() as second:
                    await second.execute(sa.text("SELECT 1"))
    finally:
        await db.close()


async def test_a_database_that_is_away_is_unavailable() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    db = Database(f"mysql+asyncmy://root@127.0.0.1:{port}/nothing")
    try:
        with pytest.raises(Unavailable):
            async with db.reading() as session:
                await session.execute(sa.text("SELECT 1"))
    finally:
        await db.close()
