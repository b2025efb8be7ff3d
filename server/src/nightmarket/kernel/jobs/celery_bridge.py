"""The same handlers and jobs on Celery workers.

Celery cannot run coroutines, so each worker process keeps one `asyncio.Runner` and one set of connections for its life.
A message that fails for good is rejected to the dead-letter exchange of its queue, where it stays for a human.
Nothing outside this file knows Celery.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from celery import Celery
from celery.exceptions import Reject
from celery.signals import worker_process_init, worker_process_shutdown
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError as BrokerError

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs.execution import run_handler, run_job
from nightmarket.kernel.jobs.registry import (
    MAX_ATTEMPTS,
    QUEUES,
    Handler,
    Job,
    JobRegistry,
    Periodic,
    backoff_seconds,
)
from nightmarket.kernel.logging import get_logger, request_scope
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.problems import Unavailable

log = get_logger(__name__)

_HARD_LIMIT_SECONDS = 600

MakeContext = Callable[[], Coroutine[Any, Any, Context]]
Body = Callable[..., Coroutine[Any, Any, None]]


class WorkerLoop:
    """The event loop and connections of one worker process."""

    def __init__(self, make_context: MakeContext) -> None:
        self._make_context = make_context
        self._runner: asyncio.Runner | None = None
        self._ctx: Context | None = None

    def start(self, **_signal: Any) -> None:
        """Called in the forked child: connections must not cross a fork."""
        self._runner = asyncio.Runner()
        self._ctx = self._runner.run(self._make_context())

    def stop(self, **_signal: Any) -> None:
        """Close the connections at shutdown."""
        if self._runner is not None and self._ctx is not None:
            self._runner.run(self._ctx.close())
            self._runner.close()
            self._runner = None

    def run(self, body: Body, args: tuple[Any, ...]) -> None:
        """Run a coroutine to its end on this process's loop."""
        if self._runner is None:
            self.start()
        if self._runner is None or self._ctx is None:
            raise RuntimeError("the worker loop did not start")
        self._runner.run(body(self._ctx, *args))


def make_celery(broker_url: str, prefix: str) -> Celery:
    """A Celery application with our queues, each with a dead-letter queue behind it."""
    app = Celery(prefix, broker=broker_url)
    exchange = Exchange(prefix, type="topic", durable=True)
    dead = Exchange(f"{prefix}.dead", type="topic", durable=True)
    app.conf.update(
        task_queues=[
            Queue(
                queue_name(prefix, name),
                exchange,
                routing_key=name,
                queue_arguments={"x-dead-letter-exchange": dead.name, "x-dead-letter-routing-key": name},
            )
            for name in QUEUES
        ],
        task_default_queue=queue_name(prefix, "bulk"),
        task_default_exchange=prefix,
        task_default_exchange_type="topic",
        task_default_routing_key="bulk",
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        task_time_limit=_HARD_LIMIT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"confirm_publish": True},
        enable_utc=True,
        timezone="UTC",
    )
    app.conf.nightmarket_dead_queues = [
        Queue(f"{dead.name}.{name}", dead, routing_key=name, durable=True) for name in QUEUES
    ]
    return app


def queue_name(prefix: str, queue: str) -> str:
    """The name of one of our queues on the broker."""
    return f"{prefix}.{queue}"


def declare_dead_letter_queues(app: Celery) -> None:
    """Create the dead-letter exchange and queues; safe to repeat."""
    with app.connection_for_write() as connection:
        for queue in app.conf.nightmarket_dead_queues:
            queue(connection.default_channel).declare()
        for queue in app.conf.task_queues:
            queue(connection.default_channel).declare()


def publish(app: Celery, registry: JobRegistry, row: OutboxRow) -> None:
    """Hand one outbox message to the broker: a job once, an event once per handler. Blocks; call it off the loop.

    Unavailable when the broker does not take it.
    """
    try:
        _send(app, registry, row)
    except BrokerError as error:
        raise Unavailable(retry_after=1) from error


def _send(app: Celery, registry: JobRegistry, row: OutboxRow) -> None:
    headers = {"nightmarket_request_id": row.request_id}
    if row.kind == "job":
        job = registry.jobs.get(row.name)
        queue = job.queue if job else "bulk"
        app.send_task(row.name, args=row.payload, task_id=row.id, routing_key=queue, headers=headers)
        return
    for handler in registry.handlers.get(row.name, []):
        app.send_task(
            handler.name,
            args=[row.id, row.payload],
            task_id=f"{row.id}:{handler.name}",
            routing_key=handler.queue,
            headers=headers,
        )


def register_tasks(app: Celery, registry: JobRegistry, loop: WorkerLoop) -> None:
    """Make every job, handler and periodic of the registry a Celery task under its own name."""
    for job in registry.jobs.values():
        _task(app, job.name, job.retry_on, _job_body(job), loop)
    for group in registry.handlers.values():
        for handler in group:
            _task(app, handler.name, (Exception,), _handler_body(handler), loop)
    for work in registry.periodics.values():
        _task(app, work.name, (), _periodic_body(work), loop)


def _job_body(job: Job) -> Body:
    async def body(ctx: Context, *args: Any) -> None:
        await run_job(ctx, job, list(args))

    return body


def _handler_body(handler: Handler) -> Body:
    async def body(ctx: Context, message_id: str, payload: Any) -> None:
        await run_handler(ctx, handler, message_id, payload)

    return body


def _periodic_body(work: Periodic) -> Body:
    async def body(ctx: Context) -> None:
        await work.function(ctx)

    return body


def schedule(app: Celery, registry: JobRegistry) -> None:
    """The beat schedule: every periodic of the registry, on its own queue, dropped when a turn is late."""
    app.conf.beat_schedule = {
        work.name: {
            "task": work.name,
            "schedule": work.every_seconds,
            "options": {"routing_key": work.queue, "expires": max(10.0, work.every_seconds)},
        }
        for work in registry.periodics.values()
    }


def connect_worker_signals(loop: WorkerLoop) -> None:
    """Open connections after each fork and close them at the end."""
    worker_process_init.connect(loop.start, weak=False)
    worker_process_shutdown.connect(loop.stop, weak=False)


def _task(app: Celery, name: str, retry_on: tuple[type[Exception], ...], body: Body, loop: WorkerLoop) -> None:
    def run(self: Any, *args: Any) -> None:
        headers = self.request.headers or {}
        with request_scope(headers.get("nightmarket_request_id")):
            try:
                loop.run(body, args)
            except retry_on as error:
                tries = self.request.retries + 1
                if tries >= MAX_ATTEMPTS:
                    log.exception("worker.gave_up", task=name)
                    raise Reject(error, requeue=False) from error
                raise self.retry(exc=error, countdown=backoff_seconds(tries), max_retries=MAX_ATTEMPTS) from error
            except Exception as error:
                log.exception("worker.failed", task=name)
                raise Reject(error, requeue=False) from error

    app.task(run, bind=True, name=name, shared=False)
