"""Time that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """A `Clock` for tests."""

    def __init__(self, start: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def advance(self, **amount: float) -> None:
        """Move forward: `clock.advance(minutes=10)`."""
        self._now += timedelta(**amount)
