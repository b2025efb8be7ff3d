"""Units taken out of orders, and what shops find orders by."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("cancelled", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("search_text", db.long_prose(), nullable=True))
    op.execute("UPDATE orders SET search_text = LOWER(number)")


def downgrade() -> None:
    op.drop_column("orders", "search_text")
    op.drop_column("order_lines", "cancelled")
