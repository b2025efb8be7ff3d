"""A seller puts products into a show, prices them, and takes them out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog.public import product_cards
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.errors import WrongCurrency
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import CapBelowTaken, CodeTaken, LineUpFull, StreamOver
from nightmarket.modules.streams.events import ItemAdded, ItemRemoved, ItemUpdated
from nightmarket.modules.streams.models import Stream, StreamItem
from nightmarket.modules.streams.policy import MAX_ITEMS
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.pin_item import show_item
from nightmarket.modules.streams.service.views import ON_SALE
from nightmarket.modules.streams.states import ENDED, ItemMode

_PLAIN = {"limit_per_buyer", "mode", "is_first_paid"}
"""Fields of an item that need no more than to be set."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """What a seller says about an item; without a code it gets the next of A1, A2, A3 …"""

    product_id: str
    code: str | None = None
    live_price: Money | None = None
    limit_per_buyer: int | None = None
    stock_cap: int | None = None
    mode: ItemMode = "stock"
    is_first_paid: bool = False


async def add_item(unit: Unit, caller: Caller, stream_id: str, new: NewItem) -> str:
    """Put a product of the shop into the line-up; also during the show. Returns the item's id."""
    stream = await _open_stream(unit, caller, stream_id)
    product = (await product_cards(unit.session, [new.product_id])).get(new.product_id)
    if product is None or product.shop_id != stream.shop_id or product.status != ON_SALE:
        raise InvalidInput("product_id must name a product of this shop that is on sale.")
    _check_currency(stream, new.live_price)
    used = {row.code for row in await repository.items(unit.session, stream_id)}
    if len(used) >= MAX_ITEMS:
        raise LineUpFull(limit=MAX_ITEMS)
    code = new.code or next_code(used)
    if code in used:
        raise CodeTaken
    row = StreamItem(
        id=new_id("itm"),
        stream_id=stream_id,
        product_id=product.id,
        code=code,
        active_code=code,
        live_price_minor=None if new.live_price is None else new.live_price.minor,
        limit_per_buyer=new.limit_per_buyer,
        stock_cap=new.stock_cap,
        taken_count=0,
        mode=new.mode,
        is_first_paid=new.is_first_paid,
        created_at=unit.now,
    )
    await unit.add(row)
    unit.announce(ItemAdded(stream_id, row.id))
    return row.id


async def change_item(unit: Unit, caller: Caller, stream_id: str, *, item_id: str, changes: dict[str, Any]) -> None:
    """Set the named fields of an item: code, live_price, stock_cap, limit_per_buyer, mode, is_first_paid."""
    stream, item = await _open_item(unit, caller, stream_id, item_id)
    if "code" in changes and changes["code"] != item.code:
        others = await repository.items(unit.session, stream_id)
        if any(other.code == changes["code"] for other in others):
            raise CodeTaken
        item.code = item.active_code = changes["code"]
    if "live_price" in changes:
        price: Money | None = changes["live_price"]
        _check_currency(stream, price)
        item.live_price_minor = None if price is None else price.minor
    for name in _PLAIN & changes.keys():
        setattr(item, name, changes[name])
    await unit.session.flush()
    if "stock_cap" in changes and not await repository.set_cap(unit, item_id, changes["stock_cap"]):
        raise CapBelowTaken(taken=item.taken_count)
    if changes:
        unit.announce(ItemUpdated(stream_id, item_id))


async def remove_item(unit: Unit, caller: Caller, stream_id: str, *, item_id: str) -> None:
    """Take an item out of the line-up. What buyers hold of it stays theirs."""
    stream, item = await _open_item(unit, caller, stream_id, item_id)
    if stream.pinned_item_id == item_id:
        await show_item(unit, stream, None)
    item.active_code = None
    item.removed_at = unit.now
    await unit.session.flush()
    unit.announce(ItemRemoved(stream_id, item_id))


def next_code(used: Iterable[str]) -> str:
    """The first of A1, A2, A3 … that no item has."""
    taken = set(used)
    return next(code for number in range(1, len(taken) + 2) if (code := f"A{number}") not in taken)


def _check_currency(stream: Stream, price: Money | None) -> None:
    if price is not None and price.currency != stream.currency:
        raise WrongCurrency(currency=stream.currency)


async def _open_stream(unit: Unit, caller: Caller, stream_id: str) -> Stream:
    await run_stream(unit.session, stream_id, caller)
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        raise StreamOver
    return stream


async def _open_item(unit: Unit, caller: Caller, stream_id: str, item_id: str) -> tuple[Stream, StreamItem]:
    stream = await _open_stream(unit, caller, stream_id)
    item = await repository.item(unit.session, item_id)
    if item is None or item.stream_id != stream_id:
        raise NotFound
    return stream, item
