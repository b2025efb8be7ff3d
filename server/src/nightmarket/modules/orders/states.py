"""How an order moves. Whatever is not in the table does not happen."""

from typing import Final, Literal

State = Literal["pending_payment", "paid", "packing", "shipped", "delivered", "cancelled", "refunded"]
STATES: Final[tuple[State, ...]] = (
    "pending_payment",
    "paid",
    "packing",
    "shipped",
    "delivered",
    "cancelled",
    "refunded",
)

MOVES: Final[dict[State, frozenset[State]]] = {
    "pending_payment": frozenset({"paid", "cancelled"}),
    # The shop cannot deliver, or takes the buyer out of it: the money goes back.
    "paid": frozenset({"packing", "shipped", "refunded", "cancelled"}),
    "packing": frozenset({"shipped", "refunded"}),
    "shipped": frozenset({"delivered", "refunded"}),
    "delivered": frozenset({"refunded"}),
    # Money came after the deadline and the goods were still there.
    "cancelled": frozenset({"paid"}),
    "refunded": frozenset(),
}

CancelReason = Literal["buyer", "shop", "expired", "sold_out"]
"""`sold_out`: somebody else paid first for what nobody could hold."""

BEFORE_PACKING: Final[tuple[State, ...]] = ("pending_payment", "paid")
"""What is in the parcel, and where it goes, can still change."""


def sources_of(target: State) -> frozenset[State]:
    """The states from which an order may become `target`."""
    return frozenset(state for state, targets in MOVES.items() if target in targets)
