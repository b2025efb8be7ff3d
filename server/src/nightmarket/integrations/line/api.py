"""The door for LINE's webhook."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse

from nightmarket.integrations.line.signing import verify_webhook
from nightmarket.integrations.line.take_events import take_event
from nightmarket.kernel import inbox
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound, may_raise
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.payments.errors import WebhookMalformed, WebhookSignatureInvalid

router = APIRouter(tags=["webhooks"])
log = get_logger(__name__)

_KNOWN = frozenset({"follow", "unfollow", "message"})


@router.post(
    "/webhooks/line",
    response_class=PlainTextResponse,
    responses=may_raise(NotFound, WebhookSignatureInvalid, WebhookMalformed),
)
async def receive_events(
    request: Request, ctx: ContextDep, signature: Annotated[str, Header(alias="X-Line-Signature", max_length=200)] = ""
) -> PlainTextResponse:
    """Who follows us, who left, who sent a code: verified and remembered before the answer, acted on after it."""
    secret = ctx.settings.line_messaging.channel_secret
    if secret is None:
        raise NotFound
    raw = await request.body()
    if not verify_webhook(raw, signature, secret.get_secret_value()):
        log.warning("line.webhook_signature_invalid")
        raise WebhookSignatureInvalid
    try:
        body = msgspec.json.decode(raw, type=dict[str, Any])
        events = msgspec.convert(body.get("events", []), list[dict[str, Any]])
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise WebhookMalformed from error
    news = [kept for kept in map(_kept, events) if kept is not None]

    async def work(unit: Unit) -> None:
        for event_id, one in news:
            inbox_id = await inbox.remember(unit, "line", event_id, one)
            if inbox_id is not None:
                unit.enqueue(take_event, inbox_id)

    if news:
        await ctx.transact(work)
    return PlainTextResponse("OK")


def _kept(event: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What we need of an event; None for kinds we do not know, and for those that are another system's to answer."""
    source, event_id = event.get("source"), event.get("webhookEventId")
    if event.get("type") not in _KNOWN or event.get("mode") != "active":
        return None
    if not isinstance(source, dict) or source.get("type") != "user" or not isinstance(source.get("userId"), str):
        return None
    if not isinstance(event_id, str) or not event_id:
        return None
    message = event.get("message")
    text = message.get("text") if isinstance(message, dict) and message.get("type") == "text" else None
    reply_token = event.get("replyToken")
    return event_id[:190], {
        "type": event["type"],
        "user_id": source["userId"][:64],
        "text": text[:40] if isinstance(text, str) else None,
        "reply_token": reply_token if isinstance(reply_token, str) else None,
        "at": event.get("timestamp"),
    }
