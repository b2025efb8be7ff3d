"""Only paid orders count for what a parcel costs."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("box_orders", sa.Column("paid_at", db.UtcDateTime(), nullable=True))
    op.execute("UPDATE box_orders SET paid_at = (SELECT o.paid_at FROM orders o WHERE o.id = box_orders.order_id)")


def downgrade() -> None:
    op.drop_column("box_orders", "paid_at")
