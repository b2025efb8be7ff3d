"""The only place that asks the operating system for the time.

Everything else receives a `Clock` as an argument, so tests can freeze it. Times are always aware and in UTC.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  (this is the one allowed caller)


def system_unix_ms() -> int:
    """`unix_ms(system_clock())`, for whoever asks thousands of times a second."""
    return time.time_ns() // 1_000_000


def unix_ms(moment: datetime) -> int:
    """Whole milliseconds since the Unix epoch."""
    return int(moment.timestamp() * 1000)


def from_unix_ms(value: int) -> datetime:
    """The aware UTC time of a millisecond Unix timestamp."""
    return datetime.fromtimestamp(value / 1000, UTC)
