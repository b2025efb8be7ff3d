"""Units leave an order, or come into it, before it is packed; what it comes to, and what is to be paid, follow.

Always true here: paid + due = lines + shipping - discount. Whoever calls has the order's row locked.
"""

from collections.abc import Sequence

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import Conflict, InvalidInput
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.public import ParcelPrice, parcel_without, put_order
from nightmarket.modules.claims.public import ORDERED, claim_view, give_back_part
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import OrderStateConflict
from nightmarket.modules.orders.models import OrderLineRow, OrderRow
from nightmarket.modules.orders.policy import Price, price_order
from nightmarket.modules.payments import public as payments
from nightmarket.modules.payments.errors import PaymentMethodUnavailable
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.shops.public import shipping_terms
from nightmarket.modules.streams import public as streams


async def drop_units(unit: Unit, row: OrderRow, line: OrderLineRow, quantity: int) -> None:
    """Take units out of a line; they are free again, also when they were paid: nothing has left the house yet."""
    if quantity > line.units - line.restocked or not await repository.cancel_units(unit, line.id, quantity):
        raise InvalidInput("A line does not have that many units left.")
    await free_units(unit, row, line, quantity)


async def free_units(unit: Unit, row: OrderRow, line: OrderLineRow, quantity: int) -> None:
    """Units of a line are in the stock again, and in the show they were claimed in."""
    if line.claim_id is not None and await _is_in_claim(unit, row, line.claim_id):
        if not await give_back_part(unit, claim_id=line.claim_id, quantity=quantity):
            raise Conflict
    elif row.state == "pending_payment":
        await inventory.release(unit, variant_id=line.variant_id, quantity=quantity, reference=row.id)
    else:
        await inventory.restock(unit, variant_id=line.variant_id, quantity=quantity, reference=row.id)
        if line.item_id is not None:
            await streams.give_back(unit, line.item_id, quantity)


async def _is_in_claim(unit: Unit, row: OrderRow, claim_id: str) -> bool:
    """An order that was paid late has the units itself: its claims were let go of when it expired."""
    if row.state == "pending_payment":
        return True
    claim = await claim_view(unit.session, claim_id)
    return claim is not None and claim.state == ORDERED and claim.order_id == row.id


async def priced_again(
    unit: Unit, ctx: Context, row: OrderRow, lines: Sequence[OrderLineRow], *, may_raise_shipping: bool
) -> Price:
    """What the order comes to now. A parcel that was free stays so when it is the shop that takes goods out of it."""
    priced = [(Money(line.unit_price_minor, row.currency), line.units) for line in lines]
    goods = Money.total((price * quantity for price, quantity in priced), row.currency)
    shipping = Money(row.shipping_minor, row.currency)
    discount = Money(row.discount_minor, row.currency)
    more = await _shipping_of(unit, ctx, row, goods) if row.state == "pending_payment" else None
    if more is not None:
        least = ctx.port(Gateways).least(row.currency)
        if may_raise_shipping or more.shipping - more.credit < shipping - discount:
            shipping, discount = more.shipping, more.credit
        discount = min(discount, max(goods + shipping - least, Money(0, row.currency)))  # else it could not be paid
    return price_order(priced, shipping=shipping, discount=discount)


async def _shipping_of(unit: Unit, ctx: Context, row: OrderRow, goods: Money) -> ParcelPrice | None:
    terms = await shipping_terms(unit.session, row.shop_id)
    if terms is None:
        return None
    if row.box_id is None:
        return ParcelPrice(terms.cost_of(goods), Money(0, row.currency))
    parcel = await parcel_without(unit, row.box_id, row.id, ctx.port(Gateways).least(row.currency))
    return parcel.price(terms, goods)


async def share_shipping(unit: Unit, ctx: Context, row: OrderRow) -> bool:
    """A parcel is sent once: what other orders of its box paid for that by now, this one does not pay again.

    It never pays more by it. False when it pays as much as before, or the parcel is packed without it.
    """
    terms = await shipping_terms(unit.session, row.shop_id)
    if row.box_id is None or terms is None:
        return False
    least = ctx.port(Gateways).least(row.currency)
    parcel = await parcel_without(unit, row.box_id, row.id, least)
    goods = Money(row.subtotal_minor, row.currency)
    more = parcel.price(terms, goods)
    discount = min(more.credit, max(goods + more.shipping - least, Money(0, row.currency)))
    price = Price(goods, more.shipping, discount)
    if not parcel.is_open or price.total.minor >= row.total_minor:
        return False
    await keep_price(unit, row, price)
    return True


async def keep_price(unit: Unit, row: OrderRow, price: Price) -> None:
    """Store what the order comes to now; refused once somebody has begun to pack it."""
    changed = await repository.set_open(
        unit,
        row.id,
        subtotal_minor=price.subtotal.minor,
        shipping_minor=price.shipping.minor,
        discount_minor=price.discount.minor,
        total_minor=price.total.minor,
    )
    if not changed:
        raise OrderStateConflict(state=row.state)
    if row.box_id is not None:
        shipping = price.shipping - price.discount
        is_paid = row.state != "pending_payment"
        await put_order(unit, row.box_id, row.id, goods=price.subtotal, shipping=shipping, is_paid=is_paid)


async def settle_difference(unit: Unit, ctx: Context, row: OrderRow, *, old: Money, new: Money, by: str) -> None:
    """What was to be paid is asked for anew; what was paid too much goes back."""
    if old == new:
        return
    if row.state == "pending_payment":
        await ask_anew(unit, ctx, row, new)
    elif new < old:
        await give_money_back(unit, row, old - new, by=by)


async def give_money_back(unit: Unit, row: OrderRow, amount: Money, *, by: str) -> None:
    """So much of what was paid for the order, from the payment that has it."""
    payment = payment_to_give_back((await payments.payments_of(unit.session, [row.id]))[row.id], amount)
    if payment is None:
        return
    refund_id = await payments.request_refund(
        unit, payment.id, amount, reason="units were taken out of the order", requested_by=by
    )
    await repository.note(
        unit, row.id, "refund_requested", actor_id=by, details={"refund_id": refund_id, **amount.as_json()}
    )


def payment_to_give_back(found: Sequence[payments.PaymentView], amount: Money) -> payments.PaymentView | None:
    """The newest payment that still has so much, or else any money at all; one that goes back already is not asked."""
    settled = [payment for payment in reversed(found) if payment.state in {"paid", "partially_refunded"}]
    enough = [payment for payment in settled if payment.refundable.minor >= amount.minor]
    return next(iter(enough or settled), None)


async def ask_anew(unit: Unit, ctx: Context, row: OrderRow, amount: Money) -> None:
    """The open payment asks for a sum that is no longer right; the same method is opened for the new one."""
    found = (await payments.payments_of(unit.session, [row.id]))[row.id]
    await payments.cancel_open(unit, row.id)
    method = found[-1].method if found else None
    try:
        if method is None:
            return
        payments.check_method(ctx.port(Gateways), method, amount)
    except PaymentMethodUnavailable:
        return  # not for this amount: the buyer chooses another way to pay
    await payments.open_payment(
        unit,
        payments.Debt(
            payable=row.id,
            shop_id=row.shop_id,
            payer_id=row.buyer_id,
            amount=amount,
            method=method,
            expires_at=row.pay_by,
        ),
    )
