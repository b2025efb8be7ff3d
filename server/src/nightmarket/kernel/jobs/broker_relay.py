"""The relay of the scaled deployment: moves outbox rows to the broker. One holds the lease, others stand by."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Base, UtcDateTime, key_text
from nightmarket.kernel.jobs import outbox_store
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.problems import Unavailable

log = get_logger(__name__)

LEASE_SECONDS = 15
_BATCH = 200
_POLL_SECONDS = 0.2


class Lease(Base):
    """Who may act alone at something, until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    holder: Mapped[str] = mapped_column(key_text(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())


async def take_lease(ctx: Context, name: str, holder: str) -> bool:
    """Take or renew a lease; False while somebody else holds it."""
    async with ctx.unit() as unit:
        until = unit.now + timedelta(seconds=LEASE_SECONDS)
        won = await unit.changed_one(
            sa.update(Lease)
            .where(Lease.name == name, sa.or_(Lease.holder == holder, Lease.expires_at < unit.now))
            .values(holder=holder, expires_at=until)
        )
        return won or await unit.add_new(Lease(name=name, holder=holder, expires_at=until))


class BrokerRelay:
    """Publishes due messages and marks them sent. A crash between the two sends one again: receivers are idempotent."""

    def __init__(self, ctx: Context, holder: str, publish: Callable[[OutboxRow], None]) -> None:
        self._ctx = ctx
        self._holder = holder
        self._publish = publish

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            try:
                busy = await take_lease(self._ctx, "relay", self._holder) and await self.turn()
            except (Unavailable, OSError) as error:
                log.warning("relay.unavailable", error=str(error.__cause__ or error))
                busy = False
            if not busy:
                try:
                    await asyncio.wait_for(stop.wait(), timeout=_POLL_SECONDS)
                except TimeoutError:
                    continue

    async def turn(self) -> bool:
        """Send one batch; whether there may be more."""
        async with self._ctx.reader() as session:
            rows = await outbox_store.due(session, self._ctx.clock(), limit=_BATCH)
        for row in rows:
            await asyncio.to_thread(self._publish, row)
            await outbox_store.mark_done(self._ctx, row.id)
        return len(rows) == _BATCH
