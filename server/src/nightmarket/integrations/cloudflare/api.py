"""The two doors for Cloudflare's news: verified, remembered, answered; acted on afterwards."""

import hmac
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Request

from nightmarket.integrations.cloudflare.news import read_live_news, read_video_news
from nightmarket.integrations.cloudflare.signing import verify_webhook
from nightmarket.integrations.cloudflare.take_news import take_live_news, take_video_news
from nightmarket.kernel import inbox
from nightmarket.kernel.jobs import Job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound, may_raise
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.payments.errors import WebhookMalformed, WebhookSignatureInvalid

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
log = get_logger(__name__)

VIDEOS = "cloudflare-stream"
LIVE = "cloudflare-live"
_OLDEST_SECONDS = 3600
_PROBLEMS = may_raise(NotFound, WebhookSignatureInvalid, WebhookMalformed)


@router.post(f"/{VIDEOS}", status_code=204, responses=_PROBLEMS)
async def receive_video_news(
    request: Request,
    ctx: ContextDep,
    signature: Annotated[str, Header(alias="Webhook-Signature", max_length=400)] = "",
) -> None:
    """A video is ready or failed. Signed over the raw body."""
    secret = ctx.settings.cloudflare.webhook_secret
    if secret is None or not secret.get_secret_value():
        raise NotFound
    raw = await request.body()
    if not verify_webhook(raw, signature, secret.get_secret_value(), now=int(ctx.clock().timestamp())):
        log.warning("cloudflare.webhook_signature_invalid", door=VIDEOS)
        raise WebhookSignatureInvalid
    news = read_video_news(_decoded(raw))
    if news is not None:
        await _remember(ctx, VIDEOS, news.external_id, {"uid": news.video_uid, "state": news.state}, take_video_news)


@router.post(f"/{LIVE}", status_code=204, responses=_PROBLEMS)
async def receive_live_news(
    request: Request, ctx: ContextDep, auth: Annotated[str, Header(alias="cf-webhook-auth", max_length=400)] = ""
) -> None:
    """An encoder connected, disconnected, or sends what Cloudflare cannot use. Known by the shared secret alone."""
    secret = ctx.settings.cloudflare.notification_secret
    if secret is None or not secret.get_secret_value():
        raise NotFound
    if not hmac.compare_digest(auth.encode(), secret.get_secret_value().encode()):
        log.warning("cloudflare.webhook_signature_invalid", door=LIVE)
        raise WebhookSignatureInvalid
    body = _decoded(await request.body())
    news = read_live_news(body)
    if news is None:
        return
    stamp = body.get("ts")
    if isinstance(stamp, int | float) and abs(ctx.clock().timestamp() - stamp) > _OLDEST_SECONDS:
        log.warning("cloudflare.old_news", input_uid=news.input_uid)
        return
    facts = {"input_uid": news.input_uid, "event": news.event, "problem": news.problem}
    await _remember(ctx, LIVE, news.external_id, facts, take_live_news)


async def _remember(ctx: ContextDep, provider: str, external_id: str, facts: dict[str, str | None], then: Job) -> None:
    async def work(unit: Unit) -> None:
        inbox_id = await inbox.remember(unit, provider, external_id, facts)
        if inbox_id is not None:
            unit.enqueue(then, inbox_id)

    await ctx.transact(work)


def _decoded(raw: bytes) -> dict[str, object]:
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WebhookMalformed from error
    if not isinstance(body, dict):
        raise WebhookMalformed
    return body
