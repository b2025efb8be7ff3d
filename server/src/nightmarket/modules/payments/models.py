"""The tables of payments. Attempts and events are only ever added; a payment's state is a guarded summary of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, prose
from nightmarket.modules.payments.states import State

_STATES = "'created','pending','paid','failed','expired','cancelled','refunded','partially_refunded'"


class PaymentRow(Base):
    """One debt of one payer, and what became of it."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.CheckConstraint(f"state in ({_STATES})", name="state"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("refund_reserved_minor <= amount_minor", name="refund"),
        sa.Index(None, "payable"),
        sa.Index(None, "payer_id", "id"),
        sa.Index(None, "shop_id", "id"),
        sa.Index(None, "next_look_at"),
        sa.Index(None, "state", "expires_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("pay"), primary_key=True)
    payable: Mapped[str] = mapped_column(key_text(64))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    payer_id: Mapped[str] = mapped_column(IdColumn("usr"))
    method: Mapped[str] = mapped_column(key_text(40))
    state: Mapped[State] = mapped_column(key_text(24))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(key_text(3))
    refund_reserved_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Asked back, whether or not the gateway has done it yet; never more than the amount."""
    refunded_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    next_look_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When to ask the gateway again in case its notification got lost."""
    look_count: Mapped[int] = mapped_column(default=0)


class AttemptRow(Base):
    """One asking for the money at a gateway, under a reference of its own."""

    __tablename__ = "payment_attempts"
    __table_args__ = (sa.UniqueConstraint("payment_id", "number"), sa.UniqueConstraint("reference"))

    id: Mapped[str] = mapped_column(IdColumn("att"), primary_key=True)
    payment_id: Mapped[str] = mapped_column(IdColumn("pay"), sa.ForeignKey("payments.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column()
    gateway: Mapped[str] = mapped_column(key_text(40))
    reference: Mapped[str] = mapped_column(key_text(40))
    base_url: Mapped[str] = mapped_column(prose(300))
    return_url: Mapped[str] = mapped_column(prose(300))
    action: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    """What the gateway told the buyer to do: its first answer, or a code it gave out later."""
    external_id: Mapped[str | None] = mapped_column(key_text(120))
    """What the gateway calls it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class PaymentEventRow(Base):
    """What happened to a payment, who said so, and what it changed."""

    __tablename__ = "payment_events"
    __table_args__ = (sa.Index(None, "payment_id", "id"),)

    id: Mapped[str] = mapped_column(IdColumn("pev"), primary_key=True)
    payment_id: Mapped[str] = mapped_column(IdColumn("pay"), sa.ForeignKey("payments.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(key_text(40))
    source: Mapped[str] = mapped_column(key_text(40))
    details: Mapped[Any] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime())


class RefundRow(Base):
    """Money on its way back: requested, then done or failed."""

    __tablename__ = "refunds"
    __table_args__ = (
        sa.CheckConstraint("state in ('requested','done','failed')", name="state"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.Index(None, "payment_id"),
        sa.Index(None, "state", "requested_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("rfd"), primary_key=True)
    payment_id: Mapped[str] = mapped_column(IdColumn("pay"), sa.ForeignKey("payments.id", ondelete="RESTRICT"))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(prose(300))
    requested_by: Mapped[str | None] = mapped_column(IdColumn("usr"))
    state: Mapped[str] = mapped_column(key_text(12))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
