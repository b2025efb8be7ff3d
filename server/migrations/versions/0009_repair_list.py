"""Comments that helpers mend; what a comment's reader knew; when an item left the screens."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("streams", sa.Column("unpinned_at", db.UtcDateTime(), nullable=True))
    op.add_column("comment_orders", sa.Column("seen", sa.JSON(), nullable=True))
    op.create_index("ix_comment_orders_buyer", "comment_orders", ["stream_id", "buyer_id", "created_at"], unique=False)
    op.create_table(
        "comment_repairs",
        sa.Column("id", db.IdColumn("rep"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("message_id", db.exact_text(64), nullable=False),
        sa.Column("source", db.key_text(12), nullable=False),
        sa.Column("buyer_id", db.IdColumn("usr"), nullable=True),
        sa.Column("author_name", db.prose(120), nullable=True),
        sa.Column("text", db.exact_text(500), nullable=False),
        sa.Column("reason", db.key_text(32), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("settled_by", db.IdColumn("usr"), nullable=True),
        sa.Column("settled_at", db.UtcDateTime(), nullable=True),
        sa.Column("claim_id", db.IdColumn("clm"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("state in ('open','claimed','dismissed','answered')", name=op.f("ck_comment_repairs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_repairs")),
        sa.UniqueConstraint("stream_id", "message_id", name=op.f("uq_comment_repairs_stream_id_message_id")),
    )
    op.create_index("ix_comment_repairs_list", "comment_repairs", ["stream_id", "state", "id"], unique=False)
    op.create_index("ix_comment_repairs_buyer", "comment_repairs", ["stream_id", "buyer_id", "state"], unique=False)
    op.create_index("ix_comment_repairs_created_at", "comment_repairs", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("comment_repairs")
    op.drop_index("ix_comment_orders_buyer", table_name="comment_orders")
    op.drop_column("comment_orders", "seen")
    op.drop_column("streams", "unpinned_at")
