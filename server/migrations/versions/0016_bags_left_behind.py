"""When bags were touched last, and when they were announced as left behind."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX = "ix_cart_lines_abandoned_at_touched_at"


def upgrade() -> None:
    op.add_column("cart_lines", sa.Column("touched_at", db.UtcDateTime(), nullable=True))
    op.add_column("cart_lines", sa.Column("abandoned_at", db.UtcDateTime(), nullable=True))
    op.execute("UPDATE cart_lines SET touched_at = added_at")
    op.create_index(op.f(INDEX), "cart_lines", ["abandoned_at", "touched_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="cart_lines")
    op.drop_column("cart_lines", "abandoned_at")
    op.drop_column("cart_lines", "touched_at")
