"""News from outside: every webhook is remembered before anything acts on it, and a repeat is seen as one."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.tidying import forget_rows
from nightmarket.kernel.unit import Unit

KEEP_HANDLED = timedelta(days=90)


class InboxRow(Base):
    """One verified delivery of a provider's event; (provider, external id) is unique."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("provider", "external_id"),
        sa.Index("ix_inbox_handled_at", "handled_at", "received_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("inb"), primary_key=True)
    provider: Mapped[str] = mapped_column(key_text(40))
    external_id: Mapped[str] = mapped_column(exact_text(190))
    body: Mapped[Any] = mapped_column(sa.JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime())
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


async def remember(unit: Unit, provider: str, external_id: str, body: Any) -> str | None:
    """The new row's id the first time, None for a repeat."""
    row = InboxRow(id=new_id("inb"), provider=provider, external_id=external_id, body=body, received_at=unit.now)
    return row.id if await unit.add_new(row) else None


async def load(unit: Unit, inbox_id: str) -> InboxRow | None:
    """A delivery that still waits for its effect; None when it was handled already."""
    row = await unit.session.get(InboxRow, inbox_id)
    return row if row is not None and row.handled_at is None else None


async def mark_handled(unit: Unit, inbox_id: str) -> bool:
    """Close a delivery in the transaction of its effect. False: another run was faster, undo yours."""
    return await unit.changed_one(
        sa.update(InboxRow).where(InboxRow.id == inbox_id, InboxRow.handled_at.is_(None)).values(handled_at=unit.now)
    )


async def forget_handled(ctx: Context) -> None:
    """Drop deliveries that had their effect long ago; no provider repeats itself after so long."""
    await forget_rows(ctx, InboxRow, InboxRow.handled_at < ctx.clock() - KEEP_HANDLED)
