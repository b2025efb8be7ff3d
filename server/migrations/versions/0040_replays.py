"""Replays in object storage, clips, and how long shops keep them."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0040"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("prefix", db.key_text(120), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("tried_at", db.UtcDateTime(), nullable=False),
        sa.Column("stored_at", db.UtcDateTime(), nullable=True),
        sa.Column("removed_at", db.UtcDateTime(), nullable=True),
        sa.Column("removed_why", db.key_text(12), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_replays")),
    )
    op.create_index("ix_replays_state", "replays", ["state", "created_at"])
    op.create_index("ix_replays_shop", "replays", ["shop_id", "stream_id"])
    op.create_table(
        "clips",
        sa.Column("id", db.IdColumn("clp"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("made_by", db.IdColumn("usr"), nullable=False),
        sa.Column("title", db.prose(120), nullable=False),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("object_key", db.key_text(120), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("ready_at", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clips")),
    )
    op.create_index("ix_clips_stream", "clips", ["stream_id", "id"])
    op.create_index("ix_clips_state", "clips", ["state", "created_at"])
    op.create_table(
        "replay_rules",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("replay_days", sa.Integer(), nullable=True),
        sa.Column("clip_days", sa.Integer(), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_replay_rules")),
    )


def downgrade() -> None:
    for table in ("replay_rules", "clips", "replays"):
        op.drop_table(table)
