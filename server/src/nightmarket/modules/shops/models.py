"""Tables of shops."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, long_prose, prose


class Shop(Base):
    """A seller's store. Its market, and with it its currency, never changes."""

    __tablename__ = "shops"
    __table_args__ = (sa.UniqueConstraint("slug"), sa.Index("ix_shops_state_id", "state", "id"))

    id: Mapped[str] = mapped_column(IdColumn("shp"), primary_key=True)
    owner_id: Mapped[str] = mapped_column(IdColumn("usr"))
    name: Mapped[str] = mapped_column(prose(80))
    slug: Mapped[str] = mapped_column(key_text(40))
    market: Mapped[str] = mapped_column(key_text(2))
    state: Mapped[str] = mapped_column(key_text(20))
    """`active`; closing shops will come with their own states."""
    description: Mapped[str] = mapped_column(long_prose())
    logo_key: Mapped[str | None] = mapped_column(exact_text(200))
    shipping_fee_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    free_shipping_from_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    hold_seconds: Mapped[int | None] = mapped_column()
    """How long a claim holds its units; null: as long as this installation says."""
    member_hold_seconds: Mapped[int | None] = mapped_column()
    """The same for the shop's regular buyers; null: no longer than for everybody."""
    box_days: Mapped[int | None] = mapped_column()
    """How long claims of several shows may wait in one box; null: there are no boxes."""
    catch_up_minutes: Mapped[int | None] = mapped_column()
    """How long after an item was closed its order comments still count; null: not at all."""
    follower_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ShopMember(Base):
    """Somebody who works in a shop."""

    __tablename__ = "shop_members"

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), sa.ForeignKey("shops.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(key_text(20))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ShopFollow(Base):
    """A buyer who wants to hear of a shop's shows."""

    __tablename__ = "shop_follows"

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), sa.ForeignKey("shops.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True, index=True)
    followed_at: Mapped[datetime] = mapped_column(UtcDateTime())
