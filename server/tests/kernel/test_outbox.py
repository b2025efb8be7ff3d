"""State and news share a commit; handlers act once."""

import asyncio
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import JobRegistry, handles, job
from nightmarket.kernel.jobs.execution import run_handler
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.outbox import Event, HandledEvent, OutboxRow
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit


@dataclass(frozen=True)
class LampLit(Event):
    topic: ClassVar[str] = "test.lamp_lit"
    lamp: str


def registry_of(*work: Any) -> JobRegistry:
    module = ModuleType("test_work")
    for index, one in enumerate(work):
        setattr(module, f"work_{index}", one)
    return JobRegistry([module])


async def test_news_is_lost_with_a_failed_unit(ctx: Context) -> None:
    async def fail(unit: Unit) -> None:
        unit.announce(LampLit("a"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await ctx.transact(fail)
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) == 0


async def test_event_reaches_every_handler_once(ctx: Context) -> None:
    seen: list[str] = []

    @handles(LampLit, name="test.first.v1", queue="bulk")
    async def first(_unit: Unit, _ctx: Context, event: LampLit) -> None:
        seen.append(f"first {event.lamp}")

    @handles(LampLit, name="test.second.v1", queue="bulk")
    async def second(_unit: Unit, _ctx: Context, event: LampLit) -> None:
        seen.append(f"second {event.lamp}")

    relay = InProcessRelay(ctx, registry_of(first, second))
    async with ctx.unit() as unit:
        unit.announce(LampLit("a"))
    assert await relay.drain() == ["test.lamp_lit"]
    assert await relay.drain() == []
    assert seen == ["first a", "second a"]


async def test_handler_run_twice_acts_once(ctx: Context) -> None:
    seen: list[str] = []

    @handles(LampLit, name="test.once.v1", queue="bulk")
    async def once(_unit: Unit, _ctx: Context, event: LampLit) -> None:
        seen.append(event.lamp)

    message = "msg_" + "0" * 26
    await run_handler(ctx, once, message, {"lamp": "a"})
    await run_handler(ctx, once, message, {"lamp": "a", "unknown": 1})
    assert seen == ["a"]
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(HandledEvent)) == 1


async def test_job_is_retried_then_dead(ctx: Context, clock: Any) -> None:
    tries = 0

    @job("test.flaky.v1", queue="bulk")
    async def flaky(_ctx: Context, _word: str) -> None:
        nonlocal tries
        tries += 1
        raise Unavailable

    relay = InProcessRelay(ctx, registry_of(flaky))
    async with ctx.unit() as unit:
        unit.enqueue(flaky, "hello")
    for _ in range(12):
        await relay.drain()
        clock.advance(minutes=6)
    assert tries == 8
    async with ctx.reader() as session:
        row = (await session.scalars(sa.select(OutboxRow))).one()
    assert row.is_dead
    assert "Unavailable" in (row.last_error or "")


async def test_bug_in_a_job_is_dead_at_once(ctx: Context, clock: Any) -> None:
    tries = 0

    @job("test.broken.v1", queue="bulk")
    async def broken(_ctx: Context) -> None:
        nonlocal tries
        tries += 1
        raise KeyError("bug")

    relay = InProcessRelay(ctx, registry_of(broken))
    async with ctx.unit() as unit:
        unit.enqueue(broken)
    await relay.drain()
    clock.advance(minutes=10)
    await relay.drain()
    assert tries == 1


async def test_delayed_job_waits_for_its_time(ctx: Context, clock: Any) -> None:
    seen: list[str] = []

    @job("test.later.v1", queue="bulk")
    async def later(_ctx: Context, word: str) -> None:
        seen.append(word)

    relay = InProcessRelay(ctx, registry_of(later))
    async with ctx.unit() as unit:
        clock.advance(minutes=5)
        unit.enqueue(later, "now", at=ctx.clock())
        clock.advance(minutes=-5)
    assert await relay.drain() == []
    clock.advance(minutes=6)
    assert await relay.drain() == ["test.later.v1"]
    assert seen == ["now"]


@pytest.mark.parametrize("trouble", [Unavailable(), OperationalError("SELECT", {}, OSError("disk I/O error"))])
async def test_relay_outlives_a_database_that_is_away_for_a_moment(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    seen = asyncio.Event()
    asked = asyncio.Event()

    @job("test.after_trouble.v1", queue="bulk")
    async def after_trouble(_ctx: Context) -> None:
        seen.set()

    async def away(*_asked: Any) -> None:
        asked.set()
        raise trouble

    monkeypatch.setattr("nightmarket.kernel.jobs.outbox_store.next_due_at", away)
    relay = InProcessRelay(ctx, registry_of(after_trouble))
    running = asyncio.create_task(relay.run())
    try:
        await asyncio.wait_for(asked.wait(), 5)
        async with ctx.unit() as unit:
            unit.enqueue(after_trouble)
        relay.nudge()
        await asyncio.wait_for(seen.wait(), 5)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_flood_of_jobs_is_taken_in_portions_and_holds_up_no_event(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nightmarket.kernel.jobs.inprocess._MOST_JOBS_IN_FLIGHT", 6)
    monkeypatch.setattr("nightmarket.kernel.jobs.inprocess._BATCH", 3)
    gate, lit = asyncio.Event(), asyncio.Event()
    running_most, done = 0, 0

    @job("test.flood.v1", queue="bulk")
    async def flood(_ctx: Context) -> None:
        nonlocal done
        await gate.wait()
        done += 1

    @handles(LampLit, name="test.light.v1", queue="realtime")
    async def light(_unit: Unit, _ctx: Context, _event: LampLit) -> None:
        nonlocal running_most
        running_most = sum(task.get_name() == "test.flood.v1" for task in asyncio.all_tasks())
        lit.set()

    async with ctx.unit() as unit:
        for _ in range(20):
            unit.enqueue(flood)
        unit.announce(LampLit("a"))
    running = asyncio.create_task(InProcessRelay(ctx, registry_of(flood, light)).run())
    try:
        await asyncio.wait_for(lit.wait(), 10)
        assert running_most <= 8
        gate.set()
        async with asyncio.timeout(30):
            while done < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_handler_that_only_tells_waits_for_no_writer_and_the_last_writer_closes_the_message(
    ctx: Context,
) -> None:
    told: list[str] = []
    commits = 0

    @handles(LampLit, name="test.write.v1", queue="realtime")
    async def write(unit: Unit, _ctx: Context, _event: LampLit) -> None:
        nonlocal commits
        commits += 1
        assert unit.session.in_transaction()

    @handles(LampLit, name="test.tell.v1", queue="realtime", writes=False)
    async def tell(unit: Unit, tell_ctx: Context, event: LampLit) -> None:
        rows = await unit.session.scalars(sa.select(OutboxRow.name))
        async with tell_ctx.unit():  # would wait for itself if telling held the writer
            told.append(f"{event.lamp} {list(rows)}")

    async with ctx.unit() as unit:
        unit.announce(LampLit("a"))
    await InProcessRelay(ctx, registry_of(write, tell)).drain()
    assert (told, commits) == ([f"a {[LampLit.topic]}"], 1)
    async with ctx.reader() as session:
        assert list(await session.scalars(sa.select(HandledEvent.handler))) == ["test.write.v1"]
        assert await session.scalar(sa.select(OutboxRow.done_at)) is not None
