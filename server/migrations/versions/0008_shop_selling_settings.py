"""How a shop sells: holds, boxes and catch-up of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("hold_seconds", "member_hold_seconds", "box_days", "catch_up_minutes")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("shops", sa.Column(column, sa.Integer(), nullable=True))


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("shops", column)
