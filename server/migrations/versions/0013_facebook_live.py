"""Comments under live videos of Facebook pages: which show, who is who, what was replied."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facebook_shows",
        sa.Column("page_id", db.key_text(32), nullable=False),
        sa.Column("post_id", db.key_text(32), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("page_id", "post_id", name=op.f("pk_facebook_shows")),
        sa.UniqueConstraint("stream_id", name=op.f("uq_facebook_shows_stream_id")),
    )
    op.create_table(
        "facebook_authors",
        sa.Column("page_id", db.key_text(32), nullable=False),
        sa.Column("author_id", db.key_text(32), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("linked_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("page_id", "author_id", name=op.f("pk_facebook_authors")),
    )
    op.create_index("ix_facebook_authors_user", "facebook_authors", ["user_id"], unique=False)
    op.create_table(
        "facebook_replies",
        sa.Column("comment_id", db.key_text(60), nullable=False),
        sa.Column("page_id", db.key_text(32), nullable=False),
        sa.Column("text", db.long_exact_text(), nullable=False),
        sa.Column("public_text", db.long_exact_text(), nullable=False),
        sa.Column("state", db.key_text(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("state in ('waiting','private','public','failed')", name=op.f("ck_facebook_replies_state")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_facebook_replies")),
    )
    op.create_index("ix_facebook_replies_created_at", "facebook_replies", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("facebook_replies")
    op.drop_table("facebook_authors")
    op.drop_table("facebook_shows")
