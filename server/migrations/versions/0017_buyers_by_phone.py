"""Accounts that have their parcels sent with the same phone are linked."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEX = "ix_shop_buyers_shop_id_phone_key"


def upgrade() -> None:
    op.add_column("shop_buyers", sa.Column("phone_key", db.key_text(12), nullable=True))
    op.create_index(op.f(INDEX), "shop_buyers", ["shop_id", "phone_key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="shop_buyers")
    op.drop_column("shop_buyers", "phone_key")
