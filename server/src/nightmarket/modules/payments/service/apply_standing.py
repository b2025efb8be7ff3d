"""Move a payment to where its gateway says it is: once, and only when the gateway speaks of our money."""

from prometheus_client import Counter

from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.money import Money
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.events import PaymentCaptured, PaymentFailed
from nightmarket.modules.payments.models import AttemptRow, PaymentRow
from nightmarket.modules.payments.ports import Known, PaymentGateway, Standing
from nightmarket.modules.payments.service.open_payment import close_one
from nightmarket.modules.payments.states import OPEN

log = get_logger(__name__)

MISMATCHES = Counter(
    "nightmarket_payment_mismatches_total", "Gateway statements that contradict our own row", ["provider", "what"]
)


async def apply_standing(
    unit: Unit, gateway: PaymentGateway, attempt: AttemptRow, *, standing: Standing, source: str
) -> bool:
    """False when nothing moved: no news, a twin was faster, or the statement contradicts our row."""
    row = await repository.payment(unit.session, attempt.payment_id)
    if row is None:
        return False
    match standing.state:
        case "paid":
            return await _capture(unit, gateway, attempt, row=row, standing=standing, source=source)
        case "failed":
            return row.state in OPEN and await _fail(unit, row, source)
        case "expired":
            return row.state in OPEN and await close_one(unit, row, "expired")
        case "pending":
            return await _instruct(unit, attempt, row, standing=standing, source=source)
        case "unknown":
            return False


def known(attempt: AttemptRow, payment: PaymentRow) -> Known:
    """What a gateway is asked about."""
    return Known(
        reference=attempt.reference,
        method=payment.method,
        amount=Money(payment.amount_minor, payment.currency),
        external_id=attempt.external_id,
    )


async def _instruct(unit: Unit, attempt: AttemptRow, row: PaymentRow, *, standing: Standing, source: str) -> bool:
    if standing.action is None or standing.action == attempt.action or row.state not in OPEN:
        return False
    await repository.replace_action(unit, attempt.id, standing.action)
    await repository.note(unit, row.id, "instructed", source=source, details={"type": standing.action["type"]})
    return True


async def _capture(
    unit: Unit, gateway: PaymentGateway, attempt: AttemptRow, *, row: PaymentRow, standing: Standing, source: str
) -> bool:
    wrong = mismatches(
        expected=Money(row.amount_minor, row.currency),
        reference=attempt.reference,
        merchant=gateway.merchant,
        told=standing,
    )
    if wrong:
        await refuse_statement(unit, row, gateway.name, wrong=wrong, source=source)
        return False
    if not await repository.move(unit, row.id, "paid", paid_at=unit.now, next_look_at=None):
        return False
    await repository.note(unit, row.id, "captured", source=source, details={"was": row.state})
    unit.announce(
        PaymentCaptured(payment_id=row.id, payable=row.payable, amount_minor=row.amount_minor, currency=row.currency)
    )
    log.info("payments.captured", payment_id=row.id, source=source, was=row.state)
    return True


async def _fail(unit: Unit, row: PaymentRow, source: str) -> bool:
    if not await repository.move(unit, row.id, "failed"):
        return False
    await repository.note(unit, row.id, "failed", source=source)
    unit.announce(PaymentFailed(payment_id=row.id, payable=row.payable))
    return True


async def refuse_statement(unit: Unit, row: PaymentRow, provider: str, *, wrong: list[str], source: str) -> None:
    """Write down that somebody said something untrue about a payment; nothing else changes."""
    for what in wrong:
        MISMATCHES.labels(provider, what).inc()
    await repository.note(unit, row.id, "mismatch", source=source, details={"wrong": wrong})
    log.warning("payments.mismatch", payment_id=row.id, provider=provider, wrong=wrong)


def mismatches(
    *, expected: Money, reference: str, merchant: str, told: Standing, amount_needed: bool = True
) -> list[str]:
    """What a gateway's words contradict in our own row: reference, merchant, currency, amount."""
    wrong = []
    if told.reference != reference:
        wrong.append("reference")
    if told.merchant != merchant:
        wrong.append("merchant")
    if told.amount is None:
        return [*wrong, "amount"] if amount_needed else wrong
    if told.amount.currency != expected.currency:
        wrong.append("currency")
    if told.amount.minor != expected.minor:
        wrong.append("amount")
    return wrong
