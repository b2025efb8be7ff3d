"""Authenticator apps, recovery codes and passkeys; when a session was last proved."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("proved_at", db.UtcDateTime(), nullable=True))
    op.create_table(
        "totp_secrets",
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("sealed", sa.VARBINARY(length=120), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", db.UtcDateTime(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_secrets")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", db.IdColumn("rcv"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("code_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("used_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "passkeys",
        sa.Column("id", db.IdColumn("psk"), nullable=False),
        sa.Column("user_id", db.IdColumn("usr"), nullable=False),
        sa.Column("credential_hash", sa.BINARY(length=32), nullable=False),
        sa.Column("credential_id", sa.VARBINARY(length=1023), nullable=False),
        sa.Column("public_key", sa.VARBINARY(length=2048), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.Column("aaguid", db.key_text(36), nullable=False),
        sa.Column("name", db.prose(60), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_used_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_passkeys_credential_hash")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("passkeys")
    op.drop_table("recovery_codes")
    op.drop_table("totp_secrets")
    op.drop_column("sessions", "proved_at")
