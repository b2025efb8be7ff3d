"""Running one piece of work, the same way in process and on a worker."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import outbox_store
from nightmarket.kernel.jobs.registry import Handler, Job
from nightmarket.kernel.metrics import JOB_SECONDS
from nightmarket.kernel.outbox import HandledEvent
from nightmarket.kernel.unit import Unit


async def run_handler(ctx: Context, handler: Handler, message_id: str, payload: Any, *, closes: bool = False) -> bool:
    """Apply an event exactly once: the mark and the effect share a transaction, whose unique key ends a twin run.

    With `closes` the message is done with that transaction too; the answer says whether it is. A handler that writes
    nothing leaves the one writer of SQLite to those who do. A message may carry several events; they share all of that.
    """
    events = [handler.event.parse(one) for one in (payload if isinstance(payload, list) else [payload])]
    with _measured(handler.name):
        if not handler.writes:
            async with ctx.reader() as session:
                for event in events:
                    await handler.function(Unit(session, ctx.clock()), ctx, event)
            return False
        async with ctx.unit() as unit:
            seen = await unit.session.scalar(
                sa.select(sa.literal(1)).where(
                    HandledEvent.message_id == message_id, HandledEvent.handler == handler.name
                )
            )
            if seen:
                return False
            await unit.add(HandledEvent(message_id=message_id, handler=handler.name, handled_at=unit.now))
            for event in events:
                await handler.function(unit, ctx, event)
            if closes:
                await outbox_store.close(unit, message_id)
    return closes


async def run_job(ctx: Context, job: Job, args: list[Any]) -> None:
    """Run a job once."""
    with _measured(job.name):
        await job.function(ctx, *args)


@contextmanager
def _measured(name: str) -> Iterator[None]:
    start = time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "ok"
    finally:
        JOB_SECONDS.labels(name, outcome).observe(time.perf_counter() - start)
