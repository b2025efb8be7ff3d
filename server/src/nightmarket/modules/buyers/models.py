"""The tables of buyers. Everything about a person hangs on their id and goes with their account."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, prose
from nightmarket.modules.buyers.states import AppealState, IncidentKind


class ShopBuyer(Base):
    """What a shop knows of somebody who bought there, or wanted to."""

    __tablename__ = "shop_buyers"
    __table_args__ = (
        sa.Index(None, "user_id"),
        sa.Index(None, "shop_id", "last_at"),
        sa.Index(None, "shop_id", "phone_key"),
        sa.Index(None, "shop_id", "blocked_at"),
    )

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    name: Mapped[str] = mapped_column(prose(120))
    """As it was when they last came, to be found by."""
    phone_key: Mapped[str | None] = mapped_column(key_text(12))
    """The national number they last had a parcel sent with: accounts that share it are linked."""
    apart_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """Since when the shop holds no block of a linked account against them: it has accepted their appeal."""
    order_count: Mapped[int] = mapped_column(default=0)
    abandoned_count: Mapped[int] = mapped_column(default=0)
    uncollected_count: Mapped[int] = mapped_column(default=0)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    block_reason: Mapped[str | None] = mapped_column(prose(200))
    prepay_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    prepay_reason: Mapped[str | None] = mapped_column(prose(200))
    member_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    marked_by: Mapped[str | None] = mapped_column(IdColumn("usr"))
    """Who of the shop set the last mark."""
    first_at: Mapped[datetime] = mapped_column(UtcDateTime())
    last_at: Mapped[datetime] = mapped_column(UtcDateTime())


class BuyerIncident(Base):
    """Something a buyer left behind. The reference makes a repeat harmless."""

    __tablename__ = "buyer_incidents"
    __table_args__ = (sa.Index(None, "user_id"),)

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    kind: Mapped[IncidentKind] = mapped_column(key_text(16), primary_key=True)
    reference: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    """The claim or the order."""
    at: Mapped[datetime] = mapped_column(UtcDateTime())


class BuyerAppeal(Base):
    """What a buyer says against a mark of the shop, and what the shop answers."""

    __tablename__ = "buyer_appeals"
    __table_args__ = (
        sa.UniqueConstraint("shop_id", "user_id", "is_open"),
        sa.Index(None, "shop_id", "id"),
        sa.Index(None, "user_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn("apl"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    text: Mapped[str] = mapped_column(prose(1000))
    state: Mapped[AppealState] = mapped_column(key_text(12))
    is_open: Mapped[int | None] = mapped_column()
    """1 while it waits, null afterwards: only one can wait."""
    answer: Mapped[str | None] = mapped_column(prose(1000))
    answered_by: Mapped[str | None] = mapped_column(IdColumn("usr"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    made_at: Mapped[datetime] = mapped_column(UtcDateTime())
