"""The tables of notifications. What is told is kept as kind and facts; words are found when somebody reads them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, long_exact_text, prose
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.states import State


class NotificationRow(Base):
    """One fact that one person was told."""

    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "fact_key"),
        sa.Index(None, "user_id", "id"),
        sa.Index(None, "created_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("ntf"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    kind: Mapped[str] = mapped_column(key_text(40))
    category: Mapped[str] = mapped_column(key_text(12))
    fact_key: Mapped[str] = mapped_column(key_text(160))
    """Names the fact: nobody is told the same one twice."""
    variant: Mapped[str] = mapped_column(key_text(24))
    words: Mapped[Any] = mapped_column(sa.JSON)
    link: Mapped[str | None] = mapped_column(key_text(200))
    market: Mapped[str] = mapped_column(key_text(2))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    """After this it is not worth sending any more."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class DeliveryRow(Base):
    """One message to one address. Without a notification it is a letter of its own, such as a code."""

    __tablename__ = "notification_deliveries"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "channel", "address"),
        sa.CheckConstraint("state in ('waiting','sending','sent','delivered','failed','expired')", name="state"),
        sa.Index(None, "user_id"),
        sa.Index(None, "ended_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn("dlv"), primary_key=True)
    notification_id: Mapped[str | None] = mapped_column(IdColumn("ntf"))
    user_id: Mapped[str | None] = mapped_column(IdColumn("usr"))
    channel: Mapped[Channel] = mapped_column(key_text(8))
    address: Mapped[str] = mapped_column(exact_text(254))
    """An e-mail address, a phone number, a LINE user id, or the id of a push subscription."""
    locale: Mapped[str] = mapped_column(key_text(8))
    letter: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    """Kind and words of a letter of its own; emptied when it has ended."""
    state: Mapped[State] = mapped_column(key_text(12))
    attempts: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str | None] = mapped_column(key_text(20))
    provider_id: Mapped[str | None] = mapped_column(exact_text(190))
    error: Mapped[str | None] = mapped_column(prose(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class PreferenceRow(Base):
    """What a person chose for a category and a channel; consent to marketing is such a choice, with its time."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    category: Mapped[str] = mapped_column(key_text(12), primary_key=True)
    channel: Mapped[str] = mapped_column(key_text(8), primary_key=True)
    is_on: Mapped[bool] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime())


class PushSubscriptionRow(Base):
    """A browser that may be woken. It ends with the log-in it was made in."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        sa.UniqueConstraint("endpoint_hash"),
        sa.Index(None, "user_id"),
        sa.Index(None, "session_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn("psb"), primary_key=True)
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    session_id: Mapped[str] = mapped_column(IdColumn("ses"))
    endpoint_hash: Mapped[bytes] = mapped_column(sa.BINARY(32))
    endpoint: Mapped[str] = mapped_column(long_exact_text())
    p256dh: Mapped[str] = mapped_column(key_text(90))
    auth: Mapped[str] = mapped_column(key_text(24))
    user_agent: Mapped[str | None] = mapped_column(prose(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ContactRow(Base):
    """A proven address besides the account's e-mail: a phone that repeated our code, a LINE account that sent one."""

    __tablename__ = "contact_points"
    __table_args__ = (sa.UniqueConstraint("channel", "address"),)

    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(key_text(8), primary_key=True)
    address: Mapped[str] = mapped_column(exact_text(64))
    is_muted: Mapped[bool] = mapped_column(default=False)
    """The person has stopped it at the other end (blocked the LINE account, answered STOP)."""
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ContactCodeRow(Base):
    """A code that proves an address when it comes back."""

    __tablename__ = "contact_codes"
    __table_args__ = (sa.Index(None, "code_hash"), sa.Index(None, "expires_at"))

    user_id: Mapped[str] = mapped_column(IdColumn("usr"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(key_text(8), primary_key=True)
    address: Mapped[str | None] = mapped_column(exact_text(64))
    code_hash: Mapped[bytes] = mapped_column(sa.BINARY(32))
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())


class DeadAddressRow(Base):
    """An address a service called dead, known by its keyed hash only: nothing more is sent there."""

    __tablename__ = "dead_addresses"

    channel: Mapped[Channel] = mapped_column(key_text(8), primary_key=True)
    address_hash: Mapped[bytes] = mapped_column(sa.BINARY(32), primary_key=True)
    reason: Mapped[str] = mapped_column(prose(120))
    since: Mapped[datetime] = mapped_column(UtcDateTime())
