"""Shows say who carries their picture, and when they moved."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("streams", sa.Column("provider", db.key_text(16), server_default="embedded", nullable=False))
    op.add_column("recordings", sa.Column("provider", db.key_text(16), server_default="embedded", nullable=False))
    op.add_column("recordings", sa.Column("starts_ms", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "stream_moves",
        sa.Column("id", db.IdColumn("mov"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("from_provider", db.key_text(16), nullable=False),
        sa.Column("to_provider", db.key_text(16), nullable=False),
        sa.Column("moved_by", db.IdColumn("usr"), nullable=True),
        sa.Column("position_ms", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_stream_moves_stream_id_streams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream_moves")),
    )
    op.create_index(op.f("ix_stream_moves_stream"), "stream_moves", ["stream_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("stream_moves")
    op.drop_column("recordings", "starts_ms")
    op.drop_column("recordings", "provider")
    op.drop_column("streams", "provider")
