"""The books of the Facebook adapter. Nothing but this adapter reads or writes them."""

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text, long_exact_text

ReplyState = Literal["waiting", "private", "public", "failed"]


class FacebookShowRow(Base):
    """Which show the comments under a page's video belong to."""

    __tablename__ = "facebook_shows"
    __table_args__ = (sa.UniqueConstraint("stream_id"),)

    page_id: Mapped[str] = mapped_column(key_text(32), primary_key=True)
    post_id: Mapped[str] = mapped_column(key_text(32), primary_key=True)
    """The video's post, without the page in front."""
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class FacebookAuthorRow(Base):
    """Who somebody is here: they opened the link that only they were sent."""

    __tablename__ = "facebook_authors"
    __table_args__ = (sa.Index("ix_facebook_authors_user", "user_id"),)

    page_id: Mapped[str] = mapped_column(key_text(32), primary_key=True)
    author_id: Mapped[str] = mapped_column(key_text(32), primary_key=True)
    """Facebook's number for the person towards this page; another page knows another one."""
    user_id: Mapped[str] = mapped_column(IdColumn("usr"))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime())


class FacebookReplyRow(Base):
    """The one private reply a comment may get."""

    __tablename__ = "facebook_replies"
    __table_args__ = (
        sa.CheckConstraint("state in ('waiting','private','public','failed')", name="state"),
        sa.Index("ix_facebook_replies_created_at", "created_at"),
    )

    comment_id: Mapped[str] = mapped_column(key_text(60), primary_key=True)
    page_id: Mapped[str] = mapped_column(key_text(32))
    text: Mapped[str] = mapped_column(long_exact_text())
    public_text: Mapped[str] = mapped_column(long_exact_text())
    """What is said under the video instead when no private reply is possible: nothing personal."""
    state: Mapped[ReplyState] = mapped_column(key_text(8))
    attempts: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
