"""Rooms with a limit, turns in a room's line, and who shows what they do."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("show_activity", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("streams", sa.Column("viewer_limit", sa.Integer(), nullable=True))
    op.add_column("room_queue_entries", sa.Column("turn_stream_id", db.IdColumn("str"), nullable=True))
    op.add_column("room_queue_entries", sa.Column("turn_item_id", db.IdColumn("itm"), nullable=True))
    op.add_column("room_queue_entries", sa.Column("turn_started_at", db.UtcDateTime(), nullable=True))
    op.add_column("room_queue_entries", sa.Column("turn_expires_at", db.UtcDateTime(), nullable=True))
    op.create_index("ix_room_queue_entries_turn", "room_queue_entries", ["turn_stream_id"], unique=True)
    op.create_index("ix_room_queue_entries_turn_end", "room_queue_entries", ["turn_expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_room_queue_entries_turn_end", table_name="room_queue_entries")
    op.drop_index("ix_room_queue_entries_turn", table_name="room_queue_entries")
    for column in ("turn_expires_at", "turn_started_at", "turn_item_id", "turn_stream_id"):
        op.drop_column("room_queue_entries", column)
    op.drop_column("streams", "viewer_limit")
    op.drop_column("users", "show_activity")
