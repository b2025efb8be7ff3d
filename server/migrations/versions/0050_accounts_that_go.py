"""Accounts that are to be erased, and those that were."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0050"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("erase_at", db.UtcDateTime(), nullable=True))
    op.add_column("users", sa.Column("erased_at", db.UtcDateTime(), nullable=True))
    op.create_index(op.f("ix_users_erase_at"), "users", ["erase_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_users_erase_at"), table_name="users")
    op.drop_column("users", "erased_at")
    op.drop_column("users", "erase_at")
