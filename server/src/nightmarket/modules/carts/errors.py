"""What carts refuses."""

from nightmarket.kernel.problems import Problem


class CartFull(Problem):
    """A bag holds at most `limit` different variants."""

    status, code, title = 409, "cart-full", "The bag is full"


class VariantUnavailable(Problem):
    """This variant is not on sale any more."""

    status, code, title = 409, "variant-unavailable", "This is not on sale any more"
