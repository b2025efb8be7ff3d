"""The same jobs and handlers over RabbitMQ, on a real worker process: once, retried, and dead-lettered."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import celery_bridge
from nightmarket.kernel.jobs.broker_relay import BrokerRelay, take_lease
from nightmarket.kernel.outbox import job_row
from nightmarket.kernel.problems import Unavailable
from support.celery_worker import FAILURES, SEEN, BellRung, broken, registry, shaky
from support.clock import FrozenClock
from support.engines import AMQP, REDIS, REDIS_DATABASE, empty_tables, mysql_context, require

PREFIX = f"nm-test-{os.getpid()}"
TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def app() -> Iterator[Celery]:
    """Our side of the broker; its queues are removed at the end."""
    require(AMQP, "RabbitMQ")
    celery = celery_bridge.make_celery(AMQP, PREFIX)
    celery_bridge.declare_dead_letter_queues(celery)
    yield celery
    with celery.connection_for_write() as connection:
        channel = connection.default_channel
        for queue in [*celery.conf.task_queues, *celery.conf.nightmarket_dead_queues]:
            queue(channel).delete()
        for name in (PREFIX, f"{PREFIX}.dead"):
            channel.exchange_delete(name)
    celery.close()


@pytest.fixture(scope="module", autouse=True)
def worker(app: Celery, mysql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """`nightmarket worker` with the work of `support.celery_worker`."""
    environment = os.environ | {
        "PYTHONPATH": str(TESTS),
        "NIGHTMARKET_ENVIRONMENT": "test",
        "NIGHTMARKET_SECRET_KEY": "test-secret-key-that-is-long-enough-0123456789",
        "NIGHTMARKET_DATA_DIR": str(tmp_path_factory.mktemp("worker")),
        "NIGHTMARKET_LOG_LEVEL": "error",
        "NIGHTMARKET_DATABASE__URL": mysql_url,
        "NIGHTMARKET_REDIS__URL": f"{REDIS}/{REDIS_DATABASE}",
        "NIGHTMARKET_BROKER__URL": AMQP,
        "NIGHTMARKET_BROKER__PREFIX": PREFIX,
    }
    process = subprocess.Popen([sys.executable, "-m", "support.celery_worker"], env=environment)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


@pytest.fixture
async def scaled(tmp_path: Path, mysql_url: str) -> AsyncIterator[Context]:
    """Our own connections to what the worker uses."""
    ctx = mysql_context(tmp_path, mysql_url)
    await empty_tables(ctx)
    yield ctx
    await ctx.close()


def relay_of(ctx: Context, app: Celery) -> BrokerRelay:
    work = registry()
    return BrokerRelay(ctx, "rly_test", lambda row: celery_bridge.publish(app, work, row))


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  (the other side is a process of its own)
            await asyncio.sleep(0.05)


async def dead_messages(app: Celery, queue: str) -> int:
    with app.connection_for_read() as connection:
        declared = connection.default_channel.queue_declare(f"{PREFIX}.dead.{queue}", passive=True)
        return int(declared.message_count)


async def test_events_and_jobs_run_on_the_worker(scaled: Context, app: Celery) -> None:
    await scaled.redis.set(FAILURES, 2)
    async with scaled.unit() as unit:
        unit.announce(BellRung("temple"))
        unit.enqueue(shaky, "hello")
    relay = relay_of(scaled, app)
    await relay.turn()
    assert await relay.turn() is False

    async def both_seen() -> bool:
        return await scaled.redis.llen(SEEN) == 2

    await until(both_seen)
    assert sorted(await scaled.redis.lrange(SEEN, 0, -1)) == ["bell temple", "shaky hello"]
    assert int(await scaled.redis.get(FAILURES)) == -1


async def test_message_sent_twice_acts_once(scaled: Context, app: Celery) -> None:
    for _ in range(3):
        app.send_task("test.on_bell.v1", args=["msg_" + "1" * 26, {"bell": "twice"}], routing_key="realtime")
    app.send_task("test.on_bell.v1", args=["msg_" + "2" * 26, {"bell": "last"}], routing_key="realtime")

    async def last_seen() -> bool:
        return "bell last" in await scaled.redis.lrange(SEEN, 0, -1)

    await until(last_seen)
    assert await scaled.redis.lrange(SEEN, 0, -1) == ["bell twice", "bell last"]


async def test_bug_goes_to_the_dead_letter_queue(scaled: Context, app: Celery) -> None:
    async with scaled.unit() as unit:
        unit.enqueue(broken)
    await relay_of(scaled, app).turn()

    async def one_dead() -> bool:
        return await dead_messages(app, "mail") == 1

    await until(one_dead)


async def test_one_relay_leads_until_its_lease_ends(ctx: Context, clock: FrozenClock) -> None:
    assert await take_lease(ctx, "relay", "a")
    assert not await take_lease(ctx, "relay", "b")
    assert await take_lease(ctx, "relay", "a")
    clock.advance(seconds=16)
    assert await take_lease(ctx, "relay", "b")
    assert not await take_lease(ctx, "relay", "a")


def test_a_broker_that_is_away_is_unavailable() -> None:
    """So that the relay waits for it instead of ending."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    away = celery_bridge.make_celery(f"amqp://guest:guest@127.0.0.1:{port}//", PREFIX)
    row = job_row("test.shaky.v1", [], now=FrozenClock()(), at=None, request_id=None)
    with pytest.raises(Unavailable):
        celery_bridge.publish(away, registry(), row)
    away.close()
