"""The life of a claim."""

from typing import Literal

State = Literal["held", "waitlisted", "ordered", "expired", "released"]
Source = Literal["tap", "comment", "staff"]

RepairSource = Literal["room", "facebook"]
"""Where a comment was written."""
RepairState = Literal["open", "claimed", "dismissed", "answered"]
"""Of a comment on the repair list: waits for a helper; they claimed for the buyer; they found it to be no order; or the
buyer has made themselves understood meanwhile."""

HELD: State = "held"
WAITLISTED: State = "waitlisted"
ORDERED: State = "ordered"
EXPIRED: State = "expired"
RELEASED: State = "released"

OPEN: tuple[State, ...] = (HELD, WAITLISTED)
"""The buyer can still change it."""
COUNTED: tuple[State, ...] = (HELD, WAITLISTED, ORDERED)
"""It counts against the limit per buyer."""

MOVES: dict[State, tuple[State, ...]] = {
    HELD: (ORDERED, EXPIRED, RELEASED),
    WAITLISTED: (HELD, RELEASED, EXPIRED),
    ORDERED: (RELEASED,),
    EXPIRED: (),
    RELEASED: (),
}


def may_move(old: State, new: State) -> bool:
    """Whether a claim can go from one state to another."""
    return new in MOVES[old]
