"""What has served leaves the database, in process and on workers alike."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from nightmarket.entrypoints.composition import build_registry
from nightmarket.kernel import tidying
from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import IdempotencyRow
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.inbox import InboxRow, mark_handled, remember
from nightmarket.kernel.jobs import JobRegistry
from nightmarket.kernel.jobs.celery_bridge import make_celery, schedule
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.outbox import HandledEvent, OutboxRow
from nightmarket.kernel.tasks import forget_idempotency_keys, tidy_inbox, tidy_outbox
from support.clock import FrozenClock


def message(ctx: Context, *, days_ago: int, is_dead: bool = False, is_done: bool = True) -> OutboxRow:
    at = ctx.clock() - timedelta(days=days_ago)
    return OutboxRow(
        id=new_id("msg"),
        kind="event",
        name="test.nothing",
        payload={},
        created_at=at,
        available_at=at,
        done_at=at if is_done else None,
        is_dead=is_dead,
    )


def key(ctx: Context, name: str, *, hours_ago: int) -> IdempotencyRow:
    at = ctx.clock() - timedelta(hours=hours_ago)
    return IdempotencyRow(scope="s", key=name, body_hash=b"h" * 32, status=201, answer={}, created_at=at)


async def count(ctx: Context, table: Any) -> int:
    async with ctx.reader() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_only_old_keys_are_forgotten_in_small_portions(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "_BATCH", 2)
    async with ctx.unit() as unit:
        await unit.add(*(key(ctx, f"old{number}", hours_ago=25) for number in range(5)), key(ctx, "new", hours_ago=23))
    await forget_idempotency_keys.function(ctx)
    async with ctx.reader() as session:
        assert list(await session.scalars(sa.select(IdempotencyRow.key))) == ["new"]


async def test_the_outbox_forgets_what_left_and_keeps_the_dead_and_the_waiting(ctx: Context) -> None:
    kept = [
        message(ctx, days_ago=2),
        message(ctx, days_ago=9, is_dead=True),
        message(ctx, days_ago=9, is_done=False),
    ]
    async with ctx.unit() as unit:
        await unit.add(message(ctx, days_ago=4), *kept)
        for days in (5, 7):
            at = unit.now - timedelta(days=days)
            await unit.add(HandledEvent(message_id=new_id("msg"), handler="test.v1", handled_at=at))
    await tidy_outbox.function(ctx)
    async with ctx.reader() as session:
        assert set(await session.scalars(sa.select(OutboxRow.id))) == {row.id for row in kept}
    assert await count(ctx, HandledEvent) == 1


async def test_the_inbox_forgets_what_was_handled_long_ago(ctx: Context, clock: FrozenClock) -> None:
    async with ctx.unit() as unit:
        old = await remember(unit, "sandbox", "old", {})
        waiting = await remember(unit, "sandbox", "waiting", {})
        assert old is not None
        assert await mark_handled(unit, old)
    clock.advance(days=91)
    async with ctx.unit() as unit:
        recent = await remember(unit, "sandbox", "recent", {})
        assert recent is not None
        assert await mark_handled(unit, recent)
    await tidy_inbox.function(ctx)
    async with ctx.reader() as session:
        assert set(await session.scalars(sa.select(InboxRow.id))) == {waiting, recent}


@pytest.mark.parametrize("name", ["kernel.forget_idempotency_keys.v1", "kernel.tidy_outbox.v1", "kernel.tidy_inbox.v1"])
def test_tidying_is_scheduled_on_workers(name: str) -> None:
    app = make_celery("memory://", "test")
    schedule(app, build_registry())
    planned = app.conf.beat_schedule[name]
    assert planned["task"] == name
    assert planned["schedule"] <= 3600


async def test_tidying_runs_in_process(ctx: Context) -> None:
    async with ctx.unit() as unit:
        await unit.add(key(ctx, "old", hours_ago=25), message(ctx, days_ago=4))
    registry = build_registry()
    ours = JobRegistry()
    ours.periodics = {name: work for name, work in registry.periodics.items() if name.startswith("kernel.")}
    running = asyncio.create_task(InProcessRelay(ctx, ours).run())
    try:
        async with asyncio.timeout(10):
            while await count(ctx, IdempotencyRow) + await count(ctx, OutboxRow):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
