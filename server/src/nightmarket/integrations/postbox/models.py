"""The messages on the outbox page."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, long_exact_text, prose


class PostboxRow(Base):
    """A message as it would have left; once, however often it is sent."""

    __tablename__ = "local_messages"
    __table_args__ = (sa.Index(None, "sent_at"),)

    id: Mapped[str] = mapped_column(IdColumn("dlv"), primary_key=True)
    channel: Mapped[str] = mapped_column(key_text(8))
    address: Mapped[str] = mapped_column(exact_text(254))
    kind: Mapped[str] = mapped_column(key_text(40))
    locale: Mapped[str] = mapped_column(key_text(8))
    title: Mapped[str] = mapped_column(prose(300))
    body: Mapped[str] = mapped_column(long_exact_text())
    """An e-mail's plain text, an SMS as it is."""
    link: Mapped[str | None] = mapped_column(exact_text(500))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime())
