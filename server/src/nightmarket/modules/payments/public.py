"""What the modules above may ask of payments."""

from nightmarket.modules.payments.policy import GATEWAY_GRACE
from nightmarket.modules.payments.schemas import PaymentOut
from nightmarket.modules.payments.service.open_payment import (
    Debt,
    cancel_open,
    check_method,
    expire_open,
    is_paid_later,
    open_payment,
)
from nightmarket.modules.payments.service.read_payments import PaymentView, payment_view, payments_of
from nightmarket.modules.payments.service.refund_payment import refund_in_full, request_refund
from nightmarket.modules.payments.service.settle_payment import look_up_payment
from nightmarket.modules.payments.service.start_payment import Surroundings, start_payment

__all__ = [
    "GATEWAY_GRACE",
    "Debt",
    "PaymentOut",
    "PaymentView",
    "Surroundings",
    "cancel_open",
    "check_method",
    "expire_open",
    "is_paid_later",
    "look_up_payment",
    "open_payment",
    "payment_view",
    "payments_of",
    "refund_in_full",
    "request_refund",
    "start_payment",
]
