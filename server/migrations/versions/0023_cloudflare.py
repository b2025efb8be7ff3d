"""Live inputs at Cloudflare Stream, and the videos they left."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cloudflare_inputs",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("input_uid", db.key_text(32), nullable=True),
        sa.Column("claimed_at", db.UtcDateTime(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("video_uid", db.key_text(32), nullable=True),
        sa.Column("replay_uid", db.key_text(32), nullable=True),
        sa.Column("problem", db.key_text(60), nullable=True),
        sa.Column("watch_until", db.UtcDateTime(), nullable=False),
        sa.Column("failing_since", db.UtcDateTime(), nullable=True),
        sa.Column("viewer_seconds", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", db.UtcDateTime(), nullable=True),
        sa.Column("settled_at", db.UtcDateTime(), nullable=True),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_cloudflare_inputs")),
        sa.UniqueConstraint("input_uid", name=op.f("uq_cloudflare_inputs_input_uid")),
    )
    op.create_index(op.f("ix_cloudflare_inputs_watch"), "cloudflare_inputs", ["watch_until"], unique=False)
    op.create_index(op.f("ix_cloudflare_inputs_ended"), "cloudflare_inputs", ["settled_at", "ended_at"], unique=False)
    op.create_table(
        "cloudflare_videos",
        sa.Column("video_uid", db.key_text(32), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("video_uid", name=op.f("pk_cloudflare_videos")),
    )
    op.create_index(op.f("ix_cloudflare_videos_stream"), "cloudflare_videos", ["stream_id"], unique=False)


def downgrade() -> None:
    for table in ("cloudflare_videos", "cloudflare_inputs"):
        op.drop_table(table)
