"""Content for frames in tests: whole and well formed, like everything a room carries."""

from typing import Any

import msgspec

from nightmarket.modules.rooms.realtime.kinds.base import Money, Person
from nightmarket.modules.rooms.realtime.kinds.buyer import Claim, ClaimResult, OrderUpdated
from nightmarket.modules.rooms.realtime.kinds.chat import ChatMessage
from nightmarket.modules.rooms.realtime.kinds.goods import ItemUpdated, LineUpItem, Product, Variant

PRICE = Money(490, "TWD")


def message(message_id: str, text: str = "hello", *, user: str = "usr_ann") -> ChatMessage:
    """A chat message."""
    return ChatMessage(message_id, Person(user, user.removeprefix("usr_"), "buyer"), text)


def line_up_item(item_id: str, *, title: str = "Lantern", available: int = 5, pinned: bool = False) -> LineUpItem:
    """An item with one variant."""
    variant = Variant(f"var_{item_id}", None, {}, PRICE, available)
    product = Product(f"prd_{item_id}", "shp_1", title, "", None, "active", [], [variant])
    return LineUpItem(
        item_id,
        "str_1",
        item_id.upper()[4:],
        product,
        PRICE,
        None,
        None,
        available,
        pinned,
        mode="stock",
        first_paid=False,
    )


def item_json(item: LineUpItem) -> dict[str, Any]:
    """The same as a snapshot carries it."""
    shape: dict[str, Any] = msgspec.to_builtins(item)
    return shape


def item_updated(item_id: str, **fields: Any) -> ItemUpdated:
    """A new or changed item."""
    return ItemUpdated(item_id, line_up_item(item_id, **fields))


def order(order_id: str = "ord_1") -> OrderUpdated:
    """An order that was just paid."""
    return OrderUpdated(order_id, "TW7K3M9Q2X", "paid", "shp_1", PRICE)


def held(message_id: str) -> ClaimResult:
    """A comment that became a claim."""
    claim = Claim(
        id="clm_1",
        state="held",
        stream_id="str_1",
        item_id="itm_1",
        shop_id="shp_1",
        product_id="prd_1",
        variant_id="var_1",
        code="A1",
        quantity=1,
        unit_price=PRICE,
        hold_expires_at="2026-01-21T13:03:20Z",
        position=None,
        source="comment",
        order_id=None,
        created_at="2026-01-21T12:48:20Z",
        title="Lantern",
        options={},
        image=None,
        first_paid=False,
    )
    return ClaimResult(message_id=message_id, outcome="held", code="A1", claim=claim, claims=[claim])
