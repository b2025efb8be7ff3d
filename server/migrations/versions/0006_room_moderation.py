"""Chat safety: shadow mutes, devices of banned people, word lists, room rules, and who moderated what."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_messages", sa.Column("shadow", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("room_restrictions", sa.Column("shadow", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("room_settings", sa.Column("followers_only_minutes", sa.Integer(), nullable=True))
    op.add_column("room_settings", sa.Column("links", db.key_text(8), nullable=False, server_default="mask"))
    op.add_column("room_settings", sa.Column("contacts", db.key_text(8), nullable=False, server_default="mask"))
    op.add_column("room_settings", sa.Column("raid_since", db.UtcDateTime(), nullable=True))
    op.add_column("room_settings", sa.Column("raid_until", db.UtcDateTime(), nullable=True))
    op.create_table(
        "room_banned_devices",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("device", db.key_text(40), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "user_id", "device", name=op.f("pk_room_banned_devices")),
    )
    op.create_index("ix_room_banned_devices_device", "room_banned_devices", ["stream_id", "device"], unique=False)
    op.create_table(
        "shop_chat_words",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("key", db.exact_text(160), nullable=False),
        sa.Column("text", db.prose(50), nullable=False),
        sa.Column("effect", db.key_text(8), nullable=False),
        sa.Column("added_by", db.IdColumn("usr"), nullable=False),
        sa.Column("added_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "key", name=op.f("pk_shop_chat_words")),
    )
    op.create_table(
        "shop_chat_presets",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("preset", db.key_text(8), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "preset", name=op.f("pk_shop_chat_presets")),
    )
    op.create_table(
        "room_moderation_log",
        sa.Column("id", db.IdColumn("mod"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("action", db.key_text(24), nullable=False),
        sa.Column("by_id", db.IdColumn("usr"), nullable=True),
        sa.Column("by_name", db.prose(120), nullable=False),
        sa.Column("subject_id", db.IdColumn("usr"), nullable=True),
        sa.Column("subject_name", db.prose(120), nullable=True),
        sa.Column("message_id", db.IdColumn("cht"), nullable=True),
        sa.Column("message_text", db.prose(400), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_moderation_log")),
    )
    op.create_index("ix_room_moderation_log_stream", "room_moderation_log", ["stream_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_room_moderation_log_stream", table_name="room_moderation_log")
    op.drop_table("room_moderation_log")
    op.drop_table("shop_chat_presets")
    op.drop_table("shop_chat_words")
    op.drop_index("ix_room_banned_devices_device", table_name="room_banned_devices")
    op.drop_table("room_banned_devices")
    for column in ("raid_until", "raid_since", "contacts", "links", "followers_only_minutes"):
        op.drop_column("room_settings", column)
    op.drop_column("room_restrictions", "shadow")
    op.drop_column("chat_messages", "shadow")
