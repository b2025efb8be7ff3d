"""The books of the pretend gateway. Nothing but this adapter reads or writes them."""

from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, prose

SandboxState = Literal["pending", "paid", "failed", "misbooked"]
"""`misbooked`: money came in, but not the amount that was asked for."""


class SandboxPaymentRow(Base):
    """What somebody was asked to pay, and what they paid."""

    __tablename__ = "sandbox_payments"
    __table_args__ = (
        sa.CheckConstraint("state in ('pending','paid','failed','misbooked')", name="state"),
        sa.CheckConstraint("refunded_minor <= paid_minor", name="refunded"),
        sa.Index(None, "payment_id"),
    )

    reference: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(key_text(40))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(key_text(3))
    description: Mapped[str] = mapped_column(prose(200))
    state: Mapped[SandboxState] = mapped_column(key_text(12))
    paid_minor: Mapped[int] = mapped_column(sa.BigInteger)
    refunded_minor: Mapped[int] = mapped_column(sa.BigInteger)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    notify_url: Mapped[str] = mapped_column(prose(300))
    return_url: Mapped[str] = mapped_column(prose(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class SandboxNoticeRow(Base):
    """A notification to the merchant. A repeated sending carries the same id."""

    __tablename__ = "sandbox_notices"

    id: Mapped[str] = mapped_column(IdColumn("sbn"), primary_key=True)
    reference: Mapped[str] = mapped_column(key_text(40))
    body: Mapped[Any] = mapped_column(sa.JSON)
    is_forged: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class SandboxRefundRow(Base):
    """Money given back; the merchant's key makes a repeated request the same refund."""

    __tablename__ = "sandbox_refunds"

    key: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    reference: Mapped[str] = mapped_column(key_text(40))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
