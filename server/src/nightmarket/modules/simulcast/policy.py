"""Who may what, and how much, as data."""

from typing import Final

RUNNERS: Final = ("owner", "host")
MAX_OUTPUTS: Final = 10
"""Of one show."""
