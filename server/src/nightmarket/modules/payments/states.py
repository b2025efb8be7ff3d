"""How a payment moves. The state is a summary; the rows of `payment_events` are the story."""

from typing import Final, Literal

State = Literal["created", "pending", "paid", "failed", "expired", "cancelled", "refunded", "partially_refunded"]

MOVES: Final[dict[State, frozenset[State]]] = {
    "created": frozenset({"pending", "paid", "failed", "expired", "cancelled"}),
    "pending": frozenset({"paid", "failed", "expired", "cancelled"}),
    # "declined" and "approved" may arrive in the wrong order.
    "failed": frozenset({"paid"}),
    # Transfers and convenience-store money do arrive late.
    "expired": frozenset({"paid"}),
    # The buyer paid while the order was being cancelled: the money is real, whoever opened the payment gives it back.
    "cancelled": frozenset({"paid"}),
    "paid": frozenset({"partially_refunded", "refunded"}),
    "partially_refunded": frozenset({"partially_refunded", "refunded"}),
    "refunded": frozenset(),
}

OPEN: Final[frozenset[State]] = frozenset({"created", "pending"})
SETTLED: Final[frozenset[State]] = frozenset({"paid", "partially_refunded", "refunded"})


def sources_of(target: State) -> frozenset[State]:
    """The states from which a payment may become `target`."""
    return frozenset(state for state, targets in MOVES.items() if target in targets)
