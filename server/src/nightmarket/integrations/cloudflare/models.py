"""The books of the Cloudflare adapter. Nothing but this adapter reads or writes them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text


class CloudflareInputRow(Base):
    """The live input of a show: one, for the whole of its life. Credentials are never stored here."""

    __tablename__ = "cloudflare_inputs"
    __table_args__ = (
        sa.UniqueConstraint("input_uid"),
        sa.Index("ix_cloudflare_inputs_watch", "watch_until"),
        sa.Index("ix_cloudflare_inputs_ended", "settled_at", "ended_at"),
    )

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    input_uid: Mapped[str | None] = mapped_column(key_text(32))
    """None while it is being made."""
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime())
    """Who makes it has so long from then; after that it may be half made, and is looked for first."""
    is_enabled: Mapped[bool] = mapped_column()
    is_signed: Mapped[bool] = mapped_column()
    """Whether only signed addresses play it."""
    video_uid: Mapped[str | None] = mapped_column(key_text(32))
    """The video of the present or last broadcast."""
    replay_uid: Mapped[str | None] = mapped_column(key_text(32))
    """The video that is the replay of the ended show."""
    problem: Mapped[str | None] = mapped_column(key_text(60))
    watch_until: Mapped[datetime] = mapped_column(UtcDateTime())
    """Until when it is asked whether a picture arrives."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime())
    viewer_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When the recording was found, or given up."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class CloudflareVideoRow(Base):
    """What a broadcast left: stored by the minute."""

    __tablename__ = "cloudflare_videos"
    __table_args__ = (sa.Index("ix_cloudflare_videos_stream", "stream_id"),)

    video_uid: Mapped[str] = mapped_column(key_text(32), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    duration_ms: Mapped[int] = mapped_column(sa.BigInteger)
    size_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    has_file: Mapped[bool] = mapped_column()
    """Whether there is an MP4 of it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
