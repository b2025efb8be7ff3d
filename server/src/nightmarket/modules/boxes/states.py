"""The life of a box."""

from typing import Final, Literal

State = Literal["open", "ordered", "expired"]
OPEN: Final[State] = "open"
"""Something in it waits to be ordered, or something may still come in."""
ORDERED: Final[State] = "ordered"
"""All that is in it was ordered. While it is current more may still come in, to be paid as a top-up."""
EXPIRED: Final[State] = "expired"
"""Its time ran out and nothing of it was ordered."""

LineState = Literal["held", "ordered"]
