"""A buyer tries again to pay, by the same method or another one."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers.errors import PrepayRequired
from nightmarket.modules.buyers.public import standing_of
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import OrderStateConflict, PaymentTimeOver
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.payments.public import (
    Debt,
    PaymentView,
    Surroundings,
    cancel_open,
    check_method,
    is_paid_later,
    open_payment,
    payments_of,
    start_payment,
)


async def pay_again(unit: Unit, ctx: Context, order_id: str, *, buyer_id: str, method: str) -> str:
    """The payment to go on with: the one under way by this method, or a new one. The order's deadline stays."""
    row = await repository.locked_order(unit, order_id)
    if row is None or row.buyer_id != buyer_id:
        raise NotFound
    if row.state == "cancelled" and row.cancel_reason == "expired":
        raise PaymentTimeOver
    if row.state != "pending_payment":
        raise OrderStateConflict(state=row.state)
    if row.pay_by <= unit.now:
        raise PaymentTimeOver
    total = Money(row.total_minor, row.currency)
    check_method(ctx.port(Gateways), method, total)
    if is_paid_later(ctx.port(Gateways), method):
        standing = await standing_of(unit.session, row.shop_id, buyer_id)
        if standing.is_prepay_only:
            raise PrepayRequired(reason=standing.prepay_reason)
    for payment in (await payments_of(unit.session, [order_id]))[order_id]:
        if payment.method == method and payment.state in {"created", "pending"}:
            return payment.id
    await cancel_open(unit, order_id)
    debt = Debt(
        payable=order_id,
        shop_id=row.shop_id,
        payer_id=buyer_id,
        amount=total,
        method=method,
        expires_at=row.pay_by,
    )
    payment_id = await open_payment(unit, debt)
    await repository.note(
        unit, order_id, "payment_opened", actor_id=buyer_id, details={"payment_id": payment_id, "method": method}
    )
    return payment_id


async def start_order_payment(ctx: Context, order: OrderRow, payment_id: str, *, base_url: str) -> PaymentView:
    """Send the buyer to the gateway; they come back to the page that waits for this payment."""
    around = Surroundings(base_url=base_url, description=f"Nightmarket {order.number}")
    return await start_payment(ctx, payment_id, around)
