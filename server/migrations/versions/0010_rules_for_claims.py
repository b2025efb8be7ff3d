"""Shows and items say who may claim, how much and how long; claims know their reminder and whether they hold at all."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("streams", sa.Column("hold_seconds", sa.Integer(), nullable=True))
    op.add_column("streams", sa.Column("claims_for", db.key_text(12), nullable=False, server_default="everyone"))
    op.add_column("streams", sa.Column("limit_per_buyer_show", sa.Integer(), nullable=True))
    op.add_column("stream_items", sa.Column("mode", db.key_text(8), nullable=False, server_default="stock"))
    op.add_column("stream_items", sa.Column("is_first_paid", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("is_first_paid", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("reminded_at", db.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("claims", "reminded_at")
    op.drop_column("claims", "is_first_paid")
    op.drop_column("stream_items", "is_first_paid")
    op.drop_column("stream_items", "mode")
    op.drop_column("streams", "limit_per_buyer_show")
    op.drop_column("streams", "claims_for")
    op.drop_column("streams", "hold_seconds")
