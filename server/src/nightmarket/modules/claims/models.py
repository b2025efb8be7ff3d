"""Tables of claims."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, prose
from nightmarket.modules.claims.states import RepairSource, RepairState, Source, State


class Claim(Base):
    """A buyer's right to units of a stream item at the price of that moment.

    While it is `held`, or `ordered` and not sold, its units are counted off the item and held in the stock book; except
    those of an item that goes to whoever pays first.
    """

    __tablename__ = "claims"
    __table_args__ = (
        sa.Index("ix_claims_deadline", "state", "hold_expires_at"),
        sa.Index("ix_claims_waitlist", "variant_id", "state", "id"),
        sa.Index("ix_claims_item", "item_id", "state", "id"),
        sa.Index("ix_claims_limit", "item_id", "buyer_id"),
        sa.Index("ix_claims_buyer", "buyer_id", "id"),
        sa.Index("ix_claims_stream", "stream_id", "id"),
        sa.Index("ix_claims_show_of_buyer", "stream_id", "buyer_id", "id"),
        sa.Index("ix_claims_order", "order_id"),
        sa.CheckConstraint("quantity >= 1", name="quantity_positive"),
    )

    id: Mapped[str] = mapped_column(IdColumn("clm"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    item_id: Mapped[str] = mapped_column(IdColumn("itm"))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    product_id: Mapped[str] = mapped_column(IdColumn("prd"))
    variant_id: Mapped[str] = mapped_column(IdColumn("var"))
    buyer_id: Mapped[str] = mapped_column(IdColumn("usr"))
    order_id: Mapped[str | None] = mapped_column(IdColumn("ord"))
    code: Mapped[str] = mapped_column(exact_text(24))
    """What the item was called in the show when it was claimed."""
    quantity: Mapped[int] = mapped_column()
    unit_price_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(key_text(3))
    state: Mapped[State] = mapped_column(key_text(12))
    source: Mapped[Source] = mapped_column(key_text(8))
    message_id: Mapped[str | None] = mapped_column(exact_text(64))
    """The comment it was made by."""
    hold_seconds: Mapped[int] = mapped_column()
    """How long this buyer may hold it, also when promoted later."""
    hold_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    is_first_paid: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Nothing is set aside for it: the units go to whoever pays first."""
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When its buyer was told that the deadline is near."""
    sold_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When its units left the stock for good."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class CommentOrder(Base):
    """A comment that was acted on, with the answer it got: the same message never acts twice."""

    __tablename__ = "comment_orders"
    __table_args__ = (
        sa.Index("ix_comment_orders_created_at", "created_at"),
        sa.Index("ix_comment_orders_buyer", "stream_id", "buyer_id", "created_at"),
    )

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    message_id: Mapped[str] = mapped_column(exact_text(64), primary_key=True)
    buyer_id: Mapped[str] = mapped_column(IdColumn("usr"))
    text: Mapped[str] = mapped_column(exact_text(500))
    line_up_version: Mapped[int] = mapped_column(sa.BigInteger)
    intent: Mapped[Any] = mapped_column(sa.JSON)
    seen: Mapped[Any | None] = mapped_column(sa.JSON)
    """What the reader knew besides the line-up: its own version, what was pinned, what the buyer had."""
    answer: Mapped[Any] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class CommentRepair(Base):
    """A comment that may be an order and could not be carried out: a helper of the show mends it, once."""

    __tablename__ = "comment_repairs"
    __table_args__ = (
        sa.UniqueConstraint("stream_id", "message_id"),
        sa.Index("ix_comment_repairs_list", "stream_id", "state", "id"),
        sa.Index("ix_comment_repairs_buyer", "stream_id", "buyer_id", "state"),
        sa.Index("ix_comment_repairs_created_at", "created_at"),
        sa.CheckConstraint("state in ('open','claimed','dismissed','answered')", name="state"),
    )

    id: Mapped[str] = mapped_column(IdColumn("rep"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    message_id: Mapped[str] = mapped_column(exact_text(64))
    source: Mapped[RepairSource] = mapped_column(key_text(12))
    """Where it was written."""
    buyer_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    """Who wrote it; None for somebody without an account here."""
    author_name: Mapped[str | None] = mapped_column(prose(120))
    """What somebody without an account is called where they wrote."""
    text: Mapped[str] = mapped_column(exact_text(500))
    reason: Mapped[str] = mapped_column(key_text(32))
    """What the grammar missed."""
    proposal: Mapped[Any] = mapped_column(sa.JSON)
    """The lines as far as they were understood."""
    state: Mapped[RepairState] = mapped_column(key_text(12))
    settled_by: Mapped[str | None] = mapped_column(IdColumn("usr"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    claim_id: Mapped[str | None] = mapped_column(IdColumn("clm"))
    """What the helper claimed for the buyer."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
