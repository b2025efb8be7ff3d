"""Addresses that are verified, and links that are mailed."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0030"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("email_verified_at", db.UtcDateTime(), nullable=True))
    op.create_table(
        "account_tickets",
        sa.Column("id", db.IdColumn("act"), nullable=False),
        sa.Column("purpose", db.key_text(20), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=True),
        sa.Column("email", db.exact_text(254), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("used_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_tickets")),
    )
    op.create_index(
        op.f("ix_account_tickets_user_id_purpose_created_at"),
        "account_tickets",
        ["user_id", "purpose", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_account_tickets_expires_at"), "account_tickets", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("account_tickets")
    op.drop_column("users", "email_verified_at")
