"""What orders do about news: money, and their own changes, which the rooms are told of."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.carts.public import tell_cart
from nightmarket.modules.claims.events import ClaimExpired, ClaimLost
from nightmarket.modules.orders.events import (
    OrderCancelled,
    OrderChanged,
    OrderDelivered,
    OrderEvent,
    OrderExpired,
    OrderPacking,
    OrderPaid,
    OrderPaymentFailed,
    OrderPlaced,
    OrderRefunded,
    OrderShipped,
)
from nightmarket.modules.orders.service import tell_rooms
from nightmarket.modules.orders.service.close_order import lose_order
from nightmarket.modules.orders.service.note_incidents import note_lost_claim, note_lost_order
from nightmarket.modules.orders.service.settle_order import see_failure, see_refund, take_money
from nightmarket.modules.payments.events import PaymentCaptured, PaymentFailed, PaymentRefunded


@handles(PaymentCaptured, name="orders.take_money.v1", queue="orders")
async def on_captured(unit: Unit, ctx: Context, event: PaymentCaptured) -> None:
    """The money is there."""
    await take_money(unit, ctx, event)


@handles(PaymentFailed, name="orders.see_failure.v1", queue="orders")
async def on_failed(unit: Unit, _ctx: Context, event: PaymentFailed) -> None:
    """The bank said no."""
    await see_failure(unit, event)


@handles(PaymentRefunded, name="orders.see_refund.v1", queue="orders")
async def on_refunded(unit: Unit, _ctx: Context, event: PaymentRefunded) -> None:
    """Money went back."""
    await see_refund(unit, event)


@handles(OrderPlaced, name="orders.tell_bag.v1", queue="orders")
async def tell_bag(unit: Unit, _ctx: Context, event: OrderPlaced) -> None:
    """What was ordered is not in the bag any more."""
    if event.stream_ids:
        unit.enqueue(tell_cart, event.buyer_id, event.stream_ids)


@handles(ClaimExpired, name="orders.note_abandoned_claim.v1", queue="bulk")
async def note_abandoned_claim(unit: Unit, _ctx: Context, event: ClaimExpired) -> None:
    """Units were held for a buyer who did not come back for them."""
    await note_lost_claim(unit, event)


@handles(OrderExpired, name="orders.note_abandoned_order.v1", queue="bulk")
async def note_abandoned_order(unit: Unit, _ctx: Context, event: OrderExpired) -> None:
    """An order was placed and never paid."""
    await note_lost_order(unit, event)


@handles(ClaimLost, name="orders.see_lost_claim.v1", queue="orders")
async def on_lost(unit: Unit, _ctx: Context, event: ClaimLost) -> None:
    """Somebody else paid first for a part of an order."""
    if event.order_id is not None:
        await lose_order(unit, event.order_id)


async def _tell(unit: Unit, _ctx: Context, event: OrderEvent) -> None:
    if event.stream_ids:
        unit.enqueue(tell_rooms.tell_rooms, event.order_id, event.stream_ids)


@handles(OrderPaid, name="orders.tell_sold_of_paid.v1", queue="orders")
async def announce_sale(unit: Unit, _ctx: Context, event: OrderPaid) -> None:
    """Somebody has just bought something in a show."""
    if event.stream_ids:
        unit.enqueue(tell_rooms.tell_sold, event.order_id)


tell_placed = handles(OrderPlaced, name="orders.tell_placed.v1", queue="orders")(_tell)
tell_paid = handles(OrderPaid, name="orders.tell_paid.v1", queue="orders")(_tell)
tell_failed = handles(OrderPaymentFailed, name="orders.tell_payment_failed.v1", queue="orders")(_tell)
tell_cancelled = handles(OrderCancelled, name="orders.tell_cancelled.v1", queue="orders")(_tell)
tell_changed = handles(OrderChanged, name="orders.tell_changed.v1", queue="orders")(_tell)
tell_expired = handles(OrderExpired, name="orders.tell_expired.v1", queue="orders")(_tell)
tell_packing = handles(OrderPacking, name="orders.tell_packing.v1", queue="orders")(_tell)
tell_shipped = handles(OrderShipped, name="orders.tell_shipped.v1", queue="orders")(_tell)
tell_delivered = handles(OrderDelivered, name="orders.tell_delivered.v1", queue="orders")(_tell)
tell_refunded = handles(OrderRefunded, name="orders.tell_refunded.v1", queue="orders")(_tell)
