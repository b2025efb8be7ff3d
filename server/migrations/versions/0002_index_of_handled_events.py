"""Find the handled events that are old enough to be forgotten."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_handled_events_handled_at", "handled_events", ["handled_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_handled_events_handled_at", table_name="handled_events")
