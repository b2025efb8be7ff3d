"""What a gateway calls an attempt."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_attempts", sa.Column("external_id", db.key_text(120), nullable=True))


def downgrade() -> None:
    op.drop_column("payment_attempts", "external_id")
