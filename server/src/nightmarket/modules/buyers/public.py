"""What other modules may use of buyers."""

from nightmarket.modules.buyers.repository import STRANGER, Standing, standings_among
from nightmarket.modules.buyers.service.know_buyers import (
    block_of_phone,
    blocked_in,
    erase,
    forgive_incident,
    note_incident,
    note_order,
    note_phone,
    standing_of,
)

__all__ = [
    "STRANGER",
    "Standing",
    "block_of_phone",
    "blocked_in",
    "erase",
    "forgive_incident",
    "note_incident",
    "note_order",
    "note_phone",
    "standing_of",
    "standings_among",
]
