"""Tables of replays, clips, and how long a shop keeps them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, prose
from nightmarket.modules.replays.states import ClipState, ReplayState, Why


class Replay(Base):
    """The recording of one show and where it lies."""

    __tablename__ = "replays"
    __table_args__ = (
        sa.Index("ix_replays_state", "state", "created_at"),
        sa.Index("ix_replays_shop", "shop_id", "stream_id"),
    )

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    state: Mapped[ReplayState] = mapped_column(key_text(12))
    prefix: Mapped[str] = mapped_column(key_text(120))
    """The folder of its objects. Nobody can guess it."""
    files: Mapped[list[str]] = mapped_column(sa.JSON)
    """The objects that players ask for by name, once it is stored."""
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    is_kept: Mapped[bool] = mapped_column(default=False)
    """Never removed by the rules."""
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime())
    """When somebody last began to store it."""
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    removed_why: Mapped[Why | None] = mapped_column(key_text(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Clip(Base):
    """A stretch of a show as a video of its own."""

    __tablename__ = "clips"
    __table_args__ = (
        sa.Index("ix_clips_stream", "stream_id", "id"),
        sa.Index("ix_clips_state", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("clp"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    made_by: Mapped[str] = mapped_column(IdColumn("usr"))
    title: Mapped[str] = mapped_column(prose(120))
    starts_ms: Mapped[int] = mapped_column(sa.BigInteger)
    ends_ms: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[ClipState] = mapped_column(key_text(12))
    object_key: Mapped[str] = mapped_column(key_text(120))
    size_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    is_kept: Mapped[bool] = mapped_column(default=False)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ReplayRule(Base):
    """How long a shop keeps replays and clips; without a row, as long as the installation says."""

    __tablename__ = "replay_rules"

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), primary_key=True)
    replay_days: Mapped[int | None] = mapped_column()
    clip_days: Mapped[int | None] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())
