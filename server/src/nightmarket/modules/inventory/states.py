"""What can happen to stock, and what it does to the counters."""

from typing import Final, Literal, NamedTuple

Kind = Literal["received", "adjusted", "damaged", "returned", "held", "released", "sold", "restocked"]
EnteredKind = Literal["received", "adjusted", "damaged", "returned"]
"""What the people of a shop enter by hand; the rest follows from claims, orders and refunds."""


class Effect(NamedTuple):
    """The change of each counter. Always: on hand + sold + damaged grow by as much as received."""

    on_hand: int = 0
    held: int = 0
    sold: int = 0
    received: int = 0
    damaged: int = 0

    def times(self, units: int) -> "Effect":
        """The same for so many units."""
        return Effect(*(one * units for one in self))


EFFECT: Final[dict[Kind, Effect]] = {
    "received": Effect(on_hand=1, received=1),
    "adjusted": Effect(on_hand=1, received=1),
    "damaged": Effect(on_hand=-1, damaged=1),
    "returned": Effect(on_hand=1, sold=-1),
    "held": Effect(held=1),
    "released": Effect(held=-1),
    "sold": Effect(on_hand=-1, held=-1, sold=1),
    "restocked": Effect(on_hand=1, sold=-1),
}
"""What one unit does. Only `adjusted` goes both ways: a count may find fewer than the book says."""

ENTERED: Final[dict[str, EnteredKind]] = {
    "received": "received",
    "adjusted": "adjusted",
    "damaged": "damaged",
    "returned": "returned",
}
"""The words by which people name a kind."""
