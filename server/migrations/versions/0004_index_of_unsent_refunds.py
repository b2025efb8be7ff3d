"""Find the refunds that no gateway has answered for."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_refunds_state_requested_at"), "refunds", ["state", "requested_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_refunds_state_requested_at"), table_name="refunds")
