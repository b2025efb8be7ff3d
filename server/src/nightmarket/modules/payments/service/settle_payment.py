"""Notifications and look-ups: what a gateway says, checked against our own rows, moves a payment at most once.

Always true here: nothing moves on the word of a notification alone. It is remembered, then the gateway is asked; its
answer must name our merchant account, our reference and our amount, or nothing changes.
"""

from collections.abc import Mapping

from prometheus_client import Counter

from nightmarket.kernel import inbox
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.money import EXPONENT, Money
from nightmarket.kernel.problems import NotFound, Unavailable
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.errors import WebhookMalformed, WebhookSignatureInvalid
from nightmarket.modules.payments.models import AttemptRow
from nightmarket.modules.payments.policy import next_look
from nightmarket.modules.payments.ports import (
    BadSignature,
    Delivery,
    Gateways,
    MalformedDelivery,
    PaymentGateway,
    Standing,
)
from nightmarket.modules.payments.service.apply_standing import (
    MISMATCHES,
    apply_standing,
    known,
    mismatches,
    refuse_statement,
)

log = get_logger(__name__)

DELIVERIES = Counter("nightmarket_payment_notifications_total", "Payment notifications", ["provider", "outcome"])


async def accept_webhook(ctx: Context, provider: str, headers: Mapping[str, str], raw: bytes) -> str:
    """Verify a notification, remember it, and answer as the gateway expects. Acting on it is a job's business."""
    gateway = ctx.port(Gateways).named(provider)
    if gateway is None:
        raise NotFound
    try:
        delivery = gateway.read_webhook(headers, raw)
    except BadSignature as error:
        DELIVERIES.labels(provider, "forged").inc()
        log.warning("payments.webhook_signature_invalid", provider=provider, reason=str(error))
        raise WebhookSignatureInvalid from error
    except MalformedDelivery as error:
        DELIVERIES.labels(provider, "malformed").inc()
        raise WebhookMalformed from error

    async def remember(unit: Unit) -> bool:
        inbox_id = await inbox.remember(unit, provider, delivery.external_id, _as_body(delivery))
        if inbox_id is not None:
            unit.enqueue(take_delivery, inbox_id)
        return inbox_id is not None

    is_news = await ctx.transact(remember)
    DELIVERIES.labels(provider, "accepted" if is_news else "repeated").inc()
    return gateway.acknowledgement


def _as_body(delivery: Delivery) -> dict[str, object]:
    return {
        "reference": delivery.reference,
        "merchant": delivery.merchant,
        "amount": delivery.amount.as_json() if delivery.amount else None,
        "facts": delivery.facts,
    }


@job("payments.take_delivery.v1", queue="payments")
async def take_delivery(ctx: Context, inbox_id: str) -> None:
    """Act on a remembered notification by asking the gateway for the truth."""
    async with ctx.unit() as unit:
        row = await inbox.load(unit, inbox_id)
    if row is None:
        return
    gateway = ctx.port(Gateways).named(row.provider)
    async with ctx.reader() as session:
        attempt = await repository.attempt_by_reference(session, row.provider, str(row.body["reference"]))
        payment = await repository.payment(session, attempt.payment_id) if attempt else None
    if gateway is None or attempt is None or payment is None:
        MISMATCHES.labels(row.provider, "reference").inc()
        log.warning("payments.unknown_reference", provider=row.provider, inbox_id=inbox_id)
        async with ctx.unit() as unit:
            await inbox.mark_handled(unit, inbox_id)
        return
    claimed = _claimed(row.body, gateway, attempt)
    wrong = mismatches(
        expected=Money(payment.amount_minor, payment.currency),
        reference=attempt.reference,
        merchant=gateway.merchant,
        told=claimed,
        amount_needed=False,
    )
    standing = None if wrong else await gateway.look_up(known(attempt, payment))

    async def settle(unit: Unit) -> None:
        if not await inbox.mark_handled(unit, inbox_id):
            return
        if standing is None:
            await refuse_statement(unit, payment, gateway.name, wrong=wrong, source="webhook")
        else:
            await apply_standing(unit, gateway, attempt, standing=standing, source="webhook")

    await ctx.transact(settle)


def _claimed(body: dict[str, object], gateway: PaymentGateway, attempt: AttemptRow) -> Standing:
    """What the notification itself says, completed by what it leaves out."""
    told = body.get("amount")
    amount = None
    if isinstance(told, dict) and told.get("currency") in EXPONENT:
        amount = Money(int(told["amount"]), str(told["currency"]))
    merchant = body.get("merchant")
    return Standing(
        state="unknown",
        reference=attempt.reference,
        merchant=gateway.merchant if merchant is None else str(merchant),
        amount=amount,
    )


async def look_up_payment(ctx: Context, payment_id: str) -> None:
    """Ask the gateway how a payment stands, in case its notification got lost.

    Without an answer (Unavailable) the next question is planned all the same: others must have their turn.
    """
    async with ctx.reader() as session:
        payment = await repository.payment(session, payment_id)
        attempt = (await repository.newest_attempts(session, [payment_id])).get(payment_id)
    if payment is None:
        return
    gateway = ctx.port(Gateways).named(attempt.gateway) if attempt else None
    try:
        standing = await gateway.look_up(known(attempt, payment)) if gateway and attempt else None
    except Unavailable:
        await ctx.transact(lambda unit: _plan(unit, payment_id))
        raise

    async def settle(unit: Unit) -> None:
        if gateway and attempt and standing:
            await apply_standing(unit, gateway, attempt, standing=standing, source="look_up")
        await _plan(unit, payment_id)

    await ctx.transact(settle)


async def _plan(unit: Unit, payment_id: str) -> None:
    row = await repository.payment(unit.session, payment_id)
    if row is None or row.next_look_at is None:
        return
    at = next_look(now=unit.now, created_at=row.created_at, expires_at=row.expires_at, look_count=row.look_count)
    await repository.plan_look(unit, row.id, at, seen=row.look_count)
