"""Tables of shows, their line-ups, keys, recordings and moments."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, long_prose, prose
from nightmarket.modules.streams.states import ClaimsFor, ItemMode, ProviderName, StreamState

CODE_LENGTH = 12


class Stream(Base):
    """One show."""

    __tablename__ = "streams"
    __table_args__ = (
        sa.Index("ix_streams_shop", "shop_id", "id"),
        sa.Index("ix_streams_on_air", "state", "started_at"),
        sa.Index("ix_streams_planned", "state", "scheduled_at"),
        sa.Index("ix_streams_over", "state", "has_recording", "ended_at"),
        sa.Index("ix_streams_unclosed", "state", "closed_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    host_id: Mapped[str] = mapped_column(IdColumn("usr"))
    title: Mapped[str] = mapped_column(prose(120))
    description: Mapped[str] = mapped_column(long_prose())
    language: Mapped[str | None] = mapped_column(key_text(10))
    currency: Mapped[str] = mapped_column(key_text(3))
    state: Mapped[StreamState] = mapped_column(key_text(16))
    is_private: Mapped[bool] = mapped_column()
    auto_start: Mapped[bool] = mapped_column()
    """Whether publishing starts the show; otherwise it is a preview until the host starts it."""
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    interrupted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    has_signal: Mapped[bool] = mapped_column()
    """Whether a picture is being received now."""
    signal_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When the newest report about the picture was made; older reports are history."""
    first_signal_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """Where the recording begins."""
    dark_ms: Mapped[int] = mapped_column(sa.BigInteger)
    """How long the picture was missing in between: the recording leaves those times out."""
    pinned_item_id: Mapped[str | None] = mapped_column(IdColumn("itm"))
    unpinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When an item was last taken off the screens, for another or for none: some viewers see it a little longer."""
    peak_viewer_count: Mapped[int] = mapped_column()
    viewer_limit: Mapped[int | None] = mapped_column()
    """How many people the room holds besides the shop's own; None: as many as come."""
    hold_seconds: Mapped[int | None] = mapped_column()
    """How long a claim made in this show is held; None: as long as the shop says."""
    claims_for: Mapped[ClaimsFor] = mapped_column(key_text(12), default="everyone", server_default="everyone")
    """Who may claim."""
    limit_per_buyer_show: Mapped[int | None] = mapped_column()
    """Units of all items together that one buyer may claim in this show; None: no limit."""
    has_recording: Mapped[bool] = mapped_column()
    provider: Mapped[ProviderName] = mapped_column(key_text(16), default="embedded", server_default="embedded")
    """Who carries the picture now; reports of others are history."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When the provider confirmed that it has closed an ended show."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class StreamMove(Base):
    """A show went over to another provider: who had it before, and where in the show that was."""

    __tablename__ = "stream_moves"
    __table_args__ = (sa.Index("ix_stream_moves_stream", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(IdColumn("mov"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"), sa.ForeignKey("streams.id"))
    from_provider: Mapped[ProviderName] = mapped_column(key_text(16))
    to_provider: Mapped[ProviderName] = mapped_column(key_text(16))
    moved_by: Mapped[str | None] = mapped_column(IdColumn("usr"))
    """None: by the rule for a provider that fails."""
    position_ms: Mapped[int] = mapped_column(sa.BigInteger)
    """How much of the show the provider before had carried."""
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime())


class StreamItem(Base):
    """A product in a show's line-up."""

    __tablename__ = "stream_items"
    __table_args__ = (
        sa.UniqueConstraint("stream_id", "active_code"),
        sa.Index("ix_stream_items_product", "product_id"),
        sa.CheckConstraint("taken_count >= 0", name="taken_not_negative"),
    )

    id: Mapped[str] = mapped_column(IdColumn("itm"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"), sa.ForeignKey("streams.id"))
    product_id: Mapped[str] = mapped_column(IdColumn("prd"))
    code: Mapped[str] = mapped_column(exact_text(CODE_LENGTH))
    active_code: Mapped[str | None] = mapped_column(exact_text(CODE_LENGTH))
    """The code while the item is in the line-up, NULL afterwards: a code is free again, history keeps its name."""
    live_price_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    limit_per_buyer: Mapped[int | None] = mapped_column()
    stock_cap: Mapped[int | None] = mapped_column()
    """How many units this show may sell; None: all there are."""
    taken_count: Mapped[int] = mapped_column()
    mode: Mapped[ItemMode] = mapped_column(key_text(8), default="stock", server_default="stock")
    """`turn`: only the buyer who has the turn in the room's line may claim."""
    is_first_paid: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Claims hold nothing: the units go to whoever pays first."""
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When it left the line-up."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class StreamKey(Base):
    """A key encoders publish with. Found by its keyed hash; the sealed copy is for the owner's eyes."""

    __tablename__ = "stream_keys"
    __table_args__ = (sa.UniqueConstraint("key_hash"), sa.UniqueConstraint("active_stream_id"))

    id: Mapped[str] = mapped_column(IdColumn("key"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"), sa.ForeignKey("streams.id"))
    active_stream_id: Mapped[str | None] = mapped_column(IdColumn("str"))
    """The stream while the key is good, NULL once it was replaced: at most one good key each."""
    key_hash: Mapped[bytes] = mapped_column(sa.BINARY(32))
    sealed_key: Mapped[bytes] = mapped_column(sa.LargeBinary(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Recording(Base):
    """The replay of an ended show, as the provider reported it."""

    __tablename__ = "recordings"

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), sa.ForeignKey("streams.id"), primary_key=True)
    duration_ms: Mapped[int] = mapped_column(sa.BigInteger)
    size_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    file_path: Mapped[str | None] = mapped_column(key_text(200))
    """Where the provider serves the MP4; None when only the HLS replay exists."""
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    provider: Mapped[ProviderName] = mapped_column(key_text(16), default="embedded", server_default="embedded")
    starts_ms: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """How much of the show went before: 0, unless the show moved and this is what its second provider recorded."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Moment(Base):
    """The span of a recording in which one item was pinned."""

    __tablename__ = "moments"
    __table_args__ = (sa.Index("ix_moments_stream", "stream_id", "starts_ms"),)

    id: Mapped[str] = mapped_column(IdColumn("mom"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"), sa.ForeignKey("streams.id"))
    item_id: Mapped[str] = mapped_column(IdColumn("itm"))
    starts_ms: Mapped[int] = mapped_column(sa.BigInteger)
    ends_ms: Mapped[int | None] = mapped_column(sa.BigInteger)
