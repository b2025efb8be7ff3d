"""Limits of the realtime edge and the bucket that counts against them."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeLimits:
    """Every bound of one edge process, with defaults that suit a room on the open internet."""

    max_message_bytes: int = 32 * 1024
    max_chat_characters: int = 200
    messages_per_second: float = 10.0
    message_burst: float = 30.0
    refusals_before_close: int = 20
    chat_per_second: float = 1.0
    chat_burst: float = 5.0
    room_chat_per_second: float = 800.0
    room_chat_burst: float = 1600.0
    repeats_by_one: int = 2
    repeat_seconds: float = 20.0
    repeats_by_many: int = 5
    crowd_seconds: float = 10.0
    repeat_long_text: int = 24
    sockets_per_address: int = 500
    standing_seconds: float = 3.0
    standing_burst: float = 3.0
    pending_comments_per_viewer: int = 8
    reaction_step: int = 20

    flush_interval_seconds: float = 0.020
    flush_frames: int = 32
    flush_slice: int = 1000
    frames_per_message: int = 256
    tail_frames: int = 1000
    catch_up_bytes: int = 16 * 1024
    snapshot_age_seconds: float = 2.0
    backend_timeout_seconds: float = 5.0

    send_buffer_bytes: int = 128 * 1024
    write_high_water_bytes: int = 64 * 1024
    slow_close_seconds: float = 10.0
    close_wait_seconds: float = 2.0
    handshake_seconds: float = 10.0
    ping_seconds: int = 25
    presence_seconds: float = 1.0
    presence_renew_seconds: float = 2.0
    presence_expiry_seconds: float = 6.0
    drain_spread_seconds: float = 1.0


class TokenBucket:
    """Allows `burst` at once and `rate` per second after that."""

    __slots__ = ("_burst", "_level", "_rate", "_seen")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._seen = time.monotonic()

    def take(self) -> float:
        """0 when there was room, otherwise the seconds until there will be."""
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._seen) * self._rate)
        self._seen = now
        if self._level >= 1.0:
            self._level -= 1.0
            return 0.0
        return (1.0 - self._level) / self._rate


class LastSaid:
    """When each person last wrote in a room, on whichever of their sockets."""

    __slots__ = ("_at",)

    _REMEMBERED = 5000

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def wait(self, user: str, seconds: int) -> float:
        """Seconds until this person may write again when one message per `seconds` is allowed."""
        last = self._at.get(user)
        return 0.0 if last is None else max(0.0, last + seconds - time.monotonic())

    def note(self, user: str) -> None:
        """This person has written."""
        self._at.pop(user, None)
        self._at[user] = time.monotonic()
        if len(self._at) > self._REMEMBERED:
            del self._at[next(iter(self._at))]
