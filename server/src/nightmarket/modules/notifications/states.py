"""Where a message on its way to one address can be.

waiting → sending → sent → delivered, or failed (nobody will try again), or expired (too late to be of use).
A sending that was not finished in time waits again: a process died.
"""

from typing import Final, Literal

State = Literal["waiting", "sending", "sent", "delivered", "failed", "expired"]
OPEN: Final[frozenset[State]] = frozenset({"waiting", "sending"})
MOVES: Final[dict[State, frozenset[State]]] = {
    "waiting": frozenset({"sending", "expired", "failed"}),
    "sending": frozenset({"waiting", "sent", "failed", "expired", "delivered"}),
    "sent": frozenset({"delivered", "failed"}),
    "delivered": frozenset({"failed"}),  # a complaint or a late bounce
    "failed": frozenset({"delivered"}),  # services report out of order
    "expired": frozenset(),
}


def sources_of(target: State) -> frozenset[State]:
    """The states from which a message may come to this one."""
    return frozenset(source for source, targets in MOVES.items() if target in targets)
