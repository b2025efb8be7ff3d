"""The door for Facebook's webhook, the link between a show and a video, and the personal link of a comment's author."""

import hmac
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.facebook.signing import verify_webhook
from nightmarket.integrations.facebook_live import repository
from nightmarket.integrations.facebook_live.links import read_link
from nightmarket.integrations.facebook_live.news import CommentNews, post_number, read_news
from nightmarket.integrations.facebook_live.pages import Page, pages_of, why_off
from nightmarket.integrations.facebook_live.take_comment import take_comment
from nightmarket.kernel import inbox
from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.settings import FacebookSettings
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.claims.public import Comment, claim_as_author
from nightmarket.modules.identity.public import Caller, CallerDep
from nightmarket.modules.payments.errors import WebhookMalformed, WebhookSignatureInvalid
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.shops.public import ShopCard, require_role
from nightmarket.modules.streams.public import stream_view

router = APIRouter()
log = get_logger(__name__)

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
_STUDIO = (SignInRequired, NotFound, NotAllowed)


class FacebookLinkIn(BaseModel):
    """A live video of the shop's page: its post, alone or as `<page>_<post>`."""

    model_config = ConfigDict(extra="forbid")

    page_id: str = Field(max_length=32)
    post_id: str = Field(max_length=70)


class FacebookLinkOut(BaseModel):
    """Where comments of a show come from besides its room. `off` says why in `note`; `pages`: what can be linked."""

    state: Literal["off", "unlinked", "linked"]
    note: str | None
    pages: list[str]
    page_id: str | None
    post_id: str | None


class CommentLinkIn(BaseModel):
    """The proof in a personal link."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=2000)


class CommentLinkOut(BaseModel):
    """What became of the comment: as in `claim-result`; null when a helper was faster or it is no order any more."""

    stream_id: str
    result: dict[str, Any] | None


def _switched_on(ctx: ContextDep) -> FacebookSettings:
    if why_off(ctx.settings) is not None:
        raise NotFound
    return ctx.settings.facebook


SettingsDep = Annotated[FacebookSettings, Depends(_switched_on)]


@router.get("/webhooks/facebook", tags=["webhooks"], responses=may_raise(NotFound, NotAllowed))
async def answer_challenge(
    settings: SettingsDep,
    mode: Annotated[str, Query(alias="hub.mode", max_length=40)] = "",
    verify_token: Annotated[str, Query(alias="hub.verify_token", max_length=400)] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=400)] = "",
) -> PlainTextResponse:
    """Facebook asks whether this address wants its news."""
    ours = settings.verify_token.get_secret_value() if settings.verify_token else ""
    if mode != "subscribe" or not hmac.compare_digest(verify_token.encode(), ours.encode()):
        raise NotAllowed
    return PlainTextResponse(challenge)


@router.post(
    "/webhooks/facebook",
    tags=["webhooks"],
    response_class=PlainTextResponse,
    responses=may_raise(NotFound, WebhookSignatureInvalid, WebhookMalformed),
)
async def receive_comments(
    request: Request,
    settings: SettingsDep,
    ctx: ContextDep,
    signature: Annotated[str, Header(alias="X-Hub-Signature-256", max_length=200)] = "",
) -> PlainTextResponse:
    """Comments of our pages' live videos: verified and remembered before the answer, acted on after it."""
    raw = await request.body()
    if settings.app_secret is None or not verify_webhook(raw, signature, settings.app_secret.get_secret_value()):
        log.warning("facebook_live.webhook_signature_invalid")
        raise WebhookSignatureInvalid
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WebhookMalformed from error
    ours = pages_of(ctx.settings)
    news = [one for one in read_news(body) if one.page_id in ours]
    if news:
        await ctx.transact(lambda unit: _remember(unit, news))
    return PlainTextResponse("EVENT_RECEIVED")


@router.get("/streams/{stream_id}/facebook", tags=["streams"], responses=may_raise(*_STUDIO))
async def get_facebook_link(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> FacebookLinkOut:
    """Whether comments of a Facebook live video come in here, and of which; or why they cannot."""
    async with ctx.reader() as session:
        shop = await _shop(session, stream_id, caller)
        return await _shown(session, ctx, shop, stream_id)


@router.put("/streams/{stream_id}/facebook", tags=["streams"], responses=may_raise(*_STUDIO, InvalidInput))
async def put_facebook_link(
    stream_id: StreamId, body: FacebookLinkIn, ctx: ContextDep, caller: CallerDep
) -> FacebookLinkOut:
    """Comments under this video of the shop's page are orders of this show from now on."""
    async with ctx.reader() as session:
        shop = await _shop(session, stream_id, caller)
    page = _pages(ctx, shop).get(body.page_id)
    post_id = None if page is None else post_number(body.post_id, page.id)
    if page is None or post_id is None:
        raise InvalidInput("page_id must be a page of this shop, and post_id a post of that page.")
    await ctx.transact(lambda unit: repository.link(unit, page_id=page.id, post_id=post_id, stream_id=stream_id))
    async with ctx.reader() as session:
        return await _shown(session, ctx, shop, stream_id)


@router.delete("/streams/{stream_id}/facebook", tags=["streams"], status_code=204, responses=may_raise(*_STUDIO))
async def delete_facebook_link(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> None:
    """Comments come from the room alone again."""
    async with ctx.reader() as session:
        await _shop(session, stream_id, caller)
    await ctx.transact(lambda unit: repository.unlink(unit, stream_id))


@router.post("/comment-links", tags=["claims"], responses=may_raise(SignInRequired, NotFound))
async def follow_comment_link(body: CommentLinkIn, ctx: ContextDep, caller: CallerDep) -> CommentLinkOut:
    """The author of a comment has come with an account: it is their order now, and so are their next comments.

    Following the link twice is the same order.
    """
    link = read_link(ctx, body.token)
    if link is None:
        raise NotFound

    async def mine(unit: Unit) -> Comment | None:
        await repository.know_author(unit, link.page_id, link.author_id, caller.id)
        return await claim_as_author(unit, link.stream_id, link.message_id, caller.id)

    async with ctx.reader() as session:
        known = await repository.user_of(session, link.page_id, link.author_id)
    if known is not None and known != caller.id:
        raise NotFound  # somebody else has shown to be the author
    comment = await ctx.transact(mine)
    if comment is None:
        return CommentLinkOut(stream_id=link.stream_id, result=None)
    result = await ctx.port(CommentOrders).submit(
        ctx,
        stream_id=comment.stream_id,
        buyer_id=caller.id,
        message_id=comment.message_id,
        text=comment.text,
    )
    return CommentLinkOut(stream_id=link.stream_id, result=msgspec.to_builtins(result))


async def _remember(unit: Unit, news: list[CommentNews]) -> None:
    for one in news:
        inbox_id = await inbox.remember(unit, "facebook", one.external_id, one.as_json())
        if inbox_id is not None:
            unit.enqueue(take_comment, inbox_id)


async def _shop(session: AsyncSession, stream_id: str, caller: Caller) -> ShopCard:
    stream = await stream_view(session, stream_id)
    if stream is None:
        raise NotFound
    return await require_role(session, stream.shop_id, caller, "host")


def _pages(ctx: Context, shop: ShopCard) -> dict[str, Page]:
    return {page.id: page for page in pages_of(ctx.settings).values() if page.shop == shop.slug}


async def _shown(session: AsyncSession, ctx: Context, shop: ShopCard, stream_id: str) -> FacebookLinkOut:
    pages = sorted(_pages(ctx, shop))
    note = why_off(ctx.settings) or (None if pages else "No page of this shop is connected.")
    found = await repository.link_of(session, stream_id) if note is None else None
    state: Literal["off", "unlinked", "linked"] = "off" if note else "unlinked" if found is None else "linked"
    page_id, post_id = (None, None) if found is None else (found.page_id, found.post_id)
    return FacebookLinkOut(state=state, note=note, pages=pages, page_id=page_id, post_id=post_id)
