"""Money comes in, or goes back. What the order does about it depends on where it is by then.

In time: the goods are the buyer's. Late: the goods are taken again if they are still there, else the money goes back.
Twice, or after the buyer gave up: the money goes back.
"""

from collections.abc import Sequence

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.money import Money
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.public import put_order, waiting_orders
from nightmarket.modules.buyers.public import forgive_incident
from nightmarket.modules.claims.public import hold_for_payer, sold_with_order
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.events import OrderPaid, OrderPaymentFailed, OrderRefunded
from nightmarket.modules.orders.models import OrderLineRow, OrderRow
from nightmarket.modules.orders.service.close_order import lose_order
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.orders.service.rework_lines import share_shipping
from nightmarket.modules.orders.service.share_parcel import share_parcel
from nightmarket.modules.payments import public as payments
from nightmarket.modules.payments.events import PaymentCaptured, PaymentFailed, PaymentRefunded
from nightmarket.modules.streams import public as streams

log = get_logger(__name__)

OVERPAID = "paid more than once"
TOO_LITTLE = "paid what the order came to before it was changed"
REDUCED = "the order was reduced after it was to be paid"
GIVEN_UP = "paid after the order was cancelled"
PAID_SECOND = "somebody else paid first"
SOLD_MEANWHILE = "paid too late: sold to somebody else"


async def take_money(unit: Unit, ctx: Context, event: PaymentCaptured) -> None:
    """A payment was captured."""
    row = await repository.locked_order(unit, event.payable) if is_id("ord", event.payable) else None
    if row is None:
        return
    if row.state == "pending_payment":
        row = await _with_shared_shipping(unit, ctx, row)
    lines = await repository.lines_of(unit.session, [row.id])
    if row.state in {"pending_payment", "cancelled"} and event.amount_minor < row.total_minor:
        await _give_back(unit, row, event.payment_id, TOO_LITTLE)
        return
    if row.state == "pending_payment" and not await hold_for_payer(unit, order_id=row.id):
        await lose_order(unit, row.id)
        await _give_back(unit, row, event.payment_id, PAID_SECOND)
        return
    if await repository.move(unit, row.id, "paid", only_from={"pending_payment"}, paid_at=unit.now):
        await sold_with_order(unit, order_id=row.id)
        for line in _bag_lines(lines):
            await inventory.sell(unit, variant_id=line.variant_id, quantity=line.units, reference=row.id)
        await _into_its_parcel(unit, row)
        await _paid(unit, row, lines, payment_id=event.payment_id, kind="paid")
        await _return_excess(unit, row, event)
        return
    await _take_late_money(unit, ctx, row, lines, event=event)


async def _with_shared_shipping(unit: Unit, ctx: Context, row: OrderRow) -> OrderRow:
    """The order as it is once another one of its parcel has paid for sending it; what is too much then goes back."""
    if not await share_shipping(unit, ctx, row):
        return row
    found = await repository.locked_order(unit, row.id)
    assert found is not None
    return found


async def _take_late_money(
    unit: Unit, ctx: Context, row: OrderRow, lines: Sequence[OrderLineRow], *, event: PaymentCaptured
) -> None:
    """The order does not wait for money any more."""
    if row.state != "cancelled":
        await _give_back(unit, row, event.payment_id, OVERPAID)
    elif row.cancel_reason == "sold_out":
        await _give_back(unit, row, event.payment_id, PAID_SECOND)
    elif row.cancel_reason != "expired":
        await _give_back(unit, row, event.payment_id, GIVEN_UP)
    elif await _take_goods_again(unit, row, lines):
        row = await _with_shared_shipping(unit, ctx, row)
        await _into_its_parcel(unit, row)
        await forgive_incident(unit, row.shop_id, row.buyer_id, kind="abandoned", reference=row.id)
        await _paid(unit, row, lines, payment_id=event.payment_id, kind="paid_late")
        await _return_excess(unit, row, event)
    else:
        await _give_back(unit, row, event.payment_id, SOLD_MEANWHILE)


async def see_failure(unit: Unit, event: PaymentFailed) -> None:
    """A payment was declined; the order waits on."""
    row = await _order(unit, event.payable)
    if row is None or row.state != "pending_payment":
        return
    lines = await repository.lines_of(unit.session, [row.id])
    await repository.note(unit, row.id, "payment_failed", details={"payment_id": event.payment_id})
    unit.announce(
        OrderPaymentFailed(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines))
    )


async def see_refund(unit: Unit, event: PaymentRefunded) -> None:
    """Money went back. When nothing is left of all that was paid, a paid order is refunded."""
    row = await _order(unit, event.payable)
    if row is None:
        return
    found = (await payments.payments_of(unit.session, [row.id]))[row.id]
    kept = Money.total(
        (payment.amount - payment.refunded for payment in found if payment.paid_at is not None), row.currency
    )
    # An order that waits for the right sum is not over when a wrong one went back.
    is_full = kept.minor == 0 and (
        await repository.move(unit, row.id, "refunded", closed_at=unit.now) or row.state in {"cancelled", "refunded"}
    )
    lines = await repository.lines_of(unit.session, [row.id])
    await repository.note(
        unit,
        row.id,
        "refunded",
        details={"refund_id": event.refund_id, "amount": event.amount_minor, "currency": event.currency},
    )
    unit.announce(
        OrderRefunded(
            order_id=row.id,
            shop_id=row.shop_id,
            buyer_id=row.buyer_id,
            stream_ids=stream_ids(lines),
            amount_minor=event.amount_minor,
            currency=event.currency,
            is_full=is_full,
            refund_id=event.refund_id,
        )
    )


async def _order(unit: Unit, payable: str) -> OrderRow | None:
    return await repository.order(unit.session, payable) if is_id("ord", payable) else None


def _bag_lines(lines: Sequence[OrderLineRow]) -> list[OrderLineRow]:
    return sorted((line for line in lines if line.claim_id is None and line.units), key=lambda line: line.variant_id)


async def _paid(unit: Unit, row: OrderRow, lines: Sequence[OrderLineRow], *, payment_id: str, kind: str) -> None:
    await payments.cancel_open(unit, row.id)
    await repository.note(unit, row.id, kind, details={"payment_id": payment_id})
    unit.announce(OrderPaid(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines)))
    log.info("orders.paid", order_id=row.id, kind=kind)


async def _into_its_parcel(unit: Unit, row: OrderRow) -> None:
    """It counts for what the next orders in the box's parcel cost; it was out of it while it was given up."""
    if row.box_id is not None:
        goods, shipping = Money(row.subtotal_minor, row.currency), row.shipping_minor - row.discount_minor
        net = Money(shipping, row.currency)
        await put_order(unit, row.box_id, row.id, goods=goods, shipping=net, is_paid=True)
        for other in await waiting_orders(unit.session, row.box_id, besides=row.id):
            unit.enqueue(share_parcel, other)


async def _return_excess(unit: Unit, row: OrderRow, event: PaymentCaptured) -> None:
    """Units were taken out while the buyer was paying: what is paid for them goes back."""
    excess = Money(event.amount_minor - row.total_minor, row.currency)
    if excess.minor > 0:
        refund_id = await payments.request_refund(unit, event.payment_id, excess, reason=REDUCED)
        await repository.note(
            unit, row.id, "money_returned", details={"refund_id": refund_id, "reason": REDUCED, **excess.as_json()}
        )


async def _take_goods_again(unit: Unit, row: OrderRow, lines: Sequence[OrderLineRow]) -> bool:
    """The goods of an expired order, if every line is still there. On refusal the stock is as before."""
    taken: list[OrderLineRow] = []
    wanted = [line for line in lines if line.units]
    for line in sorted(wanted, key=lambda one: (one.variant_id, one.id)):
        if not await _take_line(unit, row, line):
            await _put_back(unit, row, taken)
            return False
        taken.append(line)
    is_ours = await repository.move(
        unit, row.id, "paid", only_from={"cancelled"}, paid_at=unit.now, cancel_reason=None, closed_at=None
    )
    if not is_ours:
        await _put_back(unit, row, taken)
        return False
    for line in taken:
        await inventory.sell(unit, variant_id=line.variant_id, quantity=line.units, reference=row.id)
    return True


async def _take_line(unit: Unit, row: OrderRow, line: OrderLineRow) -> bool:
    """Stock, and the show's own share of it for a line that was claimed there; both or neither."""
    if line.item_id is not None and not await streams.take(unit, line.item_id, line.units):
        return False
    if await inventory.hold(unit, variant_id=line.variant_id, quantity=line.units, reference=row.id):
        return True
    if line.item_id is not None:
        await streams.give_back(unit, line.item_id, line.units)
    return False


async def _put_back(unit: Unit, row: OrderRow, lines: Sequence[OrderLineRow]) -> None:
    for line in lines:
        await inventory.release(unit, variant_id=line.variant_id, quantity=line.units, reference=row.id)
        if line.item_id is not None:
            await streams.give_back(unit, line.item_id, line.units)


async def _give_back(unit: Unit, row: OrderRow, payment_id: str, reason: str) -> None:
    refund_id = await payments.refund_in_full(unit, payment_id, reason=reason)
    await repository.note(
        unit, row.id, "money_returned", details={"payment_id": payment_id, "refund_id": refund_id, "reason": reason}
    )
    log.warning("orders.money_returned", order_id=row.id, payment_id=payment_id, reason=reason)
