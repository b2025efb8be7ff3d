"""Every SQL statement on the books of the Facebook adapter."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.facebook_live.models import (
    FacebookAuthorRow,
    FacebookReplyRow,
    FacebookShowRow,
    ReplyState,
)
from nightmarket.kernel.unit import Unit


async def show_of(session: AsyncSession, page_id: str, post_id: str) -> str | None:
    """The show that comments under a post belong to."""
    query = sa.select(FacebookShowRow.stream_id).where(
        FacebookShowRow.page_id == page_id, FacebookShowRow.post_id == post_id
    )
    return await session.scalar(query)


async def link_of(session: AsyncSession, stream_id: str) -> FacebookShowRow | None:
    """Where comments of a show come from."""
    return await session.scalar(sa.select(FacebookShowRow).where(FacebookShowRow.stream_id == stream_id))


async def unlink(unit: Unit, stream_id: str) -> None:
    """Comments of no post belong to a show any more."""
    await unit.changed(sa.delete(FacebookShowRow).where(FacebookShowRow.stream_id == stream_id))


async def link(unit: Unit, *, page_id: str, post_id: str, stream_id: str) -> None:
    """Comments under a post belong to this show from now on, and to no other."""
    same_post = sa.and_(FacebookShowRow.page_id == page_id, FacebookShowRow.post_id == post_id)
    await unit.changed(sa.delete(FacebookShowRow).where(sa.or_(same_post, FacebookShowRow.stream_id == stream_id)))
    row = FacebookShowRow(page_id=page_id, post_id=post_id, stream_id=stream_id, created_at=unit.now)
    await unit.add(row)


async def user_of(session: AsyncSession, page_id: str, author_id: str) -> str | None:
    """Who somebody on Facebook is here; None as long as nobody knows."""
    query = sa.select(FacebookAuthorRow.user_id).where(
        FacebookAuthorRow.page_id == page_id, FacebookAuthorRow.author_id == author_id
    )
    return await session.scalar(query)


async def know_author(unit: Unit, page_id: str, author_id: str, user_id: str) -> bool:
    """Remember who somebody is; False when they are somebody already."""
    row = FacebookAuthorRow(page_id=page_id, author_id=author_id, user_id=user_id, linked_at=unit.now)
    return await unit.add_new(row)


async def erase(unit: Unit, user_id: str) -> None:
    """The account is gone, and with it who it was on Facebook."""
    await unit.changed(sa.delete(FacebookAuthorRow).where(FacebookAuthorRow.user_id == user_id))


async def plan_reply(unit: Unit, *, comment_id: str, page_id: str, text: str, public_text: str) -> bool:
    """The reply a comment is to get; False when it has one."""
    return await unit.add_new(
        FacebookReplyRow(
            comment_id=comment_id,
            page_id=page_id,
            text=text,
            public_text=public_text,
            state="waiting",
            attempts=0,
            created_at=unit.now,
        )
    )


async def begin_reply(unit: Unit, comment_id: str) -> FacebookReplyRow | None:
    """A reply that is to be sent now; `attempts` tells how often it was tried before. None when it was sent."""
    row = await unit.session.get(FacebookReplyRow, comment_id, populate_existing=True)
    if row is None or row.state != "waiting":
        return None
    await unit.changed(
        sa.update(FacebookReplyRow)
        .where(FacebookReplyRow.comment_id == comment_id)
        .values(attempts=FacebookReplyRow.attempts + 1)
    )
    return row


async def end_reply(unit: Unit, comment_id: str, state: ReplyState) -> None:
    """What became of it."""
    await unit.changed(
        sa.update(FacebookReplyRow)
        .where(FacebookReplyRow.comment_id == comment_id, FacebookReplyRow.state == "waiting")
        .values(state=state)
    )


def older_than(before: datetime) -> sa.ColumnElement[bool]:
    """Replies planned before a time."""
    return FacebookReplyRow.created_at < before
