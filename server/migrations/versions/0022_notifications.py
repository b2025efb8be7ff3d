"""What people are told outside the rooms: the inbox, deliveries, choices, browsers, proven addresses."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_codes",
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("channel", db.key_text(8), nullable=False),
        sa.Column("address", db.exact_text(64), nullable=True),
        sa.Column("code_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "channel", name=op.f("pk_contact_codes")),
    )
    op.create_index(op.f("ix_contact_codes_code_hash"), "contact_codes", ["code_hash"], unique=False)
    op.create_index(op.f("ix_contact_codes_expires_at"), "contact_codes", ["expires_at"], unique=False)

    op.create_table(
        "contact_points",
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("channel", db.key_text(8), nullable=False),
        sa.Column("address", db.exact_text(64), nullable=False),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.Column("proven_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "channel", name=op.f("pk_contact_points")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_contact_points_channel_address")),
    )
    op.create_table(
        "dead_addresses",
        sa.Column("channel", db.key_text(8), nullable=False),
        sa.Column("address_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("reason", db.prose(120), nullable=False),
        sa.Column("since", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address_hash", name=op.f("pk_dead_addresses")),
    )
    op.create_table(
        "local_messages",
        sa.Column("id", db.IdColumn("dlv"), nullable=False),
        sa.Column("channel", db.key_text(8), nullable=False),
        sa.Column("address", db.exact_text(254), nullable=False),
        sa.Column("kind", db.key_text(40), nullable=False),
        sa.Column("locale", db.key_text(8), nullable=False),
        sa.Column("title", db.prose(300), nullable=False),
        sa.Column("body", db.long_exact_text(), nullable=False),
        sa.Column("link", db.exact_text(500), nullable=True),
        sa.Column("sent_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_messages")),
    )
    op.create_index(op.f("ix_local_messages_sent_at"), "local_messages", ["sent_at"], unique=False)

    op.create_table(
        "notification_deliveries",
        sa.Column("id", db.IdColumn("dlv"), nullable=False),
        sa.Column("notification_id", db.IdColumn("ntf"), nullable=True),
        sa.Column("user_id", db.IdColumn("usr"), nullable=True),
        sa.Column("channel", db.key_text(8), nullable=False),
        sa.Column("address", db.exact_text(254), nullable=False),
        sa.Column("locale", db.key_text(8), nullable=False),
        sa.Column("letter", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider", db.key_text(20), nullable=True),
        sa.Column("provider_id", db.exact_text(190), nullable=True),
        sa.Column("error", db.prose(300), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("lease_until", db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting','sending','sent','delivered','failed','expired')",
            name=op.f("ck_notification_deliveries_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_deliveries")),
        sa.UniqueConstraint(
            "notification_id",
            "channel",
            "address",
            name=op.f("uq_notification_deliveries_notification_id_channel_address"),
        ),
    )
    op.create_index(op.f("ix_notification_deliveries_ended_at"), "notification_deliveries", ["ended_at"], unique=False)
    op.create_index(op.f("ix_notification_deliveries_user_id"), "notification_deliveries", ["user_id"], unique=False)

    op.create_table(
        "notification_preferences",
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("category", db.key_text(12), nullable=False),
        sa.Column("channel", db.key_text(8), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "category", "channel", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", db.IdColumn("ntf"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("kind", db.key_text(40), nullable=False),
        sa.Column("category", db.key_text(12), nullable=False),
        sa.Column("fact_key", db.key_text(160), nullable=False),
        sa.Column("variant", db.key_text(24), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("link", db.key_text(200), nullable=True),
        sa.Column("market", db.key_text(2), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("read_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("user_id", "fact_key", name=op.f("uq_notifications_user_id_fact_key")),
    )
    op.create_index(op.f("ix_notifications_created_at"), "notifications", ["created_at"], unique=False)
    op.create_index(op.f("ix_notifications_user_id_id"), "notifications", ["user_id", "id"], unique=False)

    op.create_table(
        "push_subscriptions",
        sa.Column("id", db.IdColumn("psb"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("session_id", db.IdColumn("ses"), nullable=False),
        sa.Column("endpoint_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("endpoint", db.long_exact_text(), nullable=False),
        sa.Column("p256dh", db.key_text(90), nullable=False),
        sa.Column("auth", db.key_text(24), nullable=False),
        sa.Column("user_agent", db.prose(200), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscriptions_endpoint_hash")),
    )
    op.create_index(op.f("ix_push_subscriptions_session_id"), "push_subscriptions", ["session_id"], unique=False)
    op.create_index(op.f("ix_push_subscriptions_user_id"), "push_subscriptions", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("push_subscriptions")
    op.drop_table("notifications")
    op.drop_table("notification_preferences")
    op.drop_table("notification_deliveries")
    op.drop_table("local_messages")
    op.drop_table("dead_addresses")
    op.drop_table("contact_points")
    op.drop_table("contact_codes")
