"""`nightmarket worker`, `scheduler` and `relay`: background work on RabbitMQ, for more than one machine."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

from celery import Celery
from kombu.exceptions import ChannelError as BrokerRefusal
from kombu.exceptions import OperationalError as BrokerError

from nightmarket.entrypoints.composition import build_context, build_registry
from nightmarket.entrypoints.opening import opening_refusals
from nightmarket.entrypoints.startup import CannotStart
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import JobRegistry, Queue
from nightmarket.kernel.jobs.broker_relay import BrokerRelay
from nightmarket.kernel.jobs.celery_bridge import (
    WorkerLoop,
    connect_worker_signals,
    declare_dead_letter_queues,
    make_celery,
    publish,
    queue_name,
    register_tasks,
    schedule,
)
from nightmarket.kernel.logging import configure_logging
from nightmarket.kernel.settings import Settings


def make_worker_app(settings: Settings, registry: JobRegistry) -> Celery:
    """The Celery application with the registry's tasks, for a worker or for beat."""
    if settings.broker_url is None:
        raise CannotStart("Set NIGHTMARKET_BROKER__URL: without a broker, jobs run inside `nightmarket up`.")
    app = make_celery(settings.broker_url, settings.broker.prefix)

    async def make_context() -> Context:
        return build_context(settings)

    loop = WorkerLoop(make_context)
    register_tasks(app, registry, loop)
    connect_worker_signals(loop)
    schedule(app, registry)
    return app


def run_worker(settings: Settings, registry: JobRegistry, *, queues: Sequence[Queue], concurrency: int) -> None:
    """Work on the given queues until told to stop; a running job is finished first."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    app = make_worker_app(settings, registry)
    _declare_queues(app)
    app.worker_main(
        [
            "worker",
            f"--queues={','.join(queue_name(settings.broker.prefix, name) for name in queues)}",
            f"--concurrency={concurrency}",
            "--without-mingle",
            "--without-gossip",
            f"--loglevel={settings.log_level}",
        ]
    )


def run_scheduler(settings: Settings) -> None:
    """Send the periodic work to the broker when it is due. Exactly one of these may be active."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    app = make_worker_app(settings, build_registry())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.Beat(schedule=str(Path(settings.data_dir) / "beat-schedule"), loglevel=settings.log_level).run()


async def run_relay(settings: Settings) -> None:
    """Move the outbox to the broker until told to stop."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    if settings.broker_url is None:
        raise CannotStart("Set NIGHTMARKET_BROKER__URL: without a broker, `nightmarket up` relays by itself.")
    app = make_celery(settings.broker_url, settings.broker.prefix)
    await asyncio.to_thread(_declare_queues, app)
    registry = build_registry()
    with opening_refusals():
        ctx = build_context(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await BrokerRelay(ctx, new_id("rly"), lambda row: publish(app, registry, row)).run(stop)
    finally:
        await ctx.close()


def _declare_queues(app: Celery) -> None:
    try:
        declare_dead_letter_queues(app)
    except (BrokerError, BrokerRefusal, OSError) as error:
        raise CannotStart(f"The broker does not answer: {error}.") from error
