"""A remembered comment has its effect: an order of somebody known, or an entry of the helpers' list and a reply.

Always true here: a comment acts once, however often it is delivered, and is answered once.
"""

from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.facebook_live import repository
from nightmarket.integrations.facebook_live.links import AuthorLink, personal_url, show_url
from nightmarket.integrations.facebook_live.news import CommentNews
from nightmarket.integrations.facebook_live.pages import pages_of
from nightmarket.integrations.facebook_live.send_reply import send_reply
from nightmarket.integrations.facebook_live.texts import known_locale, say
from nightmarket.kernel import inbox
from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import LOCALE_OF, Locale
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims.public import StrangerComment, note_stranger, reword_stranger, withdraw_stranger
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.shops.public import shop_card
from nightmarket.modules.streams.public import StreamView, stream_view


@job("facebook_live.take_comment.v1", queue="realtime")
async def take_comment(ctx: Context, inbox_id: str) -> None:
    """Act on a comment that came in."""
    async with ctx.reader() as session:
        row = await session.get(inbox.InboxRow, inbox_id)
        if row is None or row.handled_at is not None:
            return
        news = CommentNews(**row.body)
        stream = await _stream(session, ctx, news)
        user_id = None
        if news.author_id is not None:
            user_id = await repository.user_of(session, news.page_id, news.author_id)
        locale = None if stream is None else await _locale(session, stream)
    if stream is None or locale is None or news.author_id == news.page_id:
        await ctx.transact(lambda unit: inbox.mark_handled(unit, inbox_id))
    elif user_id is None or news.verb == "remove":
        await ctx.transact(lambda unit: _take_stranger(unit, ctx, inbox_id, news, stream, locale))
    else:
        await _take_known(ctx, inbox_id, news, user_id, locale)


async def _take_stranger(
    unit: Unit, ctx: Context, inbox_id: str, news: CommentNews, stream: StreamView, locale: Locale
) -> None:
    if not await inbox.mark_handled(unit, inbox_id):
        return
    written = StrangerComment(stream.id, news.message_id, "facebook", news.author_name, news.text)
    if news.verb == "remove":
        await withdraw_stranger(unit, stream.id, news.message_id)
        return
    note = note_stranger if news.verb == "add" else reword_stranger
    if not await note(unit, ctx, written):
        return
    general = show_url(ctx, stream.id)
    link = general
    if news.author_id is not None:
        link = personal_url(ctx, AuthorLink(stream.id, news.message_id, news.page_id, news.author_id), unit.now)
    await _plan(unit, news, say(locale, "link", link=link), say(locale, "public", link=general))


async def _take_known(ctx: Context, inbox_id: str, news: CommentNews, user_id: str, locale: Locale) -> None:
    """As in the room. An edited comment is new words of the same person: the grammar sees what they have by now."""
    async with ctx.reader() as session:
        stream_id = await repository.show_of(session, news.page_id, news.post_id)
    assert stream_id is not None
    result = await ctx.port(CommentOrders).submit(
        ctx, stream_id=stream_id, buyer_id=user_id, message_id=news.wording_id, text=news.text
    )
    answer: dict[str, Any] | None = msgspec.to_builtins(result)

    async def note(unit: Unit) -> None:
        if await inbox.mark_handled(unit, inbox_id) and answer is not None:
            link = show_url(ctx, stream_id)
            await _plan(unit, news, _words(locale, answer, link), say(locale, "public", link=link))

    await ctx.transact(note)


async def _plan(unit: Unit, news: CommentNews, text: str, public_text: str) -> None:
    planned = await repository.plan_reply(
        unit, comment_id=news.comment_id, page_id=news.page_id, text=text, public_text=public_text
    )
    if planned:
        unit.enqueue(send_reply, news.comment_id)


def _words(locale: Locale, answer: dict[str, Any], link: str) -> str:
    facts = {name: answer.get(name) or 0 for name in ("quantity", "available", "limit")}
    return say(locale, str(answer.get("outcome")), link=link, code=answer.get("code") or "", **facts)


async def _stream(session: AsyncSession, ctx: Context, news: CommentNews) -> StreamView | None:
    """The show the comment belongs to, as long as the page is still its shop's."""
    page = pages_of(ctx.settings).get(news.page_id)
    stream_id = await repository.show_of(session, news.page_id, news.post_id)
    stream = None if page is None or stream_id is None else await stream_view(session, stream_id)
    if page is None or stream is None:
        return None
    shop = await shop_card(session, stream.shop_id)
    return stream if shop is not None and shop.slug == page.shop else None


async def _locale(session: AsyncSession, stream: StreamView) -> Locale:
    shop = await shop_card(session, stream.shop_id)
    return known_locale(stream.language, LOCALE_OF[shop.market] if shop is not None else "en")
