"""What orders refuses."""

from nightmarket.kernel.problems import Conflict, Problem


class NothingToOrder(Problem):
    """Neither claims nor lines were named, and the bag holds nothing of this shop."""

    status, code, title = 422, "nothing-to-order", "There is nothing to order"


class OutOfStock(Problem):
    """Fewer units are left than were asked for; `available` says how many, `variant_id` of what."""

    status, code, title = 409, "out-of-stock", "Not enough stock"


class LineUnavailable(Problem):
    """A variant in the order is not on sale, or belongs to another shop; `variant_id` says which."""

    status, code, title = 409, "line-unavailable", "Something in this order is not on sale"


class PriceChanged(Problem):
    """The total is not the one the buyer saw; `total` is the present one. Nothing was ordered."""

    status, code, title = 409, "price-changed", "The price has changed"


class AddressRequired(Problem):
    """An order that is sent home needs an address: `address_id` or `address`."""

    status, code, title = 422, "address-required", "An address is required"


class AddressUnknown(Problem):
    """The address is not in the buyer's address book."""

    status, code, title = 422, "address-unknown", "This address is not in your address book"


class OrderStateConflict(Conflict):
    """The order is in a state that does not allow this; `state` names it."""

    status, code, title = 409, "order-state-conflict", "The order's state does not allow this"


class PaymentTimeOver(Problem):
    """The time to pay for this order is over."""

    status, code, title = 410, "payment-time-over", "The time to pay is over"
