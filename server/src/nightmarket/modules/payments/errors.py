"""What payments refuses."""

from nightmarket.kernel.problems import Conflict, Problem, Unavailable


class PaymentMethodUnavailable(Problem):
    """This shop does not take this payment method, or not for this amount. See `GET /payment-methods`."""

    status, code, title = 422, "payment-method-unavailable", "This payment method is not available here"


class WebhookSignatureInvalid(Problem):
    """The notification was not signed by the payment provider, was changed on the way, or is too old."""

    status, code, title = 401, "webhook-signature-invalid", "The notification's signature is not valid"


class WebhookMalformed(Problem):
    """The notification is signed, but is not of the shape the provider documents."""

    status, code, title = 400, "webhook-malformed", "The notification could not be read"


class RefundTooLarge(Problem):
    """No more can be given back than was paid and not refunded yet; `refundable` says how much that is."""

    status, code, title = 409, "refund-too-large", "The refund is larger than what is left of the payment"


class NotRefundable(Conflict):
    """There is no captured payment to refund."""

    status, code, title = 409, "not-refundable", "There is nothing to refund"


class GatewayUnavailable(Unavailable):
    """The payment provider does not answer at the moment. Try again, or choose another method."""

    status, code, title = 503, "payment-provider-unavailable", "The payment provider does not answer"
