"""What an order costs, what it is called, and what each shipping method asks for. Pure functions."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from nightmarket.kernel.money import Money

ShippingMethod = Literal["home"]

_NUMBER_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Price:
    """The sums of an order. `total` is what is paid."""

    subtotal: Money
    shipping: Money
    discount: Money

    @property
    def total(self) -> Money:
        """Goods and shipping, less the discount."""
        return self.subtotal + self.shipping - self.discount


def price_order(lines: Iterable[tuple[Money, int]], *, shipping: Money, discount: Money) -> Price:
    """Add up lines of (unit price, quantity). A discount never exceeds the goods: shipping is always paid."""
    subtotal = Money.total((price * quantity for price, quantity in lines), shipping.currency)
    return Price(subtotal, shipping, discount if discount < subtotal else subtotal)


def new_number(market: str) -> str:
    """A short order number to read aloud, e.g. `TW7K3M9Q2X`: random, so it tells nobody how much a shop sells."""
    return market + "".join(secrets.choice(_NUMBER_ALPHABET) for _ in range(_NUMBER_LENGTH))


def folded(text: str) -> str:
    """Text as it is searched: width and case do not matter, nor do the marks in a phone number."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_MARKS_IN_NUMBERS.sub("", plain).split())


_MARKS_IN_NUMBERS: Final = re.compile(r"(?<=\d)[\s().-]+(?=\d)|\+(?=\d)")


def search_text(parts: Iterable[str | None]) -> str:
    """What an order is found by: any of these, one per line."""
    return "\n".join(folded(part) for part in parts if part)
