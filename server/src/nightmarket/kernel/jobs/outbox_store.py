"""The SQL of the relay: which messages are due, and what became of them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.inbox import InboxRow
from nightmarket.kernel.jobs.registry import MAX_ATTEMPTS, backoff_seconds
from nightmarket.kernel.metrics import INBOX_AGE_SECONDS, OUTBOX_AGE_SECONDS, OUTBOX_DEAD
from nightmarket.kernel.outbox import HandledEvent, OutboxRow
from nightmarket.kernel.tidying import forget_rows
from nightmarket.kernel.unit import Unit

KEEP_DONE = timedelta(days=3)


async def due(
    session: AsyncSession,
    now: datetime,
    *,
    limit: int,
    kinds: Collection[str] = ("event", "job"),
    besides: Collection[str] = (),
) -> list[OutboxRow]:
    """Messages that should leave now, oldest first, besides those already being worked on."""
    query = (
        sa.select(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.available_at <= now)
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    if len(kinds) == 1:
        query = query.where(OutboxRow.kind.in_(kinds))
    if besides:
        query = query.where(OutboxRow.id.not_in(besides))
    return list(await session.scalars(query))


async def next_due_at(session: AsyncSession, now: datetime) -> datetime | None:
    """When the next delayed message becomes due."""
    return await session.scalar(
        sa.select(sa.func.min(OutboxRow.available_at)).where(OutboxRow.done_at.is_(None), OutboxRow.available_at > now)
    )


async def mark_done(ctx: Context, message_id: str) -> None:
    """The message has left for good."""
    async with ctx.unit() as unit:
        await close(unit, message_id)


async def close(unit: Unit, message_id: str) -> None:
    """The message has left for good with the commit of this unit."""
    await unit.changed(sa.update(OutboxRow).where(OutboxRow.id == message_id).values(done_at=unit.now))


async def mark_failed(ctx: Context, row: OutboxRow, error: BaseException, *, may_retry: bool) -> bool:
    """Put a failed message back with a delay, or among the dead. Returns whether it will be tried again."""
    attempts = row.attempts + 1
    again = may_retry and attempts < MAX_ATTEMPTS
    async with ctx.unit() as unit:
        await unit.changed(
            sa.update(OutboxRow)
            .where(OutboxRow.id == row.id)
            .values(
                attempts=attempts,
                last_error=f"{type(error).__name__}: {error}"[:2000],
                available_at=unit.now + timedelta(seconds=backoff_seconds(attempts)),
                done_at=None if again else unit.now,
                is_dead=not again,
            )
        )
    return again


async def tidy(ctx: Context) -> None:
    """Forget what left long ago; the dead stay until somebody has looked at them."""
    before = ctx.clock() - KEEP_DONE
    await forget_rows(ctx, OutboxRow, OutboxRow.done_at < before, sa.not_(OutboxRow.is_dead))
    await forget_rows(ctx, HandledEvent, HandledEvent.handled_at < before - KEEP_DONE)


async def measure(ctx: Context) -> None:
    """Set the gauges that operators watch."""
    now = ctx.clock()
    async with ctx.reader() as session:
        oldest = await session.scalar(
            sa.select(sa.func.min(OutboxRow.available_at)).where(
                OutboxRow.done_at.is_(None), OutboxRow.available_at <= now
            )
        )
        dead = await session.scalar(sa.select(sa.func.count()).select_from(OutboxRow).where(OutboxRow.is_dead))
        unhandled = await session.scalar(
            sa.select(sa.func.min(InboxRow.received_at)).where(InboxRow.handled_at.is_(None))
        )
    OUTBOX_AGE_SECONDS.set((now - oldest).total_seconds() if oldest else 0)
    OUTBOX_DEAD.set(dead or 0)
    INBOX_AGE_SECONDS.set((now - unhandled).total_seconds() if unhandled else 0)
