"""The tables of orders. Lines and prices are copies made when the order was placed: later edits do not reach them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, long_prose, prose
from nightmarket.modules.orders.states import CancelReason, State

_STATES = "'pending_payment','paid','packing','shipped','delivered','cancelled','refunded'"


class OrderRow(Base):
    """What a buyer owes and gets from one shop."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint(f"state in ({_STATES})", name="state"),
        sa.CheckConstraint("total_minor = subtotal_minor + shipping_minor - discount_minor", name="total"),
        sa.Index(None, "buyer_id", "id"),
        sa.Index(None, "shop_id", "id"),
        sa.Index(None, "state", "pay_by"),
    )

    id: Mapped[str] = mapped_column(IdColumn("ord"), primary_key=True)
    number: Mapped[str] = mapped_column(key_text(16))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    buyer_id: Mapped[str] = mapped_column(IdColumn("usr"))
    state: Mapped[State] = mapped_column(key_text(20))
    cancel_reason: Mapped[CancelReason | None] = mapped_column(key_text(20))
    currency: Mapped[str] = mapped_column(key_text(3))
    subtotal_minor: Mapped[int] = mapped_column(sa.BigInteger)
    shipping_minor: Mapped[int] = mapped_column(sa.BigInteger)
    discount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    total_minor: Mapped[int] = mapped_column(sa.BigInteger)
    box_id: Mapped[str | None] = mapped_column(IdColumn("box"))
    """The box whose parcel it goes into."""
    shipping_method: Mapped[str] = mapped_column(key_text(20))
    address: Mapped[Any] = mapped_column(sa.JSON)
    note: Mapped[str | None] = mapped_column(prose(500))
    search_text: Mapped[str | None] = mapped_column(long_prose())
    """What the shop finds the order by, folded: number, names, phone, products."""
    pay_by: Mapped[datetime] = mapped_column(UtcDateTime())
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime())
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class OrderLineRow(Base):
    """So many of a variant at the price of the moment; from a claim, or from the bag."""

    __tablename__ = "order_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("restocked between 0 and quantity", name="restocked"),
        sa.Index(None, "order_id"),
        sa.Index(None, "stream_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn("oli"), primary_key=True)
    order_id: Mapped[str] = mapped_column(IdColumn("ord"), sa.ForeignKey("orders.id", ondelete="RESTRICT"))
    variant_id: Mapped[str] = mapped_column(IdColumn("var"))
    product_id: Mapped[str] = mapped_column(IdColumn("prd"))
    title: Mapped[str] = mapped_column(prose(200))
    sku: Mapped[str | None] = mapped_column(prose(80))
    options: Mapped[Any] = mapped_column(sa.JSON)
    quantity: Mapped[int] = mapped_column()
    unit_price_minor: Mapped[int] = mapped_column(sa.BigInteger)
    restocked: Mapped[int] = mapped_column(default=0)
    """Units that came back into the stock with a refund."""
    cancelled: Mapped[int] = mapped_column(default=0)
    """Units that were taken out of the order before it was packed."""
    code: Mapped[str | None] = mapped_column(prose(40))
    claim_id: Mapped[str | None] = mapped_column(IdColumn("clm"))
    stream_id: Mapped[str | None] = mapped_column(IdColumn("str"))
    item_id: Mapped[str | None] = mapped_column(IdColumn("itm"))

    @property
    def units(self) -> int:
        """What is still ordered of it."""
        return self.quantity - self.cancelled


class OrderEventRow(Base):
    """What happened to an order, and who did it."""

    __tablename__ = "order_events"
    __table_args__ = (sa.Index(None, "order_id", "id"),)

    id: Mapped[str] = mapped_column(IdColumn("oev"), primary_key=True)
    order_id: Mapped[str] = mapped_column(IdColumn("ord"), sa.ForeignKey("orders.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(key_text(40))
    actor_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    details: Mapped[Any] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime())


class ShipmentRow(Base):
    """A parcel on its way."""

    __tablename__ = "order_shipments"
    __table_args__ = (sa.UniqueConstraint("order_id", "carrier", "tracking_number"),)

    id: Mapped[str] = mapped_column(IdColumn("shm"), primary_key=True)
    order_id: Mapped[str] = mapped_column(IdColumn("ord"), sa.ForeignKey("orders.id", ondelete="RESTRICT"))
    carrier: Mapped[str] = mapped_column(prose(60))
    tracking_number: Mapped[str] = mapped_column(prose(60))
    shipped_at: Mapped[datetime] = mapped_column(UtcDateTime())
