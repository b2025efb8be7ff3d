"""The door for SendGrid's event webhook."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse

from nightmarket.integrations.sendgrid.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify_webhook
from nightmarket.integrations.sendgrid.take_events import take_event
from nightmarket.kernel import inbox
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound, may_raise
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.payments.errors import WebhookMalformed, WebhookSignatureInvalid

router = APIRouter(tags=["webhooks"])
log = get_logger(__name__)

_NEWS = frozenset({"delivered", "bounce", "dropped", "spamreport", "unsubscribe", "group_unsubscribe"})
_TOLERANCE = 600


@router.post(
    "/webhooks/sendgrid",
    response_class=PlainTextResponse,
    responses=may_raise(NotFound, WebhookSignatureInvalid, WebhookMalformed),
)
async def receive_events(
    request: Request,
    ctx: ContextDep,
    signature: Annotated[str, Header(alias=SIGNATURE_HEADER, max_length=400)] = "",
    timestamp: Annotated[str, Header(alias=TIMESTAMP_HEADER, max_length=20)] = "",
) -> PlainTextResponse:
    """What became of e-mails: verified and remembered before the answer, acted on after it."""
    key = ctx.settings.sendgrid.webhook_public_key
    if not key:
        raise NotFound
    raw = await request.body()
    is_fresh = (
        timestamp.isascii() and timestamp.isdigit() and abs(ctx.clock().timestamp() - int(timestamp)) <= _TOLERANCE
    )
    if not is_fresh or not verify_webhook(raw, signature, timestamp, key):
        log.warning("sendgrid.webhook_signature_invalid")
        raise WebhookSignatureInvalid
    try:
        events = msgspec.json.decode(raw, type=list[dict[str, Any]])
    except (msgspec.DecodeError, RecursionError) as error:
        raise WebhookMalformed from error
    news = [one for one in events if one.get("event") in _NEWS and isinstance(one.get("sg_event_id"), str)]

    async def work(unit: Unit) -> None:
        for one in news:
            kept = {name: one.get(name) for name in ("event", "delivery_id", "reason", "type")}
            inbox_id = await inbox.remember(unit, "sendgrid", one["sg_event_id"][:190], kept)
            if inbox_id is not None:
                unit.enqueue(take_event, inbox_id)

    if news:
        await ctx.transact(work)
    return PlainTextResponse("OK")
