"""When to ask a gateway again. A pure function."""

from datetime import datetime, timedelta
from typing import Final

FIRST_LOOK: Final = timedelta(seconds=15)
LOOKS_WHILE_OPEN: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = timedelta(hours=6)
GATEWAY_GRACE: Final = timedelta(minutes=5)
"""How long a gateway that does not answer may keep a payment, and what it pays for, open after the deadline."""
GIVE_UP_AFTER: Final = timedelta(days=3)
"""Money that arrives later than this is found by reconciliation, not by asking."""


def next_look(*, now: datetime, created_at: datetime, expires_at: datetime, look_count: int) -> datetime | None:
    """When to ask for the truth next: 15 s, 30 s, then every minute; after the deadline ever more rarely."""
    if now - created_at >= GIVE_UP_AFTER:
        return None
    wait = min(FIRST_LOOK * (1 << min(look_count, 12)), LONGEST_WAIT)
    if now < expires_at:
        wait = min(wait, LOOKS_WHILE_OPEN)
    return now + wait
