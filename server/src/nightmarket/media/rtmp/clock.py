"""RTMP timestamps wrap at 2^32 ms, and with some encoders at 2^24 ms. Media time must not."""

WRAP_32 = 1 << 32
WRAP_24 = 1 << 24


class Unwrapper:
    """Adds whole turns so that time runs on. One instance per connection: both tracks share the encoder's clock."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._turns = 0

    def unwrap(self, timestamp: int) -> int:
        """The timestamp on a clock that never wraps."""
        value = timestamp + self._turns
        if self._last is None:
            self._last = value
            return value
        behind = self._last - value
        if behind > WRAP_32 // 2:
            self._turns += WRAP_32
            value += WRAP_32
        elif behind > WRAP_24 // 2 and timestamp < WRAP_24:
            self._turns += WRAP_24
            value += WRAP_24
        elif behind < -WRAP_24 // 2 and self._turns >= WRAP_24:
            # A late unit of the other track from before the wrap.
            return self._before(value)
        self._last = value
        return value

    def _before(self, value: int) -> int:
        last = self._last or 0
        for turn in (WRAP_24, WRAP_32):
            if abs(value - turn - last) < WRAP_24 // 2:
                return value - turn
        self._last = value
        return value
