"""Give money back, in part or in full; never more than was paid, and each request once."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.errors import NotRefundable, RefundTooLarge
from nightmarket.modules.payments.events import PaymentRefunded, RefundFailed
from nightmarket.modules.payments.models import RefundRow
from nightmarket.modules.payments.ports import Gateways, RefundRefused
from nightmarket.modules.payments.service.apply_standing import known
from nightmarket.modules.payments.states import SETTLED

log = get_logger(__name__)


async def request_refund(
    unit: Unit, payment_id: str, amount: Money, *, reason: str, requested_by: str | None = None
) -> str:
    """Set the money aside and have the gateway send it back; the refund's id."""
    row = await repository.payment(unit.session, payment_id)
    if row is None:
        raise NotFound
    if amount.currency != row.currency or amount.minor <= 0:
        raise InvalidInput("The amount must be positive and in the payment's currency.")
    if row.state not in SETTLED:
        raise NotRefundable(state=row.state)
    if not await repository.reserve_refund(unit, payment_id, amount.minor):
        left = Money(row.amount_minor - row.refund_reserved_minor, row.currency)
        raise RefundTooLarge(refundable=left.as_json())
    refund = RefundRow(
        id=new_id("rfd"),
        payment_id=payment_id,
        amount_minor=amount.minor,
        reason=reason,
        requested_by=requested_by,
        state="requested",
        requested_at=unit.now,
    )
    await unit.add(refund)
    await repository.note(
        unit,
        payment_id,
        "refund_requested",
        source="staff" if requested_by else "system",
        details={"refund_id": refund.id, **amount.as_json()},
    )
    unit.enqueue(send_refund, refund.id)
    return refund.id


async def refund_in_full(unit: Unit, payment_id: str, *, reason: str) -> str | None:
    """Give back whatever is left of a captured payment; None when nothing is."""
    row = await repository.payment(unit.session, payment_id)
    if row is None or row.state not in SETTLED or row.refund_reserved_minor >= row.amount_minor:
        return None
    left = Money(row.amount_minor - row.refund_reserved_minor, row.currency)
    return await request_refund(unit, payment_id, left, reason=reason)


@job("payments.send_refund.v1", queue="payments")
async def send_refund(ctx: Context, refund_id: str) -> None:
    """Tell the gateway; the refund's id is the key, so a second run is the same refund there."""
    async with ctx.reader() as session:
        refund = await repository.refund(session, refund_id)
        row = await repository.payment(session, refund.payment_id) if refund else None
        attempt = (await repository.newest_attempts(session, [row.id])).get(row.id) if row else None
    if refund is None or row is None or refund.state != "requested":
        return
    gateway = ctx.port(Gateways).named(attempt.gateway) if attempt else None
    amount = Money(refund.amount_minor, row.currency)
    try:
        if gateway is None or attempt is None:
            raise RefundRefused("the gateway is switched off")
        await gateway.refund(known(attempt, row), amount, key=refund.id)
    except RefundRefused as error:
        reason = str(error)
        await ctx.transact(lambda unit: _failed(unit, refund, payable=row.payable, reason=reason))
    else:
        await ctx.transact(lambda unit: _done(unit, refund, payable=row.payable, amount=amount))


async def _done(unit: Unit, refund: RefundRow, *, payable: str, amount: Money) -> None:
    if not await repository.finish_refund(unit, refund.id, "done"):
        return
    await repository.add_refunded(unit, refund.payment_id, amount.minor)
    await repository.note(
        unit, refund.payment_id, "refunded", source="gateway", details={"refund_id": refund.id, **amount.as_json()}
    )
    row = await repository.payment(unit.session, refund.payment_id)
    assert row is not None
    unit.announce(
        PaymentRefunded(
            payment_id=row.id,
            payable=payable,
            refund_id=refund.id,
            amount_minor=amount.minor,
            currency=amount.currency,
            is_full=row.state == "refunded",
        )
    )
    log.info("payments.refunded", payment_id=row.id, refund_id=refund.id)


async def _failed(unit: Unit, refund: RefundRow, *, payable: str, reason: str) -> None:
    if not await repository.finish_refund(unit, refund.id, "failed"):
        return
    await repository.unreserve_refund(unit, refund.payment_id, refund.amount_minor)
    await repository.note(
        unit,
        refund.payment_id,
        "refund_failed",
        source="gateway",
        details={"refund_id": refund.id, "reason": reason[:200]},
    )
    unit.announce(RefundFailed(payment_id=refund.payment_id, payable=payable, refund_id=refund.id))
    log.error("payments.refund_failed", payment_id=refund.payment_id, refund_id=refund.id)
