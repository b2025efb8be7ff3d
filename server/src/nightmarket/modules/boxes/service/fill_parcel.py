"""Orders fill the parcel of a box: what is in it already, and what one more order pays for sending it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes import repository
from nightmarket.modules.boxes.events import BoxChanged
from nightmarket.modules.boxes.models import Box, BoxOrder
from nightmarket.modules.boxes.policy import ParcelPrice, kept_of_leaving, price_of_more
from nightmarket.modules.boxes.service.end_boxes import held_in, set_timers
from nightmarket.modules.boxes.states import OPEN, ORDERED
from nightmarket.modules.shops.public import ShippingTerms


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was ordered into a box and paid so far, and asked for shipping with it.

    An order that waits for money may come to nothing: its goods make nothing cheaper yet. A credit it was given is
    spent all the same, so that no other order gets it too.
    """

    box_id: str
    goods: Money
    charged: Money
    least: Money
    """Less than this nobody can pay."""
    is_open: bool = True
    """More may go in: nobody has packed it yet."""

    @classmethod
    def empty(cls, box_id: str, least: Money) -> Self:
        """Nothing is in it yet."""
        nothing = Money(0, least.currency)
        return cls(box_id, nothing, nothing, least)

    def price(self, terms: ShippingTerms, goods: Money) -> ParcelPrice:
        """What an order of these goods adds."""
        return price_of_more(terms.cost_of(self.goods + goods), self.charged, goods, least=self.least)

    def with_order(self, order: BoxOrder) -> "Parcel":
        """The same with one more order in it."""
        currency = self.goods.currency
        if order.paid_at is None:
            return replace(self, charged=self.charged + Money(min(0, order.shipping_minor), currency))
        goods = self.goods + Money(order.goods_minor, currency)
        return replace(self, goods=goods, charged=self.charged + Money(order.shipping_minor, currency))


async def current_parcels(
    session: AsyncSession, buyer_id: str, least_of: Mapping[str, Money], now: datetime
) -> dict[str, Parcel]:
    """A buyer's parcels that more can go into, by shop; of the shops in `least_of`, with what can be paid there."""
    boxes = {
        box.id: box
        for box in await repository.current_of_buyer(session, buyer_id)
        if box.shop_id in least_of and box.expires_at > now
    }
    found = {box.shop_id: Parcel.empty(box.id, least_of[box.shop_id]) for box in boxes.values()}
    for order in await repository.orders(session, list(boxes)):
        shop_id = boxes[order.box_id].shop_id
        found[shop_id] = found[shop_id].with_order(order)
    return found


async def current_parcel(unit: Unit, shop_id: str, buyer_id: str, least: Money) -> Parcel | None:
    """The parcel that an order of this buyer at this shop goes into, locked; None without a box."""
    box = await repository.current(unit.session, shop_id, buyer_id, locks=True)
    return None if box is None or box.expires_at <= unit.now else await _parcel(unit, box.id, least)


async def parcel_without(unit: Unit, box_id: str, order_id: str, least: Money) -> Parcel:
    """What is in a box besides one of its orders."""
    box = await repository.locked_box(unit, box_id)
    parcel = await _parcel(unit, box_id, least, without=order_id)
    return replace(parcel, is_open=box is not None and box.is_current is not None)


async def waiting_orders(session: AsyncSession, box_id: str, *, besides: str) -> list[str]:
    """The other orders in a box's parcel that wait for their money: what they pay for shipping may be less by now."""
    found = await repository.orders(session, [box_id])
    return [order.order_id for order in found if order.paid_at is None and order.order_id != besides]


async def _parcel(unit: Unit, box_id: str, least: Money, *, without: str | None = None) -> Parcel:
    parcel = Parcel.empty(box_id, least)
    for order in await repository.orders(unit.session, [box_id]):
        if order.order_id != without:
            parcel = parcel.with_order(order)
    return parcel


async def put_order(unit: Unit, box_id: str, order_id: str, *, goods: Money, shipping: Money, is_paid: bool) -> None:
    """The order goes into the parcel, is paid, or its sums have changed; `shipping` is net of the credit."""
    box = await repository.locked_box(unit, box_id)
    if box is None:
        return
    await repository.keep_order(
        unit,
        BoxOrder(
            order_id=order_id,
            box_id=box_id,
            goods_minor=goods.minor,
            shipping_minor=shipping.minor,
            added_at=unit.now,
            paid_at=unit.now if is_paid else None,
        ),
    )
    await _see_state(unit, box)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What an order leaves behind: `kept` of its money pays for sending the rest.

    `freed`: orders of which something was kept before, and nothing is left to be sent.
    """

    kept: Money
    freed: tuple[str, ...] = ()


async def take_order_out(unit: Unit, order_id: str, terms: ShippingTerms) -> Leaving:
    """The order came to nothing: of what was paid with it, only what the rest needs stays in the parcel."""
    nothing = Money(0, terms.fee.currency)
    box_id = await repository.box_of_order(unit.session, order_id)
    box = await repository.locked_box(unit, box_id) if box_id else None
    if box is None:
        return Leaving(nothing)
    found = {order.order_id: order for order in await repository.orders(unit.session, [box.id])}
    order = found.pop(order_id, None)
    if order is None:
        return Leaving(nothing)
    goods = Money(sum(one.goods_minor for one in found.values()), nothing.currency)
    kept, freed = nothing, tuple(found)
    if goods.minor:
        charged = Money(sum(one.shipping_minor for one in found.values()), nothing.currency)
        own = Money(order.shipping_minor if order.paid_at else 0, nothing.currency)
        kept, freed = kept_of_leaving(terms.cost_of(goods), charged, own), ()
    if kept.minor:
        await put_order(unit, box.id, order_id, goods=nothing, shipping=kept, is_paid=True)
        return Leaving(kept)
    for gone in (*freed, order_id):
        await repository.drop_order(unit, gone)
    await _see_state(unit, box)
    return Leaving(nothing, freed)


async def close_parcel(unit: Unit, order_id: str) -> None:
    """The shop packs: nothing more goes in. What still waits for an order goes on waiting in a new box."""
    box_id = await repository.box_of_order(unit.session, order_id)
    box = await repository.locked_box(unit, box_id) if box_id else None
    if box is None or not box.is_current:
        return
    left = await held_in(unit, box.id)
    await repository.set_box(unit, box.id, state=ORDERED, is_current=None, closed_at=unit.now)
    if left:
        rest = Box(
            id=new_id("box"),
            shop_id=box.shop_id,
            buyer_id=box.buyer_id,
            state=OPEN,
            is_current=1,
            opened_at=box.opened_at,
            expires_at=box.expires_at,
            warned_at=box.warned_at,
        )
        await unit.add(rest)
        await repository.move_claims(unit, [claim.id for claim in left], rest.id)
        set_timers(unit, rest.id, opened_at=rest.opened_at, expires_at=rest.expires_at)
    shows = sorted({claim.stream_id for claim in left})
    unit.announce(BoxChanged(box.id, box.shop_id, box.buyer_id, shows))


async def _see_state(unit: Unit, box: Box) -> None:
    if not box.is_current:
        return
    left = await held_in(unit, box.id)
    has_orders = bool(await repository.orders(unit.session, [box.id]))
    await repository.set_box(unit, box.id, state=ORDERED if has_orders and not left else OPEN)
    shows = sorted({claim.stream_id for claim in left})
    unit.announce(BoxChanged(box.id, box.shop_id, box.buyer_id, shows))
