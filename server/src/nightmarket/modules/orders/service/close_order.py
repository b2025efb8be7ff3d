"""An order comes to nothing: the buyer gives it up, or nobody pays in time. What it held is free again."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.public import take_order_out, waiting_orders
from nightmarket.modules.claims.public import give_back_from_order
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.events import OrderCancelled, OrderExpired
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.orders.service.share_parcel import share_parcel
from nightmarket.modules.orders.states import CancelReason, State
from nightmarket.modules.payments import public as payments
from nightmarket.modules.shops.public import shipping_terms

log = get_logger(__name__)

BATCH = 100


async def lose_order(unit: Unit, order_id: str) -> None:
    """Somebody else paid first for goods that nobody could hold: the order comes to nothing, and is not charged."""
    row = await repository.order(unit.session, order_id)
    if row is None or not await close_unpaid(unit, row, "sold_out"):
        return
    await payments.cancel_open(unit, order_id)
    await repository.note(unit, order_id, "cancelled", details={"reason": "sold_out"})


@job("orders.expire.v1", queue="orders")
async def expire_order(ctx: Context, order_id: str) -> None:
    """The deadline of one order: ask its gateways once more, then let it go."""
    async with ctx.reader() as session:
        row = await repository.order(session, order_id)
        is_due = row is not None and row.state == "pending_payment" and row.pay_by <= ctx.clock()
        open_payments = (await payments.payments_of(session, [order_id]))[order_id] if is_due else []
    if not is_due:
        return
    for payment in open_payments:
        if payment.state in {"created", "pending"}:
            await _ask_once_more(ctx, payment)
    async with ctx.reader() as session:
        found = (await payments.payments_of(session, [order_id]))[order_id]
    if any(payment.state == "paid" for payment in found):
        return  # the money was there all along: its event is on the way
    await ctx.transact(lambda unit: _expire(unit, order_id))


async def _ask_once_more(ctx: Context, payment: payments.PaymentView) -> None:
    """The truth at the deadline. A gateway that is down delays the end a little, but cannot keep goods for ever."""
    try:
        await payments.look_up_payment(ctx, payment.id)
    except Unavailable:
        if ctx.clock() < payment.expires_at + payments.GATEWAY_GRACE:
            raise
        log.warning("orders.expired_unasked", payment_id=payment.id)


async def _expire(unit: Unit, order_id: str) -> None:
    row = await repository.order(unit.session, order_id)
    if row is None or row.pay_by > unit.now or not await close_unpaid(unit, row, "expired"):
        return
    await payments.expire_open(unit, order_id)
    await repository.note(unit, order_id, "expired")
    log.info("orders.expired", order_id=order_id)


async def expire_overdue(ctx: Context) -> int:
    """What the timers missed, for instance while nothing was running."""
    async with ctx.reader() as session:
        due = await repository.overdue(session, ctx.clock(), BATCH)
    for order_id in due:
        try:
            await expire_order(ctx, order_id)
        except Unavailable:
            log.warning("orders.expiry_postponed", order_id=order_id)
    return len(due)


async def leave_parcel(unit: Unit, row: OrderRow) -> Money:
    """The order leaves the parcel of its box; how much of its money stays there for sending the rest.

    When nothing is left to be sent, what had stayed of orders before it goes back.
    """
    terms = await shipping_terms(unit.session, row.shop_id)
    if row.box_id is None or terms is None:
        return Money(0, row.currency)
    leaving = await take_order_out(unit, row.id, terms)
    for other in await waiting_orders(unit.session, row.box_id, besides=row.id):
        unit.enqueue(share_parcel, other)  # a credit that was kept for this one is free again
    for found in (await payments.payments_of(unit.session, leaving.freed)).values():
        for payment in found:
            await payments.refund_in_full(unit, payment.id, reason="nothing is left to be sent")
    return leaving.kept


async def close_unpaid(unit: Unit, row: OrderRow, reason: CancelReason) -> bool:
    """Let go of everything an order without money holds; False when it was paid or closed meanwhile."""
    waiting: set[State] = {"pending_payment"}
    if not await repository.move(
        unit, row.id, "cancelled", only_from=waiting, cancel_reason=reason, closed_at=unit.now
    ):
        return False
    lines = await repository.lines_of(unit.session, [row.id])
    await give_back_from_order(unit, order_id=row.id)
    for line in sorted(lines, key=lambda one: one.variant_id):
        if line.claim_id is None and line.units:
            await inventory.release(unit, variant_id=line.variant_id, quantity=line.units, reference=row.id)
    await leave_parcel(unit, row)
    event = OrderExpired if reason == "expired" else OrderCancelled
    unit.announce(event(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines)))
    return True
