"""Count the dead messages, which is done every few seconds, without reading all that have left."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_dead", "outbox", ["is_dead"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_outbox_dead", table_name="outbox")
