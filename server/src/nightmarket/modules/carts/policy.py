"""Limits of a bag and how two bags become one. Pure functions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

MAX_QUANTITY: Final = 99
MAX_LINES: Final = 100
ANONYMOUS_SECONDS: Final = 30 * 86_400
"""How long a bag without an account lives after it was last touched."""

ABANDONED_AFTER: Final = timedelta(hours=24)
"""A bag that was not touched for so long is left behind."""


def merged(kept: Mapping[str, int], brought: Mapping[str, int]) -> dict[str, int]:
    """Two bags in one: per variant the larger quantity, so that merging twice changes nothing."""
    result = dict(kept)
    for variant_id, quantity in brought.items():
        if variant_id in result or len(result) < MAX_LINES:
            result[variant_id] = min(MAX_QUANTITY, max(quantity, result.get(variant_id, 0)))
    return result
