"""A buyer turns claims and bag lines of one shop into an order that waits for money.

Everything happens in one transaction: claims are taken, stock is held, the price is fixed, the payment is opened, the
bag is emptied. If any part is refused, nothing happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes import public as boxes
from nightmarket.modules.buyers import public as buyers
from nightmarket.modules.buyers.errors import BuyerBlocked, PrepayRequired
from nightmarket.modules.carts import public as carts
from nightmarket.modules.catalog.public import VariantCard, variant_cards
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.claims.public import ClaimView, claims_of, take_for_order
from nightmarket.modules.identity.public import Address, address_of
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import (
    AddressRequired,
    AddressUnknown,
    LineUnavailable,
    NothingToOrder,
    OutOfStock,
    PriceChanged,
)
from nightmarket.modules.orders.events import OrderPlaced
from nightmarket.modules.orders.models import OrderLineRow, OrderRow
from nightmarket.modules.orders.policy import Price, new_number, price_order
from nightmarket.modules.orders.service.close_order import expire_order
from nightmarket.modules.orders.service.describe_search import search_text_of
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.payments.public import Debt, check_method, is_paid_later, open_payment
from nightmarket.modules.shops.public import ShopCard, shipping_terms, shop_card

_NUMBER_TRIES = 5


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """What the buyer asks for. With neither claims nor lines named: everything of this shop in the bag."""

    buyer_id: str
    shop_id: str
    claim_ids: Sequence[str] | None
    lines: Mapping[str, int] | None
    address: Address | None
    address_id: str | None
    shipping_method: str
    payment_method: str
    note: str | None = None
    expected_total: Money | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of it."""

    order_id: str
    payment_id: str


async def place_order(unit: Unit, ctx: Context, wish: PlaceOrder) -> Placed:
    """Make the order, or refuse it as a whole."""
    shop = await shop_card(unit.session, wish.shop_id)
    if shop is None:
        raise NotFound
    address = await _address(unit, wish)
    await _check_buyer(unit, ctx, wish, phone=address.phone)
    order_id = new_id("ord")
    claims, wanted = await _take(unit, wish, order_id)
    cards = await _cards(unit, shop, [*wanted, *(claim.variant_id for claim in claims)])
    await _hold(unit, wanted, cards, order_id)
    lines = [_claimed(claim, cards, order_id) for claim in claims]
    lines += [_bought(cards[variant_id], quantity, order_id) for variant_id, quantity in wanted.items()]
    parcel = await boxes.current_parcel(unit, shop.id, wish.buyer_id, ctx.port(Gateways).least(shop.currency))
    price = await _price(unit, shop, lines, parcel)
    if wish.expected_total is not None and wish.expected_total != price.total:
        raise PriceChanged(total=price.total.as_json())
    check_method(ctx.port(Gateways), wish.payment_method, price.total)
    row = _row(unit, wish, shop, order_id=order_id, price=price)
    row.box_id = parcel.box_id if parcel else None
    row.address = address.as_json()
    row.pay_by = unit.now + timedelta(seconds=ctx.settings.claims.payment_seconds)
    await _store(unit, row, shop, lines)
    await unit.add(*lines)
    payment_id = await open_payment(
        unit,
        Debt(
            payable=order_id,
            shop_id=shop.id,
            payer_id=wish.buyer_id,
            amount=price.total,
            method=wish.payment_method,
            expires_at=row.pay_by,
        ),
    )
    if parcel is not None:
        shipping = price.shipping - price.discount
        await boxes.put_order(unit, parcel.box_id, order_id, goods=price.subtotal, shipping=shipping, is_paid=False)
    await carts.clear(unit, wish.buyer_id, list(wanted))
    await buyers.note_order(unit, shop.id, wish.buyer_id, phone=address.phone)
    await repository.note(unit, order_id, "placed", actor_id=wish.buyer_id)
    unit.announce(OrderPlaced(order_id=order_id, shop_id=shop.id, buyer_id=wish.buyer_id, stream_ids=stream_ids(lines)))
    unit.enqueue(expire_order, order_id, at=row.pay_by)
    return Placed(order_id, payment_id)


async def _check_buyer(unit: Unit, ctx: Context, wish: PlaceOrder, *, phone: str) -> None:
    """A shop need not sell to everybody, nor send to everybody before it is paid. A new account does not help."""
    standing = await buyers.standing_of(unit.session, wish.shop_id, wish.buyer_id)
    if not standing.is_blocked:
        standing = await buyers.block_of_phone(unit.session, wish.shop_id, wish.buyer_id, phone) or standing
    if standing.is_blocked:
        raise BuyerBlocked(reason=standing.block_reason)
    if standing.is_prepay_only and is_paid_later(ctx.port(Gateways), wish.payment_method):
        raise PrepayRequired(reason=standing.prepay_reason)


async def _address(unit: Unit, wish: PlaceOrder) -> Address:
    if wish.address is not None:
        return wish.address
    if wish.address_id is None:
        raise AddressRequired
    found = await address_of(unit.session, wish.buyer_id, wish.address_id)
    if found is None:
        raise AddressUnknown
    return found


async def _take(unit: Unit, wish: PlaceOrder, order_id: str) -> tuple[list[ClaimView], dict[str, int]]:
    """The claims, now taken, and the units of ordinary lines."""
    claim_ids = list(wish.claim_ids or [])
    wanted = dict(wish.lines or {})
    if wish.claim_ids is None and wish.lines is None:
        held = await claims_of(unit.session, wish.buyer_id, shop_id=wish.shop_id)
        claim_ids = [claim.id for claim in held if claim.is_running(unit.now)]
        in_bag = await carts.lines_of(unit.session, wish.buyer_id, wish.shop_id)
        wanted = {line.variant_id: line.quantity for line in in_bag}
    if not claim_ids and not wanted:
        raise NothingToOrder
    if not claim_ids:
        return [], wanted
    claims = await take_for_order(unit, buyer_id=wish.buyer_id, claim_ids=claim_ids, order_id=order_id)
    foreign = [claim.id for claim in claims if claim.shop_id != wish.shop_id]
    if foreign:
        raise ClaimNotHeld(claim_ids=foreign)
    return claims, wanted


async def _cards(unit: Unit, shop: ShopCard, variant_ids: Sequence[str]) -> dict[str, VariantCard]:
    cards = await variant_cards(unit.session, variant_ids)
    for variant_id in variant_ids:
        if variant_id not in cards or cards[variant_id].shop_id != shop.id:
            raise LineUnavailable(variant_id=variant_id)
    return cards


async def _hold(unit: Unit, wanted: Mapping[str, int], cards: Mapping[str, VariantCard], order_id: str) -> None:
    """Set stock aside, always in the same sequence: two orders of the same goods never wait for each other."""
    for variant_id in sorted(wanted):
        if not cards[variant_id].is_active:
            raise LineUnavailable(variant_id=variant_id)
        if not await inventory.hold(unit, variant_id=variant_id, quantity=wanted[variant_id], reference=order_id):
            level = (await inventory.levels(unit.session, [variant_id])).get(variant_id)
            raise OutOfStock(variant_id=variant_id, available=level.available if level else 0)


async def _price(unit: Unit, shop: ShopCard, lines: Sequence[OrderLineRow], parcel: boxes.Parcel | None) -> Price:
    """Goods that go into the parcel of a box pay only what they add to its shipping."""
    priced = [(Money(line.unit_price_minor, shop.currency), line.quantity) for line in lines]
    goods = Money.total((price * quantity for price, quantity in priced), shop.currency)
    terms = await shipping_terms(unit.session, shop.id)
    if terms is None:
        raise NotFound
    if parcel is None:
        return price_order(priced, shipping=terms.cost_of(goods), discount=Money(0, shop.currency))
    more = parcel.price(terms, goods)
    return price_order(priced, shipping=more.shipping, discount=more.credit)


def _claimed(claim: ClaimView, cards: Mapping[str, VariantCard], order_id: str) -> OrderLineRow:
    """A line at the price that was called out in the show."""
    line = _bought(cards[claim.variant_id], claim.quantity, order_id)
    line.unit_price_minor = claim.unit_price.minor
    line.code = claim.code
    line.claim_id = claim.id
    line.stream_id = claim.stream_id
    line.item_id = claim.item_id
    return line


def _bought(card: VariantCard, quantity: int, order_id: str) -> OrderLineRow:
    return OrderLineRow(
        id=new_id("oli"),
        order_id=order_id,
        variant_id=card.id,
        product_id=card.product_id,
        title=card.title,
        sku=card.sku,
        options=card.options,
        quantity=quantity,
        unit_price_minor=card.price.minor,
        restocked=0,
        cancelled=0,
    )


def _row(unit: Unit, wish: PlaceOrder, shop: ShopCard, *, order_id: str, price: Price) -> OrderRow:
    return OrderRow(
        id=order_id,
        shop_id=shop.id,
        buyer_id=wish.buyer_id,
        state="pending_payment",
        currency=shop.currency,
        subtotal_minor=price.subtotal.minor,
        shipping_minor=price.shipping.minor,
        discount_minor=price.discount.minor,
        total_minor=price.total.minor,
        shipping_method=wish.shipping_method,
        note=wish.note or None,
        placed_at=unit.now,
    )


async def _store(unit: Unit, row: OrderRow, shop: ShopCard, lines: Sequence[OrderLineRow]) -> None:
    """Insert under a free number: with a million million of them the first try is all but certain."""
    for _ in range(_NUMBER_TRIES):
        row.number = new_number(shop.market)
        row.search_text = await search_text_of(unit.session, row, Address(**row.address), lines)
        values = {column.key: getattr(row, column.key) for column in OrderRow.__mapper__.column_attrs}
        if await unit.add_new(OrderRow(**values)):
            return
    raise RuntimeError("no free order number")
