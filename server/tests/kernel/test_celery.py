"""The same jobs and handlers over RabbitMQ: once, retried, and dead-lettered."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import JobRegistry, celery_bridge, handles, job
from nightmarket.kernel.jobs.broker_relay import BrokerRelay, take_lease
from nightmarket.kernel.outbox import Event
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit
from support.clock import FrozenClock
from support.engines import AMQP, empty_tables, mysql_context, require

PREFIX = f"nm-test-{os.getpid()}"


@dataclass(frozen=True)
class BellRung(Event):
    topic: ClassVar[str] = "test.bell_rung"
    bell: str


class Work:
    """Background work that remembers what ran."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.failures = 2

        @handles(BellRung, name="test.on_bell.v1", queue="realtime")
        async def on_bell(_unit: Unit, _ctx: Context, event: BellRung) -> None:
            self.seen.append(f"bell {event.bell}")

        @job("test.shaky.v1", queue="orders")
        async def shaky(_ctx: Context, word: str) -> None:
            if self.failures:
                self.failures -= 1
                raise Unavailable
            self.seen.append(f"shaky {word}")

        @job("test.broken.v1", queue="mail")
        async def broken(_ctx: Context) -> None:
            raise KeyError("a bug")

        self.shaky, self.broken = shaky, broken
        module = ModuleType("work")
        vars(module).update(on_bell=on_bell, shaky=shaky, broken=broken)
        self.registry = JobRegistry([module])


@pytest.fixture
async def scaled(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Context]:
    require(AMQP, "RabbitMQ")
    url = request.getfixturevalue("mysql_url")
    ctx = mysql_context(tmp_path, url)
    await empty_tables(ctx)
    yield ctx
    await ctx.close()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def app(scaled: Context, work: Work, tmp_path: Path, mysql_url: str) -> Any:
    """A real worker on a thread of its own, with connections of its own."""
    celery = celery_bridge.make_celery(AMQP, PREFIX)

    async def make_context() -> Context:
        return mysql_context(tmp_path, mysql_url)

    loop = celery_bridge.WorkerLoop(make_context)
    celery_bridge.register_tasks(celery, work.registry, loop)
    celery_bridge.declare_dead_letter_queues(celery)
    with start_worker(celery, pool="solo", perform_ping_check=False, loglevel="ERROR", shutdown_timeout=20):
        yield celery
    stopper = threading.Thread(target=loop.stop)
    stopper.start()
    stopper.join(10)
    with celery.connection_for_write() as connection:
        channel = connection.default_channel
        for queue in [*celery.conf.task_queues, *celery.conf.nightmarket_dead_queues]:
            queue(channel).delete()
        for name in (PREFIX, f"{PREFIX}.dead"):
            channel.exchange_delete(name)
    celery.close()


def relay_of(ctx: Context, app: Celery, work: Work) -> BrokerRelay:
    return BrokerRelay(ctx, "rly_test", lambda row: celery_bridge.publish(app, work.registry, row))


async def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  (the other side is a process of its own)
            await asyncio.sleep(0.05)


def dead_messages(app: Celery, queue: str) -> int:
    with app.connection_for_read() as connection:
        declared = connection.default_channel.queue_declare(f"{PREFIX}.dead.{queue}", passive=True)
        return int(declared.message_count)


async def test_events_and_jobs_run_on_the_worker(scaled: Context, app: Celery, work: Work) -> None:
    async with scaled.unit() as unit:
        unit.announce(BellRung("temple"))
        unit.enqueue(work.shaky, "hello")
    relay = relay_of(scaled, app, work)
    await relay.turn()
    assert await relay.turn() is False
    await until(lambda: len(work.seen) == 2)
    assert sorted(work.seen) == ["bell temple", "shaky hello"]
    assert work.failures == 0


async def test_message_sent_twice_acts_once(scaled: Context, app: Celery, work: Work) -> None:
    payload = {"bell": "twice"}
    message = "msg_" + "1" * 26
    for _ in range(3):
        app.send_task("test.on_bell.v1", args=[message, payload], routing_key="realtime")
    app.send_task("test.on_bell.v1", args=["msg_" + "2" * 26, {"bell": "last"}], routing_key="realtime")
    await until(lambda: "bell last" in work.seen)
    assert work.seen == ["bell twice", "bell last"]


async def test_bug_goes_to_the_dead_letter_queue(scaled: Context, app: Celery, work: Work) -> None:
    async with scaled.unit() as unit:
        unit.enqueue(work.broken)
    await relay_of(scaled, app, work).turn()
    await until(lambda: dead_messages(app, "mail") == 1)


async def test_one_relay_leads_until_its_lease_ends(ctx: Context, clock: FrozenClock) -> None:
    assert await take_lease(ctx, "relay", "a")
    assert not await take_lease(ctx, "relay", "b")
    assert await take_lease(ctx, "relay", "a")
    clock.advance(seconds=16)
    assert await take_lease(ctx, "relay", "b")
    assert not await take_lease(ctx, "relay", "a")
