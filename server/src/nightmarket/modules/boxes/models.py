"""The tables of boxes. A box has claims, and knows which orders took some of them and what those came to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text
from nightmarket.modules.boxes.states import State


class Box(Base):
    """Claims of one buyer at one shop that will be one parcel. At most one of them takes more in."""

    __tablename__ = "boxes"
    __table_args__ = (
        sa.UniqueConstraint("shop_id", "buyer_id", "is_current"),
        sa.Index(None, "is_current", "expires_at"),
        sa.Index(None, "shop_id", "id"),
        sa.Index(None, "buyer_id", "id"),
    )

    id: Mapped[str] = mapped_column(IdColumn("box"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    buyer_id: Mapped[str] = mapped_column(IdColumn("usr"))
    state: Mapped[State] = mapped_column(key_text(12))
    is_current: Mapped[int | None] = mapped_column()
    """1 while more may come in, null afterwards."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class BoxClaim(Base):
    """A claim that went into a box."""

    __tablename__ = "box_claims"
    __table_args__ = (sa.Index(None, "box_id"),)

    claim_id: Mapped[str] = mapped_column(IdColumn("clm"), primary_key=True)
    box_id: Mapped[str] = mapped_column(IdColumn("box"), sa.ForeignKey("boxes.id", ondelete="RESTRICT"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime())


class BoxOrder(Base):
    """An order whose goods go into the parcel, and what was asked for shipping with it."""

    __tablename__ = "box_orders"
    __table_args__ = (sa.Index(None, "box_id"),)

    order_id: Mapped[str] = mapped_column(IdColumn("ord"), primary_key=True)
    box_id: Mapped[str] = mapped_column(IdColumn("box"), sa.ForeignKey("boxes.id", ondelete="RESTRICT"))
    goods_minor: Mapped[int] = mapped_column(sa.BigInteger)
    """0 when the order was cancelled and some of what was paid for its shipping stays in the parcel."""
    shipping_minor: Mapped[int] = mapped_column(sa.BigInteger)
    """Shipping less the credit for it: may be negative."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime())
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When its money was in; null: it may still come to nothing."""
