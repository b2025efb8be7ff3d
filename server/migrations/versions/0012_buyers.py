"""What shops know of their buyers, and the buyers' appeals."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_buyers",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("name", db.prose(120), nullable=False),
        sa.Column("order_count", sa.Integer(), nullable=False),
        sa.Column("abandoned_count", sa.Integer(), nullable=False),
        sa.Column("uncollected_count", sa.Integer(), nullable=False),
        sa.Column("blocked_at", db.UtcDateTime(), nullable=True),
        sa.Column("block_reason", db.prose(200), nullable=True),
        sa.Column("prepay_at", db.UtcDateTime(), nullable=True),
        sa.Column("prepay_reason", db.prose(200), nullable=True),
        sa.Column("member_at", db.UtcDateTime(), nullable=True),
        sa.Column("marked_by", db.IdColumn("usr"), nullable=True),
        sa.Column("first_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "user_id", name=op.f("pk_shop_buyers")),
    )
    op.create_index(op.f("ix_shop_buyers_user_id"), "shop_buyers", ["user_id"], unique=False)
    op.create_index(op.f("ix_shop_buyers_shop_id_last_at"), "shop_buyers", ["shop_id", "last_at"], unique=False)
    op.create_table(
        "buyer_incidents",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("kind", db.key_text(16), nullable=False),
        sa.Column("reference", db.key_text(40), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "user_id", "kind", "reference", name=op.f("pk_buyer_incidents")),
    )
    op.create_index(op.f("ix_buyer_incidents_user_id"), "buyer_incidents", ["user_id"], unique=False)
    op.create_table(
        "buyer_appeals",
        sa.Column("id", db.IdColumn("apl"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("text", db.prose(1000), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("is_open", sa.Integer(), nullable=True),
        sa.Column("answer", db.prose(1000), nullable=True),
        sa.Column("answered_by", db.IdColumn("usr"), nullable=True),
        sa.Column("answered_at", db.UtcDateTime(), nullable=True),
        sa.Column("made_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_appeals")),
        sa.UniqueConstraint("shop_id", "user_id", "is_open", name=op.f("uq_buyer_appeals_shop_id_user_id_is_open")),
    )
    op.create_index(op.f("ix_buyer_appeals_shop_id_id"), "buyer_appeals", ["shop_id", "id"], unique=False)
    op.create_index(op.f("ix_buyer_appeals_user_id"), "buyer_appeals", ["user_id"], unique=False)


def downgrade() -> None:
    for table in ("buyer_appeals", "buyer_incidents", "shop_buyers"):
        op.drop_table(table)
