"""What concerns one person alone: their claims, orders, turn, and words of the shop to them."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from nightmarket.modules.rooms.realtime.kinds.base import (
    FrameClass,
    Moment,
    Money,
    Person,
    Place,
    ServerData,
)

Refusal = Annotated[
    dict[str, Any],
    Meta(
        description="Why not: a problem as over HTTP, at least its code",
        extra_json_schema={"properties": {"code": {"type": "string"}}, "required": ["code"]},
    ),
]


class Claim(Struct, frozen=True):
    """A right to units, or a place in the line for them (`position`). `hold_expires_at` only while it is held.

    With `first_paid` nothing is set aside: the units go to whoever pays first.
    """

    id: str
    state: Literal["held", "waitlisted", "ordered", "expired", "released"]
    stream_id: str
    item_id: str
    shop_id: str
    product_id: str
    variant_id: str
    code: str
    quantity: int
    unit_price: Money
    hold_expires_at: Moment | None
    position: Place | None
    source: Literal["tap", "comment", "staff"]
    order_id: str | None
    created_at: Moment
    title: str
    options: dict[str, str]
    image: str | None
    first_paid: bool


class ClaimResult(ServerData, frozen=True, omit_defaults=True):
    """What became of your comment, or of a claim of yours that changed without you.

    `outcome` leads: `held`, `waitlisted`, `promoted`, `updated`, `cancelled`, `released`, `expired`; `reminder`: the
    deadline is near; or why nothing happened: `sold_out`, `limit`, `needs_variant` (choose from `options`), `ambiguous`
    (confirm `proposal`, or choose from `suggestions`; reason `repeat`: the same was claimed a moment ago, `claims` says
    what), `stream_closed`, `dismissed` (the shop looked at it: no order). A comment with several lines has each line's
    outcome in `results`. While the room log is away, the edge answers a comment without a number `n`.
    """

    kind: ClassVar[str] = "claim-result"
    klass: ClassVar[FrameClass] = FrameClass.PRIVATE
    source: ClassVar[str] = "the edge with the answer to a comment; the worker for what happens later"
    is_always_numbered: ClassVar[bool] = False

    outcome: str | None = None
    message_id: str | None = None
    text: str | None = None
    code: str | None = None
    item_id: str | None = None
    variant_id: str | None = None
    quantity: int | None = None
    claim: Claim | None = None
    claims: list[Claim] | UnsetType = UNSET
    results: list[dict[str, Any]] | None = None
    problem: Refusal | None = None
    limit: int | None = None
    claimed: int | None = None
    available: int | None = None
    variant: Any = None
    options: list[dict[str, Any]] | None = None
    reason: str | None = None
    proposal: list[dict[str, Any]] | None = None
    suggestions: list[dict[str, Any]] | None = None


class OrderUpdated(ServerData, frozen=True):
    """An order that began in this show has changed: for its buyer and for the people of the shop."""

    kind: ClassVar[str] = "order-updated"
    klass: ClassVar[FrameClass] = FrameClass.PRIVATE
    source: ClassVar[str] = "the worker, after every move of the order"

    order_id: str
    number: str
    state: Literal["pending_payment", "paid", "packing", "shipped", "delivered", "cancelled", "refunded"]
    shop_id: str
    total: Money


class CartBox(Struct, frozen=True):
    """The box in which what you claimed at this shop waits. `ending`: soon, and something in it is not ordered."""

    id: str
    shop_id: str
    state: Literal["open", "ordered", "expired"]
    expires_at: Moment
    ending: bool


class Cart(ServerData, frozen=True):
    """So many units are in your bag now, at all shops; with the box that has changed, if one has. Read them again."""

    kind: ClassVar[str] = "cart"
    klass: ClassVar[FrameClass] = FrameClass.PRIVATE
    source: ClassVar[str] = "the worker, when the bag or a box changed on another device, by time, or by an order"

    count: int
    box: CartBox | None


class QueuePosition(ServerData, frozen=True):
    """Your place in the line (`item_id`: for which item), or that it is your turn until then; no `position` then.

    Sent at every step to those near the front; the others learn their place when they ask. All empty: out of the line.
    """

    kind: ClassVar[str] = "queue-position"
    klass: ClassVar[FrameClass] = FrameClass.PRIVATE
    source: ClassVar[str] = "the worker, when the line moves"

    position: Place | None
    item_id: str | None
    turn: bool
    turn_expires_at: Moment | None


class PrivateReply(ServerData, frozen=True):
    """Words of the shop to you alone, perhaps in answer to a message of yours."""

    kind: ClassVar[str] = "private-reply"
    klass: ClassVar[FrameClass] = FrameClass.PRIVATE
    source: ClassVar[str] = "the api, when a moderator replies in private"

    id: str
    sender: Person = field(name="from")
    text: str
    in_reply_to: str | None
