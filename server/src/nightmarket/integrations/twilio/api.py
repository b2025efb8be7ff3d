"""The door for Twilio's status callbacks."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import PlainTextResponse

from nightmarket.integrations.twilio.sender import callback_url
from nightmarket.integrations.twilio.signing import verify_webhook
from nightmarket.kernel import inbox
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound, may_raise
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.notifications.public import note_outcome
from nightmarket.modules.payments.errors import WebhookMalformed, WebhookSignatureInvalid

router = APIRouter(tags=["webhooks"])
log = get_logger(__name__)

_STOPPED = "21610"
_DEAD_NUMBERS = frozenset({_STOPPED, "21211", "21614", "30005", "30006"})


@router.post(
    "/webhooks/twilio",
    response_class=PlainTextResponse,
    responses=may_raise(NotFound, WebhookSignatureInvalid, WebhookMalformed),
)
async def receive_status(
    request: Request,
    ctx: ContextDep,
    delivery: Annotated[str, Query(max_length=64)] = "",
    signature: Annotated[str, Header(alias="X-Twilio-Signature", max_length=200)] = "",
) -> PlainTextResponse:
    """What became of an SMS. The signature is over the address we gave Twilio, whatever proxy stands before us."""
    token, url = ctx.settings.twilio.auth_token, callback_url(ctx, delivery)
    if token is None or url is None:
        raise NotFound
    try:
        params = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=60)
    except ValueError as error:
        raise WebhookMalformed from error
    if not verify_webhook(url, params, signature, token.get_secret_value()):
        log.warning("twilio.webhook_signature_invalid")
        raise WebhookSignatureInvalid
    said = dict(params)
    status, code = said.get("MessageStatus", ""), said.get("ErrorCode", "")
    if not is_id("dlv", delivery) or status not in {"delivered", "undelivered", "failed"}:
        return PlainTextResponse("OK")

    async def work(unit: Unit) -> None:
        news = {"status": status, "code": code, "delivery_id": delivery}
        inbox_id = await inbox.remember(unit, "twilio", f"{said.get('MessageSid', '')[:64]}:{status}", news)
        if inbox_id is None:
            return
        if status == "delivered":
            await note_outcome(unit, ctx, delivery, "delivered")
        else:
            reason = f"{status}, code {code}"
            await note_outcome(unit, ctx, delivery, "failed", reason=reason, address_is_dead=code in _DEAD_NUMBERS)
        await inbox.mark_handled(unit, inbox_id)

    await ctx.transact(work)
    return PlainTextResponse("OK")
