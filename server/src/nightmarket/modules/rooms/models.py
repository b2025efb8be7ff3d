"""Tables of rooms: what was said, and the rules moderators have set. Who is watching lives in Redis only."""

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, prose

RestrictionKind = Literal["mute", "ban"]


class ChatMessageRow(Base):
    """One chat message, kept for replays and after restarts. The edge gives it its id."""

    __tablename__ = "chat_messages"
    __table_args__ = (sa.Index("ix_chat_messages_stream", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(IdColumn("cht"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    user_name: Mapped[str] = mapped_column(prose(120))
    role: Mapped[str] = mapped_column(key_text(16))
    text: Mapped[str] = mapped_column(prose(400))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime())
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    deleted_by: Mapped[str | None] = mapped_column(IdColumn("usr"))


class RoomSettingsRow(Base):
    """What moderators have set for a whole room; no row means the defaults."""

    __tablename__ = "room_settings"

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    slow_mode_seconds: Mapped[int] = mapped_column()
    pinned_message_id: Mapped[str | None] = mapped_column(IdColumn("cht"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class RoomRestriction(Base):
    """Somebody who may not write (mute) or not enter (ban)."""

    __tablename__ = "room_restrictions"

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    kind: Mapped[RestrictionKind] = mapped_column(key_text(8), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """None: until it is lifted."""
    set_by: Mapped[str] = mapped_column(IdColumn("usr"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime())


class QueueEntry(Base):
    """A buyer's place in the line of a room: in the order of joining. At most one of a room has the turn."""

    __tablename__ = "room_queue_entries"
    __table_args__ = (
        sa.UniqueConstraint("stream_id", "user_id"),
        sa.Index("ix_room_queue_entries_line", "stream_id", "id"),
        sa.Index("ix_room_queue_entries_turn", "turn_stream_id", unique=True),
        sa.Index("ix_room_queue_entries_turn_end", "turn_expires_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("que"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    item_id: Mapped[str | None] = mapped_column(IdColumn("itm"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime())
    turn_stream_id: Mapped[str | None] = mapped_column(IdColumn("str"))
    """The stream while this buyer has the turn, else NULL: the database keeps it to one of each room."""
    turn_item_id: Mapped[str | None] = mapped_column(IdColumn("itm"))
    """The item the turn was called for; whoever follows is one who stands for the same."""
    turn_started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    turn_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
