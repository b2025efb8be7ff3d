"""What orders announces. `stream_ids` are the shows whose claims are in the order."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class OrderEvent(Event):
    """What every order event says."""

    order_id: str
    shop_id: str
    buyer_id: str
    stream_ids: list[str]


@dataclass(frozen=True)
class OrderPlaced(OrderEvent):
    """An order exists and waits for money."""

    topic: ClassVar[str] = "orders.placed"


@dataclass(frozen=True)
class OrderPaid(OrderEvent):
    """The money is there and the goods are the buyer's."""

    topic: ClassVar[str] = "orders.paid"


@dataclass(frozen=True)
class OrderPaymentFailed(OrderEvent):
    """A payment was declined; the order still waits until its deadline."""

    topic: ClassVar[str] = "orders.payment_failed"


@dataclass(frozen=True)
class OrderChanged(OrderEvent):
    """Where it goes or what is in it has changed before it was packed."""

    topic: ClassVar[str] = "orders.changed"


@dataclass(frozen=True)
class OrderCancelled(OrderEvent):
    """The buyer gave the order up, the shop took it back, or somebody else paid first for what nobody could hold.

    Money that was paid is on its way back.
    """

    topic: ClassVar[str] = "orders.cancelled"


@dataclass(frozen=True)
class OrderExpired(OrderEvent):
    """Nobody paid in time."""

    topic: ClassVar[str] = "orders.expired"


@dataclass(frozen=True)
class OrderPacking(OrderEvent):
    """The shop is packing it."""

    topic: ClassVar[str] = "orders.packing"


@dataclass(frozen=True)
class OrderShipped(OrderEvent):
    """The parcel has left."""

    topic: ClassVar[str] = "orders.shipped"


@dataclass(frozen=True)
class OrderDelivered(OrderEvent):
    """The parcel has arrived."""

    topic: ClassVar[str] = "orders.delivered"


@dataclass(frozen=True)
class OrderRefunded(OrderEvent):
    """Money of this order went back, in part or (`is_full`) all of it."""

    topic: ClassVar[str] = "orders.refunded"
    amount_minor: int
    currency: str
    is_full: bool
    refund_id: str | None = None
