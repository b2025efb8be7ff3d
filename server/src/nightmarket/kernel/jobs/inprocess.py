"""The relay of the embedded default: runs handlers and jobs in this process, straight from the outbox.

Events run one after the other in the order of their commits, each handler in its own transaction. Jobs, which may wait
on a network, run beside them, a few per queue. Whatever was not finished at kill -9 is found again at the next start.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import outbox_store
from nightmarket.kernel.jobs.execution import run_handler, run_job
from nightmarket.kernel.jobs.registry import QUEUES, JobRegistry, Periodic
from nightmarket.kernel.logging import get_logger, request_scope
from nightmarket.kernel.metrics import JOB_WAIT_SECONDS
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.problems import Unavailable

log = get_logger(__name__)

_BATCH = 100
_POLL_SECONDS = 1.0
_JOBS_PER_QUEUE = 4
_MOST_JOBS_IN_FLIGHT = 200
_JOB_SECONDS = 600.0
_LATE_SECONDS = 60.0


class InProcessRelay:
    """Drains the outbox while the process lives, and runs the periodic work."""

    def __init__(self, ctx: Context, registry: JobRegistry) -> None:
        self._ctx = ctx
        self._registry = registry
        self._wake = asyncio.Event()
        self._slots = {queue: asyncio.Semaphore(_JOBS_PER_QUEUE) for queue in QUEUES}
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._turned_at = float("-inf")

    @property
    def is_alive(self) -> bool:
        """Whether the outbox has been looked through lately."""
        return time.monotonic() - self._turned_at < _LATE_SECONDS

    def nudge(self) -> None:
        """Something was committed: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; running jobs are then given up and found again at the next start."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._relay())
                group.create_task(self._every(10.0, "kernel.measure", outbox_store.measure))
                for work in self._registry.periodics.values():
                    group.create_task(self._recur(work))
        finally:
            for task in self._in_flight.values():
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    async def drain(self) -> list[str]:
        """Run everything that is due until nothing is left; the names of what ran. For tests and command-line use."""
        ran: list[str] = []
        while True:
            rows = await self._due()
            if not rows and not self._in_flight:
                return ran
            ran += [row.name for row in rows]
            for row in rows:
                await self._take(row)
            await asyncio.gather(*self._in_flight.values())

    async def _relay(self) -> None:
        while True:
            self._wake.clear()
            try:
                rows = await self._due()
                for row in rows:
                    await self._take(row)
                if len(rows) < _BATCH:
                    await self._sleep()
                self._turned_at = time.monotonic()
            except Unavailable as error:
                log.warning("relay.database_unavailable", error=str(error.__cause__ or error))
                await asyncio.sleep(_POLL_SECONDS)
            except Exception:
                # Nothing may end this loop: what is due stays in the outbox and is looked at again.
                log.exception("relay.turn_failed")
                await asyncio.sleep(_POLL_SECONDS)

    async def _due(self) -> list[OutboxRow]:
        kinds = ("event", "job") if len(self._in_flight) < _MOST_JOBS_IN_FLIGHT else ("event",)
        async with self._ctx.reader() as session:
            return await outbox_store.due(
                session, self._ctx.clock(), limit=_BATCH, kinds=kinds, besides=tuple(self._in_flight)
            )

    async def _sleep(self) -> None:
        async with self._ctx.reader() as session:
            next_at = await outbox_store.next_due_at(session, self._ctx.clock())
        wait = _POLL_SECONDS
        if next_at is not None:
            wait = min(wait, (next_at - self._ctx.clock()).total_seconds())
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=max(0.01, wait))
        except TimeoutError:
            return

    async def _take(self, row: OutboxRow) -> None:
        if row.kind == "event":
            with request_scope(row.request_id):
                await self._run_event(row)
            return
        task = asyncio.create_task(self._run_job(row), name=row.name)
        self._in_flight[row.id] = task
        task.add_done_callback(lambda done: self._forget(row.id, done))

    def _forget(self, message_id: str, task: asyncio.Task[None]) -> None:
        self._in_flight.pop(message_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Its outcome could not be written down, so it is due again.
            log.error("relay.outcome_lost", name=task.get_name(), message_id=message_id, exc_info=error)

    async def _run_event(self, row: OutboxRow) -> None:
        failure: Exception | None = None
        is_done = False
        # Those that write come last: the last of them closes the message in its own transaction.
        handlers = sorted(self._registry.handlers.get(row.name, []), key=lambda handler: handler.writes)
        for index, handler in enumerate(handlers, 1):
            closes = index == len(handlers) and failure is None
            try:
                is_done = await run_handler(self._ctx, handler, row.id, row.payload, closes=closes)
            except Exception as error:
                failure = error
                log.exception("relay.handler_failed", handler=handler.name, message_id=row.id)
        if failure is not None:
            await outbox_store.mark_failed(self._ctx, row, failure, may_retry=True)
        elif not is_done:
            await outbox_store.mark_done(self._ctx, row.id)

    async def _run_job(self, row: OutboxRow) -> None:
        job = self._registry.jobs.get(row.name)
        with request_scope(row.request_id):
            if job is None:
                error = LookupError(f"no job is called {row.name}")
                await outbox_store.mark_failed(self._ctx, row, error, may_retry=False)
                log.error("relay.unknown_job", name=row.name)
                return
            async with self._slots[job.queue]:
                JOB_WAIT_SECONDS.labels(job.queue).observe(
                    max(0.0, (self._ctx.clock() - row.available_at).total_seconds())
                )
                try:
                    async with asyncio.timeout(_JOB_SECONDS):
                        await run_job(self._ctx, job, row.payload)
                except Exception as error:
                    again = await outbox_store.mark_failed(
                        self._ctx, row, error, may_retry=isinstance(error, job.retry_on)
                    )
                    log.warning("relay.job_failed", job=job.name, again=again, exc_info=not again)
                else:
                    await outbox_store.mark_done(self._ctx, row.id)
            self.nudge()

    async def _recur(self, work: Periodic) -> None:
        await self._every(work.every_seconds, work.name, work.function)

    async def _every(self, seconds: float, name: str, function: Callable[[Context], Awaitable[None]]) -> None:
        while True:
            try:
                await function(self._ctx)
            except Exception:
                log.exception("periodic.failed", name=name)
            await asyncio.sleep(seconds)
