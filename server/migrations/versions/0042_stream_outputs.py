"""Places that shows are sent to, besides our own viewers."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stream_outputs",
        sa.Column("id", db.IdColumn("out"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("name", db.prose(80), nullable=False),
        sa.Column("url", db.exact_text(500), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(2000), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("reason", db.key_text(40), nullable=True),
        sa.Column("state_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream_outputs")),
    )
    op.create_index("ix_stream_outputs_stream", "stream_outputs", ["stream_id", "id"])


def downgrade() -> None:
    op.drop_table("stream_outputs")
