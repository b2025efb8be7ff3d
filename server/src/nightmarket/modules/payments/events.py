"""What payments announces. `payable` is whatever reference the payment was opened for, an order id as a rule."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class PaymentCaptured(Event):
    """The gateway holds the full amount, confirmed by asking it."""

    topic: ClassVar[str] = "payments.captured"
    payment_id: str
    payable: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class PaymentFailed(Event):
    """The gateway declined; another attempt may still succeed."""

    topic: ClassVar[str] = "payments.failed"
    payment_id: str
    payable: str


@dataclass(frozen=True)
class PaymentExpired(Event):
    """The time to pay is over; money may still arrive late."""

    topic: ClassVar[str] = "payments.expired"
    payment_id: str
    payable: str


@dataclass(frozen=True)
class PaymentRefunded(Event):
    """Money went back, in part or in full (`is_full`: nothing is left of the payment)."""

    topic: ClassVar[str] = "payments.refunded"
    payment_id: str
    payable: str
    refund_id: str
    amount_minor: int
    currency: str
    is_full: bool


@dataclass(frozen=True)
class RefundFailed(Event):
    """The gateway refused a refund for good; somebody has to look at it."""

    topic: ClassVar[str] = "payments.refund_failed"
    payment_id: str
    payable: str
    refund_id: str
