"""Tables of accounts, sessions and addresses."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, prose


class User(Base):
    """A person with an account. E-mail and password may be missing: other ways in will come."""

    __tablename__ = "users"
    __table_args__ = (sa.UniqueConstraint("email"),)

    id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    email: Mapped[str | None] = mapped_column(exact_text(254))
    password_hash: Mapped[str | None] = mapped_column(key_text(255))
    display_name: Mapped[str] = mapped_column(prose(60))
    locale: Mapped[str] = mapped_column(key_text(8))
    market: Mapped[str] = mapped_column(key_text(2))
    roles: Mapped[list[str]] = mapped_column(sa.JSON)
    show_activity: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether others in a room may read this person's (masked) name when they come in or have bought something."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When the owner showed that they read mail sent to the address."""
    erase_at: Mapped[datetime | None] = mapped_column(UtcDateTime(), index=True)
    """When the account will be erased, as its owner asked; until then they can keep it."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class AccountTicket(Base):
    """Something that is to be finished once and soon: a link that was mailed, the second step of a log-in.

    Its token is signed with our key and names the row; it is made when it is needed and stored nowhere.
    """

    __tablename__ = "account_tickets"
    __table_args__ = (
        sa.Index(None, "user_id", "purpose", "created_at"),
        sa.Index(None, "expires_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("act"), primary_key=True)
    purpose: Mapped[str] = mapped_column(key_text(20))
    user_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    email: Mapped[str | None] = mapped_column(exact_text(254))
    data: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Session(Base):
    """One log-in on one device; the family of its refresh tokens lives and dies with it."""

    __tablename__ = "sessions"
    __table_args__ = (
        sa.Index("ix_sessions_user_id_ended_at", "user_id", "ended_at"),
        sa.Index("ix_sessions_expires_at", "expires_at"),
        sa.Index("ix_sessions_ended_at", "ended_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("ses"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_reason: Mapped[str | None] = mapped_column(key_text(20))
    user_agent: Mapped[str | None] = mapped_column(prose(200))
    ip: Mapped[str | None] = mapped_column(key_text(45))
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When somebody last showed here that they are the owner: at log-in, or before something that needs it."""


class RefreshToken(Base):
    """A refresh token, known to us only by its keyed hash. Used once; its successor is in the same session."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (sa.UniqueConstraint("token_hash"),)

    id: Mapped[str] = mapped_column(IdColumn("rft"), primary_key=True)
    session_id: Mapped[str] = mapped_column(IdColumn("ses"), sa.ForeignKey("sessions.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(sa.BINARY(32))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class TotpSecret(Base):
    """What an authenticator app and we both know, encrypted. It counts once it is confirmed."""

    __tablename__ = "totp_secrets"

    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(sa.VARBINARY(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The time step of the last code that was taken: none is taken twice."""


class RecoveryCode(Base):
    """A way past a lost authenticator, once; known by its keyed hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("code_hash"), sa.Index(None, "user_id"))

    id: Mapped[str] = mapped_column(IdColumn("rcv"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    code_hash: Mapped[bytes] = mapped_column(sa.BINARY(32))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Passkey(Base):
    """A key pair whose private half stays in the owner's device or password manager."""

    __tablename__ = "passkeys"
    __table_args__ = (sa.UniqueConstraint("credential_hash"), sa.Index(None, "user_id"))

    id: Mapped[str] = mapped_column(IdColumn("psk"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    credential_hash: Mapped[bytes] = mapped_column(sa.BINARY(32))
    credential_id: Mapped[bytes] = mapped_column(sa.VARBINARY(1023))
    public_key: Mapped[bytes] = mapped_column(sa.VARBINARY(2048))
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    is_synced: Mapped[bool] = mapped_column()
    aaguid: Mapped[str] = mapped_column(key_text(36))
    name: Mapped[str] = mapped_column(prose(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class AddressRow(Base):
    """A delivery address in a user's book."""

    __tablename__ = "addresses"

    id: Mapped[str] = mapped_column(IdColumn("adr"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"), sa.ForeignKey("users.id"), index=True)
    recipient: Mapped[str] = mapped_column(prose(80))
    phone: Mapped[str] = mapped_column(key_text(24))
    country: Mapped[str] = mapped_column(key_text(2))
    postcode: Mapped[str] = mapped_column(key_text(6))
    city: Mapped[str] = mapped_column(prose(80))
    district: Mapped[str] = mapped_column(prose(80))
    subdistrict: Mapped[str | None] = mapped_column(prose(80))
    line1: Mapped[str] = mapped_column(prose(200))
    line2: Mapped[str | None] = mapped_column(prose(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
