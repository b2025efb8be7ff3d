"""What one buyer has claimed in one show is found without looking through the show."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_claims_show_of_buyer", "claims", ["stream_id", "buyer_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_claims_show_of_buyer", table_name="claims")
