"""Orders, bags and money: what their buyer, or the shop, is told."""

from datetime import datetime
from typing import Any

from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.catalog.public import variant_cards
from nightmarket.modules.notifications.service.telling import Asked, Telling, Words, moment, money
from nightmarket.modules.orders.public import GIVEN_UP, PAID_SECOND, SOLD_MEANWHILE, OrderView, order_view
from nightmarket.modules.shops.public import shop_card

_TOO_LATE = (SOLD_MEANWHILE, GIVEN_UP)


async def placed(asked: Asked) -> Telling | None:
    """An order waits for money; nothing to say when it has been paid meanwhile."""
    view = await _order(asked)
    if view is None or view.row.state != "pending_payment" or view.row.pay_by <= asked.ctx.clock():
        return None
    return _told(view, expires_at=view.row.pay_by, until=moment(view.row.pay_by))


async def paid(asked: Asked) -> Telling | None:
    """The money is there."""
    view = await _order(asked)
    return None if view is None else _told(view)


async def payment_failed(asked: Asked) -> Telling | None:
    """A payment was declined; there is still time."""
    return await placed(asked)


async def changed(asked: Asked) -> Telling | None:
    """The shop changed the order. Who changed it themselves knows."""
    view = await _order(asked)
    if view is None:
        return None
    last = next((one for one in reversed(view.events) if one.actor_id is not None), None)
    return None if last is None or last.actor_id == view.row.buyer_id else _told(view)


async def cancelled(asked: Asked) -> Telling | None:
    """Given up by the buyer or the shop, or lost to who paid first."""
    view = await _order(asked)
    if view is None or view.row.state != "cancelled":
        return None
    return _told(view, variant=view.row.cancel_reason or "")


async def expired(asked: Asked) -> Telling | None:
    """Nobody paid in time."""
    view = await _order(asked)
    return None if view is None or view.row.state != "cancelled" else _told(view)


async def packing(asked: Asked) -> Telling | None:
    """The shop is packing; nothing to say when the parcel has left."""
    view = await _order(asked)
    return None if view is None or view.row.state != "packing" else _told(view)


async def shipped(asked: Asked) -> Telling | None:
    """The parcel has left, with its number."""
    view = await _order(asked)
    if view is None or not view.shipments:
        return None
    parcel = view.shipments[-1]
    return _told(view, carrier=parcel.carrier, tracking=parcel.tracking_number)


async def delivered(asked: Asked) -> Telling | None:
    """The parcel has arrived."""
    view = await _order(asked)
    return None if view is None else _told(view)


async def refunded(asked: Asked) -> Telling | None:
    """Money went back: why, when it came too late or for nothing."""
    view = await _order(asked)
    if view is None:
        return None
    amount = money(Money(asked.facts["amount_minor"], asked.facts["currency"]))
    reason = _reason_of_return(view, asked.facts.get("refund_id"))
    if reason in _TOO_LATE:
        return _told(view, variant="late", amount=amount)
    if reason == PAID_SECOND:
        return _told(view, variant="second", amount=amount)
    return _told(view, variant="full" if asked.facts.get("is_full") else "", amount=amount)


async def bag_abandoned(asked: Asked) -> Telling | None:
    """Things are still in the bag."""
    shop = await shop_card(asked.session, asked.facts["shop_id"])
    if shop is None:
        return None
    wanted = asked.facts["variant_ids"][:3]
    cards = await variant_cards(asked.session, set(wanted), storage=asked.ctx.storage)
    names = list(dict.fromkeys(cards[one].title for one in wanted if one in cards and cards[one].is_active))
    if not names:
        return None
    words: Words = {"shop": shop.name, "things": ", ".join(names), "units": asked.facts["units"]}
    return Telling(words, "/bag", shop.market)


async def refund_failed(asked: Asked) -> Telling | None:
    """To the shop: the gateway refused to give money back."""
    view = await _order(asked)
    if view is None or view.shop is None:
        return None
    return _told(view, link=f"/studio/{view.shop.slug}/orders/{view.row.id}")


async def _order(asked: Asked) -> OrderView | None:
    try:
        return await order_view(asked.session, asked.ctx, asked.facts["order_id"])
    except NotFound:
        return None


def _told(
    view: OrderView, *, variant: str = "", link: str | None = None, expires_at: datetime | None = None, **more: Any
) -> Telling:
    row = view.row
    words: Words = {
        "number": row.number,
        "shop": view.shop.name if view.shop else "",
        "total": money(Money(row.total_minor, row.currency)),
        **more,
    }
    market = view.shop.market if view.shop else "TW"
    return Telling(words, link or f"/orders/{row.id}", market, variant, expires_at)


def _reason_of_return(view: OrderView, refund_id: str | None) -> str | None:
    for entry in view.events:
        if entry.kind == "money_returned" and refund_id is not None and entry.details.get("refund_id") == refund_id:
            return str(entry.details.get("reason"))
    return None
