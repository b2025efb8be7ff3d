"""What can happen to stock, and what it does to the two counters."""

from typing import Literal

Kind = Literal["received", "adjusted", "held", "released", "sold", "restocked"]

EFFECT: dict[Kind, tuple[int, int]] = {
    "held": (0, 1),
    "released": (0, -1),
    "sold": (-1, -1),
    "restocked": (1, 0),
}
"""Change of (on hand, held) for each unit; receipts and adjustments carry their own sign."""
