"""When an item left its line-up."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stream_items", sa.Column("removed_at", db.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("stream_items", "removed_at")
