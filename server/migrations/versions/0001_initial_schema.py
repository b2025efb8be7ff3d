"""Initial schema.

Everything the first release stores. Later revisions hold one change each: MySQL commits DDL as it goes, so a revision that
fails half-way must be easy to repeat; this one starts from nothing and is repeated by dropping the database.
"""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cart_lines",
        sa.Column("buyer_id", db.IdColumn("usr"), nullable=False),
        sa.Column("variant_id", db.IdColumn("var"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seen_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("seen_currency", db.key_text(3), nullable=False),
        sa.Column("added_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity between 1 and 99", name=op.f("ck_cart_lines_quantity")),
        sa.PrimaryKeyConstraint("buyer_id", "variant_id", name=op.f("pk_cart_lines")),
    )
    op.create_index(op.f("ix_cart_lines_buyer_id_shop_id"), "cart_lines", ["buyer_id", "shop_id"], unique=False)
    op.create_table(
        "chat_messages",
        sa.Column("id", db.IdColumn("cht"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("user_name", db.prose(120), nullable=False),
        sa.Column("role", db.key_text(16), nullable=False),
        sa.Column("text", db.prose(400), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("deleted_by", db.IdColumn("usr"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
    )
    op.create_index("ix_chat_messages_stream", "chat_messages", ["stream_id", "id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", db.IdColumn("clm"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("item_id", db.IdColumn("itm"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("product_id", db.IdColumn("prd"), nullable=False),
        sa.Column("variant_id", db.IdColumn("var"), nullable=False),
        sa.Column("buyer_id", db.IdColumn("usr"), nullable=False),
        sa.Column("order_id", db.IdColumn("ord"), nullable=True),
        sa.Column("code", db.exact_text(24), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", db.key_text(3), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("source", db.key_text(8), nullable=False),
        sa.Column("message_id", db.exact_text(64), nullable=True),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.Column("hold_expires_at", db.UtcDateTime(), nullable=True),
        sa.Column("sold_at", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_claims_quantity_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_buyer", "claims", ["buyer_id", "id"], unique=False)
    op.create_index("ix_claims_deadline", "claims", ["state", "hold_expires_at"], unique=False)
    op.create_index("ix_claims_item", "claims", ["item_id", "state", "id"], unique=False)
    op.create_index("ix_claims_limit", "claims", ["item_id", "buyer_id"], unique=False)
    op.create_index("ix_claims_order", "claims", ["order_id"], unique=False)
    op.create_index("ix_claims_stream", "claims", ["stream_id", "id"], unique=False)
    op.create_index("ix_claims_waitlist", "claims", ["variant_id", "state", "id"], unique=False)
    op.create_table(
        "comment_orders",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("message_id", db.exact_text(64), nullable=False),
        sa.Column("buyer_id", db.IdColumn("usr"), nullable=False),
        sa.Column("text", db.exact_text(500), nullable=False),
        sa.Column("line_up_version", sa.BigInteger(), nullable=False),
        sa.Column("intent", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "message_id", name=op.f("pk_comment_orders")),
    )
    op.create_index("ix_comment_orders_created_at", "comment_orders", ["created_at"], unique=False)
    op.create_table(
        "handled_events",
        sa.Column("message_id", db.IdColumn("msg"), nullable=False),
        sa.Column("handler", db.key_text(100), nullable=False),
        sa.Column("handled_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "handler", name=op.f("pk_handled_events")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", db.key_text(160), nullable=False),
        sa.Column("key", db.exact_text(120), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", db.IdColumn("inb"), nullable=False),
        sa.Column("provider", db.key_text(40), nullable=False),
        sa.Column("external_id", db.exact_text(190), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", db.UtcDateTime(), nullable=False),
        sa.Column("handled_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("provider", "external_id", name=op.f("uq_inbox_provider_external_id")),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at", "received_at"], unique=False)
    op.create_table(
        "leases",
        sa.Column("name", db.key_text(40), nullable=False),
        sa.Column("holder", db.key_text(64), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "orders",
        sa.Column("id", db.IdColumn("ord"), nullable=False),
        sa.Column("number", db.key_text(16), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("buyer_id", db.IdColumn("usr"), nullable=False),
        sa.Column("state", db.key_text(20), nullable=False),
        sa.Column("cancel_reason", db.key_text(20), nullable=True),
        sa.Column("currency", db.key_text(3), nullable=False),
        sa.Column("subtotal_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_method", db.key_text(20), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("note", db.prose(500), nullable=True),
        sa.Column("pay_by", db.UtcDateTime(), nullable=False),
        sa.Column("placed_at", db.UtcDateTime(), nullable=False),
        sa.Column("paid_at", db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('pending_payment','paid','packing','shipped','delivered','cancelled','refunded')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint(
            "total_minor = subtotal_minor + shipping_minor - discount_minor", name=op.f("ck_orders_total")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index(op.f("ix_orders_buyer_id_id"), "orders", ["buyer_id", "id"], unique=False)
    op.create_index(op.f("ix_orders_shop_id_id"), "orders", ["shop_id", "id"], unique=False)
    op.create_index(op.f("ix_orders_state_pay_by"), "orders", ["state", "pay_by"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", db.IdColumn("msg"), nullable=False),
        sa.Column("kind", db.key_text(8), nullable=False),
        sa.Column("name", db.key_text(100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("request_id", db.key_text(64), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("available_at", db.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", db.UtcDateTime(), nullable=True),
        sa.Column("is_dead", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_pending", "outbox", ["done_at", "available_at"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", db.IdColumn("pay"), nullable=False),
        sa.Column("payable", db.key_text(64), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("payer_id", db.IdColumn("usr"), nullable=False),
        sa.Column("method", db.key_text(40), nullable=False),
        sa.Column("state", db.key_text(24), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", db.key_text(3), nullable=False),
        sa.Column("refund_reserved_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("paid_at", db.UtcDateTime(), nullable=True),
        sa.Column("next_look_at", db.UtcDateTime(), nullable=True),
        sa.Column("look_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('created','pending','paid','failed','expired','cancelled','refunded','partially_refunded')",
            name=op.f("ck_payments_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("refund_reserved_minor <= amount_minor", name=op.f("ck_payments_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_next_look_at"), "payments", ["next_look_at"], unique=False)
    op.create_index(op.f("ix_payments_payable"), "payments", ["payable"], unique=False)
    op.create_index(op.f("ix_payments_payer_id_id"), "payments", ["payer_id", "id"], unique=False)
    op.create_index(op.f("ix_payments_shop_id_id"), "payments", ["shop_id", "id"], unique=False)
    op.create_index(op.f("ix_payments_state_expires_at"), "payments", ["state", "expires_at"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", db.IdColumn("prd"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("title", db.prose(160), nullable=False),
        sa.Column("title_key", db.exact_text(64), nullable=False),
        sa.Column("description", db.long_prose(), nullable=False),
        sa.Column("category", db.key_text(60), nullable=True),
        sa.Column("status", db.key_text(10), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("currency", db.key_text(3), nullable=False),
        sa.Column("min_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("search_text", db.long_exact_text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_index("ix_products_category", "products", ["category", "status", "id"], unique=False)
    op.create_index("ix_products_newest", "products", ["status", "id"], unique=False)
    op.create_index("ix_products_price", "products", ["status", "min_price_minor", "id"], unique=False)
    op.create_index("ix_products_shop", "products", ["shop_id", "status", "id"], unique=False)
    op.create_index("ix_products_title", "products", ["status", "title_key", "id"], unique=False)
    op.create_table(
        "room_queue_entries",
        sa.Column("id", db.IdColumn("que"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("item_id", db.IdColumn("itm"), nullable=True),
        sa.Column("joined_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_queue_entries")),
        sa.UniqueConstraint("stream_id", "user_id", name=op.f("uq_room_queue_entries_stream_id_user_id")),
    )
    op.create_index("ix_room_queue_entries_line", "room_queue_entries", ["stream_id", "id"], unique=False)
    op.create_table(
        "room_restrictions",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("kind", db.key_text(8), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("until", db.UtcDateTime(), nullable=True),
        sa.Column("set_by", db.IdColumn("usr"), nullable=False),
        sa.Column("set_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "kind", "user_id", name=op.f("pk_room_restrictions")),
    )
    op.create_table(
        "room_settings",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("slow_mode_seconds", sa.Integer(), nullable=False),
        sa.Column("pinned_message_id", db.IdColumn("cht"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_room_settings")),
    )
    op.create_table(
        "sandbox_notices",
        sa.Column("id", db.IdColumn("sbn"), nullable=False),
        sa.Column("reference", db.key_text(40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("is_forged", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("delivered_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_notices")),
    )
    op.create_table(
        "sandbox_payments",
        sa.Column("reference", db.key_text(40), nullable=False),
        sa.Column("payment_id", db.key_text(40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", db.key_text(3), nullable=False),
        sa.Column("description", db.prose(200), nullable=False),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("notify_url", db.prose(300), nullable=False),
        sa.Column("return_url", db.prose(300), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("state in ('pending','paid','failed','misbooked')", name=op.f("ck_sandbox_payments_state")),
        sa.CheckConstraint("refunded_minor <= paid_minor", name=op.f("ck_sandbox_payments_refunded")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_sandbox_payments")),
    )
    op.create_index(op.f("ix_sandbox_payments_payment_id"), "sandbox_payments", ["payment_id"], unique=False)
    op.create_table(
        "sandbox_refunds",
        sa.Column("key", db.key_text(64), nullable=False),
        sa.Column("reference", db.key_text(40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sandbox_refunds")),
    )
    op.create_table(
        "shops",
        sa.Column("id", db.IdColumn("shp"), nullable=False),
        sa.Column("owner_id", db.IdColumn("usr"), nullable=False),
        sa.Column("name", db.prose(80), nullable=False),
        sa.Column("slug", db.key_text(40), nullable=False),
        sa.Column("market", db.key_text(2), nullable=False),
        sa.Column("state", db.key_text(20), nullable=False),
        sa.Column("description", db.long_prose(), nullable=False),
        sa.Column("logo_key", db.exact_text(200), nullable=True),
        sa.Column("shipping_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("free_shipping_from_minor", sa.BigInteger(), nullable=True),
        sa.Column("follower_count", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shops")),
        sa.UniqueConstraint("slug", name=op.f("uq_shops_slug")),
    )
    op.create_index("ix_shops_state_id", "shops", ["state", "id"], unique=False)
    op.create_table(
        "stock",
        sa.Column("variant_id", db.IdColumn("var"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_stock_held_not_negative")),
        sa.CheckConstraint("on_hand >= held", name=op.f("ck_stock_held_is_there")),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_stock")),
    )
    op.create_index("ix_stock_updated_at", "stock", ["updated_at"], unique=False)
    op.create_table(
        "streams",
        sa.Column("id", db.IdColumn("str"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("host_id", db.IdColumn("usr"), nullable=False),
        sa.Column("title", db.prose(120), nullable=False),
        sa.Column("description", db.long_prose(), nullable=False),
        sa.Column("language", db.key_text(10), nullable=True),
        sa.Column("currency", db.key_text(3), nullable=False),
        sa.Column("state", db.key_text(16), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("auto_start", sa.Boolean(), nullable=False),
        sa.Column("scheduled_at", db.UtcDateTime(), nullable=True),
        sa.Column("started_at", db.UtcDateTime(), nullable=True),
        sa.Column("interrupted_at", db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", db.UtcDateTime(), nullable=True),
        sa.Column("has_signal", sa.Boolean(), nullable=False),
        sa.Column("signal_at", db.UtcDateTime(), nullable=True),
        sa.Column("first_signal_at", db.UtcDateTime(), nullable=True),
        sa.Column("dark_ms", sa.BigInteger(), nullable=False),
        sa.Column("pinned_item_id", db.IdColumn("itm"), nullable=True),
        sa.Column("peak_viewer_count", sa.Integer(), nullable=False),
        sa.Column("has_recording", sa.Boolean(), nullable=False),
        sa.Column("closed_at", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streams")),
    )
    op.create_index("ix_streams_on_air", "streams", ["state", "started_at"], unique=False)
    op.create_index("ix_streams_over", "streams", ["state", "has_recording", "ended_at"], unique=False)
    op.create_index("ix_streams_planned", "streams", ["state", "scheduled_at"], unique=False)
    op.create_index("ix_streams_shop", "streams", ["shop_id", "id"], unique=False)
    op.create_index("ix_streams_unclosed", "streams", ["state", "closed_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", db.IdColumn("usr"), nullable=False),
        sa.Column("email", db.exact_text(254), nullable=True),
        sa.Column("password_hash", db.key_text(255), nullable=True),
        sa.Column("display_name", db.prose(60), nullable=False),
        sa.Column("locale", db.key_text(8), nullable=False),
        sa.Column("market", db.key_text(2), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", db.IdColumn("adr"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("recipient", db.prose(80), nullable=False),
        sa.Column("phone", db.key_text(24), nullable=False),
        sa.Column("country", db.key_text(2), nullable=False),
        sa.Column("postcode", db.key_text(6), nullable=False),
        sa.Column("city", db.prose(80), nullable=False),
        sa.Column("district", db.prose(80), nullable=False),
        sa.Column("subdistrict", db.prose(80), nullable=True),
        sa.Column("line1", db.prose(200), nullable=False),
        sa.Column("line2", db.prose(200), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_addresses_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
    )
    op.create_index(op.f("ix_addresses_user_id"), "addresses", ["user_id"], unique=False)
    op.create_table(
        "moments",
        sa.Column("id", db.IdColumn("mom"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("item_id", db.IdColumn("itm"), nullable=False),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_moments_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moments")),
    )
    op.create_index("ix_moments_stream", "moments", ["stream_id", "starts_ms"], unique=False)
    op.create_table(
        "order_events",
        sa.Column("id", db.IdColumn("oev"), nullable=False),
        sa.Column("order_id", db.IdColumn("ord"), nullable=False),
        sa.Column("kind", db.key_text(40), nullable=False),
        sa.Column("actor_id", db.IdColumn("usr"), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    op.create_index(op.f("ix_order_events_order_id_id"), "order_events", ["order_id", "id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", db.IdColumn("oli"), nullable=False),
        sa.Column("order_id", db.IdColumn("ord"), nullable=False),
        sa.Column("variant_id", db.IdColumn("var"), nullable=False),
        sa.Column("product_id", db.IdColumn("prd"), nullable=False),
        sa.Column("title", db.prose(200), nullable=False),
        sa.Column("sku", db.prose(80), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("restocked", sa.Integer(), nullable=False),
        sa.Column("code", db.prose(40), nullable=True),
        sa.Column("claim_id", db.IdColumn("clm"), nullable=True),
        sa.Column("stream_id", db.IdColumn("str"), nullable=True),
        sa.Column("item_id", db.IdColumn("itm"), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.CheckConstraint("restocked between 0 and quantity", name=op.f("ck_order_lines_restocked")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    op.create_index(op.f("ix_order_lines_order_id"), "order_lines", ["order_id"], unique=False)
    op.create_index(op.f("ix_order_lines_stream_id"), "order_lines", ["stream_id"], unique=False)
    op.create_table(
        "order_shipments",
        sa.Column("id", db.IdColumn("shm"), nullable=False),
        sa.Column("order_id", db.IdColumn("ord"), nullable=False),
        sa.Column("carrier", db.prose(60), nullable=False),
        sa.Column("tracking_number", db.prose(60), nullable=False),
        sa.Column("shipped_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_shipments_order_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_shipments")),
        sa.UniqueConstraint(
            "order_id", "carrier", "tracking_number", name=op.f("uq_order_shipments_order_id_carrier_tracking_number")
        ),
    )
    op.create_table(
        "payment_attempts",
        sa.Column("id", db.IdColumn("att"), nullable=False),
        sa.Column("payment_id", db.IdColumn("pay"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gateway", db.key_text(40), nullable=False),
        sa.Column("reference", db.key_text(40), nullable=False),
        sa.Column("base_url", db.prose(300), nullable=False),
        sa.Column("return_url", db.prose(300), nullable=False),
        sa.Column("action", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payment_attempts_payment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempts")),
        sa.UniqueConstraint("payment_id", "number", name=op.f("uq_payment_attempts_payment_id_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_attempts_reference")),
    )
    op.create_table(
        "payment_events",
        sa.Column("id", db.IdColumn("pev"), nullable=False),
        sa.Column("payment_id", db.IdColumn("pay"), nullable=False),
        sa.Column("kind", db.key_text(40), nullable=False),
        sa.Column("source", db.key_text(40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payment_events_payment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
    )
    op.create_index(op.f("ix_payment_events_payment_id_id"), "payment_events", ["payment_id", "id"], unique=False)
    op.create_table(
        "product_images",
        sa.Column("id", db.IdColumn("img"), nullable=False),
        sa.Column("product_id", db.IdColumn("prd"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("source_key", db.key_text(200), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_images_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_images")),
    )
    op.create_index("ix_product_images_product", "product_images", ["product_id", "position"], unique=False)
    op.create_table(
        "product_terms",
        sa.Column("term", db.exact_text(16), nullable=False),
        sa.Column("product_id", db.IdColumn("prd"), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_terms_product_id")),
        sa.PrimaryKeyConstraint("term", "product_id", name=op.f("pk_product_terms")),
    )
    op.create_index("ix_product_terms_product", "product_terms", ["product_id"], unique=False)
    op.create_table(
        "product_variants",
        sa.Column("id", db.IdColumn("var"), nullable=False),
        sa.Column("product_id", db.IdColumn("prd"), nullable=False),
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", db.exact_text(64), nullable=True),
        sa.Column("active_sku", db.exact_text(64), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("active_options", db.key_text(64), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("stock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_product_variants_price_not_negative")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_variants_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_variants")),
        sa.UniqueConstraint("product_id", "active_options", name=op.f("uq_product_variants_product_id_active_options")),
        sa.UniqueConstraint("shop_id", "active_sku", name=op.f("uq_product_variants_shop_id_active_sku")),
    )
    op.create_table(
        "recordings",
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("file_path", db.key_text(200), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_recordings_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_recordings")),
    )
    op.create_table(
        "refunds",
        sa.Column("id", db.IdColumn("rfd"), nullable=False),
        sa.Column("payment_id", db.IdColumn("pay"), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", db.prose(300), nullable=False),
        sa.Column("requested_by", db.IdColumn("usr"), nullable=True),
        sa.Column("state", db.key_text(12), nullable=False),
        sa.Column("requested_at", db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("state in ('requested','done','failed')", name=op.f("ck_refunds_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", db.IdColumn("ses"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_used_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(), nullable=True),
        sa.Column("ended_reason", db.key_text(20), nullable=True),
        sa.Column("user_agent", db.prose(200), nullable=True),
        sa.Column("ip", db.key_text(45), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_ended_at", "sessions", ["ended_at"], unique=False)
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id_ended_at", "sessions", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "shop_follows",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("followed_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_shop_follows_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "user_id", name=op.f("pk_shop_follows")),
    )
    op.create_index(op.f("ix_shop_follows_user_id"), "shop_follows", ["user_id"], unique=False)
    op.create_table(
        "shop_members",
        sa.Column("shop_id", db.IdColumn("shp"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("role", db.key_text(20), nullable=False),
        sa.Column("added_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_shop_members_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "user_id", name=op.f("pk_shop_members")),
    )
    op.create_index(op.f("ix_shop_members_user_id"), "shop_members", ["user_id"], unique=False)
    op.create_table(
        "stock_ledger",
        sa.Column("variant_id", db.IdColumn("var"), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", db.key_text(12), nullable=False),
        sa.Column("delta_on_hand", sa.Integer(), nullable=False),
        sa.Column("delta_held", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("held_after", sa.Integer(), nullable=False),
        sa.Column("reference", db.exact_text(64), nullable=True),
        sa.Column("reason", db.prose(200), nullable=True),
        sa.Column("actor_id", db.IdColumn("usr"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["variant_id"], ["stock.variant_id"], name=op.f("fk_stock_ledger_variant_id")),
        sa.PrimaryKeyConstraint("variant_id", "number", name=op.f("pk_stock_ledger")),
    )
    op.create_index("ix_stock_ledger_reference", "stock_ledger", ["reference"], unique=False)
    op.create_table(
        "stream_items",
        sa.Column("id", db.IdColumn("itm"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("product_id", db.IdColumn("prd"), nullable=False),
        sa.Column("code", db.exact_text(12), nullable=False),
        sa.Column("active_code", db.exact_text(12), nullable=True),
        sa.Column("live_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("limit_per_buyer", sa.Integer(), nullable=True),
        sa.Column("stock_cap", sa.Integer(), nullable=True),
        sa.Column("taken_count", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("taken_count >= 0", name=op.f("ck_stream_items_taken_not_negative")),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_stream_items_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream_items")),
        sa.UniqueConstraint("stream_id", "active_code", name=op.f("uq_stream_items_stream_id_active_code")),
    )
    op.create_index("ix_stream_items_product", "stream_items", ["product_id"], unique=False)
    op.create_table(
        "stream_keys",
        sa.Column("id", db.IdColumn("key"), nullable=False),
        sa.Column("stream_id", db.IdColumn("str"), nullable=False),
        sa.Column("active_stream_id", db.IdColumn("str"), nullable=True),
        sa.Column("key_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(length=200), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_stream_keys_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream_keys")),
        sa.UniqueConstraint("active_stream_id", name=op.f("uq_stream_keys_active_stream_id")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_stream_keys_key_hash")),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", db.IdColumn("rft"), nullable=False),
        sa.Column("session_id", db.IdColumn("ses"), nullable=False),
        sa.Column("token_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("issued_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("used_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_refresh_tokens_session_id"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_table("stream_keys")
    op.drop_index("ix_stream_items_product", table_name="stream_items")
    op.drop_table("stream_items")
    op.drop_index("ix_stock_ledger_reference", table_name="stock_ledger")
    op.drop_table("stock_ledger")
    op.drop_index(op.f("ix_shop_members_user_id"), table_name="shop_members")
    op.drop_table("shop_members")
    op.drop_index(op.f("ix_shop_follows_user_id"), table_name="shop_follows")
    op.drop_table("shop_follows")
    op.drop_index("ix_sessions_user_id_ended_at", table_name="sessions")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")
    op.drop_index("ix_sessions_ended_at", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_table("recordings")
    op.drop_table("product_variants")
    op.drop_index("ix_product_terms_product", table_name="product_terms")
    op.drop_table("product_terms")
    op.drop_index("ix_product_images_product", table_name="product_images")
    op.drop_table("product_images")
    op.drop_index(op.f("ix_payment_events_payment_id_id"), table_name="payment_events")
    op.drop_table("payment_events")
    op.drop_table("payment_attempts")
    op.drop_table("order_shipments")
    op.drop_index(op.f("ix_order_lines_stream_id"), table_name="order_lines")
    op.drop_index(op.f("ix_order_lines_order_id"), table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index(op.f("ix_order_events_order_id_id"), table_name="order_events")
    op.drop_table("order_events")
    op.drop_index("ix_moments_stream", table_name="moments")
    op.drop_table("moments")
    op.drop_index(op.f("ix_addresses_user_id"), table_name="addresses")
    op.drop_table("addresses")
    op.drop_table("users")
    op.drop_index("ix_streams_unclosed", table_name="streams")
    op.drop_index("ix_streams_shop", table_name="streams")
    op.drop_index("ix_streams_planned", table_name="streams")
    op.drop_index("ix_streams_over", table_name="streams")
    op.drop_index("ix_streams_on_air", table_name="streams")
    op.drop_table("streams")
    op.drop_index("ix_stock_updated_at", table_name="stock")
    op.drop_table("stock")
    op.drop_index("ix_shops_state_id", table_name="shops")
    op.drop_table("shops")
    op.drop_table("sandbox_refunds")
    op.drop_index(op.f("ix_sandbox_payments_payment_id"), table_name="sandbox_payments")
    op.drop_table("sandbox_payments")
    op.drop_table("sandbox_notices")
    op.drop_table("room_settings")
    op.drop_table("room_restrictions")
    op.drop_index("ix_room_queue_entries_line", table_name="room_queue_entries")
    op.drop_table("room_queue_entries")
    op.drop_index("ix_products_title", table_name="products")
    op.drop_index("ix_products_shop", table_name="products")
    op.drop_index("ix_products_price", table_name="products")
    op.drop_index("ix_products_newest", table_name="products")
    op.drop_index("ix_products_category", table_name="products")
    op.drop_table("products")
    op.drop_index(op.f("ix_payments_state_expires_at"), table_name="payments")
    op.drop_index(op.f("ix_payments_shop_id_id"), table_name="payments")
    op.drop_index(op.f("ix_payments_payer_id_id"), table_name="payments")
    op.drop_index(op.f("ix_payments_payable"), table_name="payments")
    op.drop_index(op.f("ix_payments_next_look_at"), table_name="payments")
    op.drop_table("payments")
    op.drop_index("ix_outbox_pending", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_orders_state_pay_by"), table_name="orders")
    op.drop_index(op.f("ix_orders_shop_id_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_buyer_id_id"), table_name="orders")
    op.drop_table("orders")
    op.drop_table("leases")
    op.drop_index("ix_inbox_handled_at", table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("handled_events")
    op.drop_index("ix_comment_orders_created_at", table_name="comment_orders")
    op.drop_table("comment_orders")
    op.drop_index("ix_claims_waitlist", table_name="claims")
    op.drop_index("ix_claims_stream", table_name="claims")
    op.drop_index("ix_claims_order", table_name="claims")
    op.drop_index("ix_claims_limit", table_name="claims")
    op.drop_index("ix_claims_item", table_name="claims")
    op.drop_index("ix_claims_deadline", table_name="claims")
    op.drop_index("ix_claims_buyer", table_name="claims")
    op.drop_table("claims")
    op.drop_index("ix_chat_messages_stream", table_name="chat_messages")
    op.drop_table("chat_messages")
    op.drop_index(op.f("ix_cart_lines_buyer_id_shop_id"), table_name="cart_lines")
    op.drop_table("cart_lines")
