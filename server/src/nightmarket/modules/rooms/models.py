"""Tables of rooms: what was said, and the rules moderators have set. Who is watching lives in Redis only."""

from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, prose

RestrictionKind = Literal["mute", "ban"]
Policy = Literal["allow", "mask", "block"]
Effect = Literal["block", "mask"]


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
    shadow: Mapped[bool] = mapped_column(server_default=sa.false())
    """Written by somebody who was shadow muted: only they and the staff see it."""


class RoomSettingsRow(Base):
    """What moderators have set for a whole room; no row means the defaults."""

    __tablename__ = "room_settings"

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    slow_mode_seconds: Mapped[int] = mapped_column()
    pinned_message_id: Mapped[str | None] = mapped_column(IdColumn("cht"))
    followers_only_minutes: Mapped[int | None] = mapped_column()
    """None: everybody may write; 0: followers; n: who has followed for n minutes."""
    links: Mapped[Policy] = mapped_column(key_text(8), server_default="mask")
    contacts: Mapped[Policy] = mapped_column(key_text(8), server_default="mask")
    raid_since: Mapped[datetime | None] = mapped_column(UtcDateTime())
    raid_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class RoomRestriction(Base):
    """Somebody who may not write (mute), whom nobody else hears (shadow mute), or who may not enter (ban)."""

    __tablename__ = "room_restrictions"

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    kind: Mapped[RestrictionKind] = mapped_column(key_text(8), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """None: until it is lifted."""
    shadow: Mapped[bool] = mapped_column(server_default=sa.false())
    set_by: Mapped[str] = mapped_column(IdColumn("usr"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime())


class RoomBannedDevice(Base):
    """A device somebody used in a room before they were banned; it stays out as long as their ban lasts."""

    __tablename__ = "room_banned_devices"
    __table_args__ = (sa.Index("ix_room_banned_devices_device", "stream_id", "device"),)

    stream_id: Mapped[str] = mapped_column(IdColumn("str"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    device: Mapped[str] = mapped_column(key_text(40), primary_key=True)


class ShopWord(Base):
    """A word that the chats of a shop do not show. `key` is its normal form: one entry for every way to write it."""

    __tablename__ = "shop_chat_words"

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), primary_key=True)
    key: Mapped[str] = mapped_column(exact_text(160), primary_key=True)
    text: Mapped[str] = mapped_column(prose(50))
    effect: Mapped[Effect] = mapped_column(key_text(8))
    added_by: Mapped[str] = mapped_column(IdColumn("usr"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ShopWordPreset(Base):
    """A ready-made word list that a shop has switched on."""

    __tablename__ = "shop_chat_presets"

    shop_id: Mapped[str] = mapped_column(IdColumn("shp"), primary_key=True)
    preset: Mapped[str] = mapped_column(key_text(8), primary_key=True)


class ModerationEntry(Base):
    """One act of a moderator, as it was when it happened. Never changed, never deleted."""

    __tablename__ = "room_moderation_log"
    __table_args__ = (sa.Index("ix_room_moderation_log_stream", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(IdColumn("mod"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    action: Mapped[str] = mapped_column(key_text(24))
    by_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    """None: it happened by itself (a raid mode that ran out)."""
    by_name: Mapped[str] = mapped_column(prose(120))
    subject_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    subject_name: Mapped[str | None] = mapped_column(prose(120))
    message_id: Mapped[str | None] = mapped_column(IdColumn("cht"))
    message_text: Mapped[str | None] = mapped_column(prose(400))
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime())


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
    """The item the turn was called for; whoever follows stands for the same, or for any."""
    turn_started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    turn_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
