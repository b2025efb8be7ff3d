"""Boxes: claims of several shows that become one parcel."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boxes",
        sa.Column("id", db.IdColumn("box"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("buyer_id", db.IdColumn("usr"), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("is_current", sa.Integer(), nullable=True),
        sa.Column("opened_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("warned_at", db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boxes")),
        sa.UniqueConstraint("shop_id", "buyer_id", "is_current", name=op.f("uq_boxes_shop_id_buyer_id_is_current")),
    )
    op.create_index(op.f("ix_boxes_is_current_expires_at"), "boxes", ["is_current", "expires_at"], unique=False)
    op.create_index(op.f("ix_boxes_shop_id_id"), "boxes", ["shop_id", "id"], unique=False)
    op.create_index(op.f("ix_boxes_buyer_id_id"), "boxes", ["buyer_id", "id"], unique=False)
    for table, key, prefix in (("box_claims", "claim_id", "clm"), ("box_orders", "order_id", "ord")):
        sums = [] if table == "box_claims" else ["goods_minor", "shipping_minor"]
        op.create_table(
            table,
            sa.Column(key, db.IdColumn(prefix), nullable=False),
            sa.Column("box_id", db.IdColumn("box"), nullable=False),
            *(sa.Column(name, sa.BigInteger(), nullable=False) for name in sums),
            sa.Column("added_at", db.UtcDateTime(), nullable=False),
            sa.ForeignKeyConstraint(
                ["box_id"], ["boxes.id"], name=op.f(f"fk_{table}_box_id_boxes"), ondelete="RESTRICT"
            ),
            sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_box_id"), table, ["box_id"], unique=False)
    op.add_column("orders", sa.Column("box_id", db.IdColumn("box"), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "box_id")
    for table in ("box_orders", "box_claims", "boxes"):
        op.drop_table(table)
