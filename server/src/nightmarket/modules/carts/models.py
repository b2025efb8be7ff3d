"""The table of ordinary lines in the bags of accounts. Anonymous bags live in Redis and may be lost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text


class CartLineRow(Base):
    """So many units of a variant that somebody means to buy. Nothing is held for it."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity between 1 and 99", name="quantity"),
        sa.Index(None, "buyer_id", "shop_id"),
        sa.Index(None, "abandoned_at", "touched_at"),
    )

    buyer_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    variant_id: Mapped[str] = mapped_column(IdColumn("var"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    quantity: Mapped[int] = mapped_column()
    seen_price_minor: Mapped[int] = mapped_column(sa.BigInteger)
    """The price when it was put in: a later one is shown as changed."""
    seen_currency: Mapped[str] = mapped_column(key_text(3))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime())
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When it was put in or changed last."""
    abandoned_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When it was announced as left behind; null again once it is touched."""
