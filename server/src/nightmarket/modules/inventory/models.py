"""Tables of the stock book."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, prose
from nightmarket.modules.inventory.states import Kind


class Stock(Base):
    """How many units of a variant there are, and how many of them are promised. Always the sum of its ledger.

    received = on hand + sold + damaged, and on hand = held + what is available.
    """

    __tablename__ = "stock"
    __table_args__ = (
        sa.Index("ix_stock_updated_at", "updated_at"),
        sa.CheckConstraint("held >= 0", name="held_not_negative"),
        sa.CheckConstraint("on_hand >= held", name="held_is_there"),
        sa.CheckConstraint("sold >= 0", name="sold_not_negative"),
        sa.CheckConstraint("damaged >= 0", name="damaged_not_negative"),
    )

    variant_id: Mapped[str] = mapped_column(IdColumn("var"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    on_hand: Mapped[int] = mapped_column()
    held: Mapped[int] = mapped_column()
    sold: Mapped[int] = mapped_column(server_default="0")
    """Units that left for good, less those that came back."""
    received: Mapped[int] = mapped_column(server_default="0")
    """All that ever came, as corrected by counting."""
    damaged: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(sa.BigInteger)
    """How many ledger entries there are: the number of the last one."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class LedgerEntry(Base):
    """One change of a stock row, with the balance after it. Never changed, never removed."""

    __tablename__ = "stock_ledger"
    __table_args__ = (sa.Index("ix_stock_ledger_reference", "reference"),)

    variant_id: Mapped[str] = mapped_column(IdColumn("var"), sa.ForeignKey("stock.variant_id"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = mapped_column(key_text(12))
    delta_on_hand: Mapped[int] = mapped_column()
    delta_held: Mapped[int] = mapped_column()
    on_hand_after: Mapped[int] = mapped_column()
    held_after: Mapped[int] = mapped_column()
    reference: Mapped[str | None] = mapped_column(exact_text(64))
    reason: Mapped[str | None] = mapped_column(prose(200))
    actor_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
