"""Saying something to a room from outside the edge: needs Redis only."""

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from nightmarket.kernel.clock import Clock, unix_ms
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.rooms.realtime.frames import KINDS, Envelope, FrameClass, encode_data
from nightmarket.modules.rooms.realtime.log import Draft, RoomLog

log = get_logger(__name__)


class RoomPublisher:
    """Publishes frames to rooms."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._log = RoomLog(redis)
        self._clock = clock

    async def publish(self, room: str, kind: str, data: Any, *, to_user: str | None = None, key: str = "") -> None:
        """Send a frame to everybody in the room, or to one person on all their devices.

        Kept kinds are stored and numbered; `Unavailable` when Redis does not take them, so that a job tries again.
        Lossy kinds may vanish; of those with the same `key` only the newest matters.
        """
        at = unix_ms(self._clock())
        try:
            if to_user is not None:
                await self._log.append_to_user(room, to_user, kind, data, at=at)
            elif KINDS[kind] is FrameClass.LOSSY:
                await self._log.announce(room, kind, data, at=at, key=key)
            else:
                await self._log.append(room, [Draft.of(kind, data, at=at)])
        except (RedisError, OSError) as error:
            if KINDS[kind] is FrameClass.LOSSY:
                log.info("rooms.hint_lost", room=room, kind=kind, error=repr(error))
                return
            raise Unavailable(retry_after=1) from error

    async def control(self, room: str, change: str, data: dict[str, Any]) -> None:
        """Tell the edges of a changed rule; they read it from the next snapshot if they miss this."""
        try:
            await self._log.pass_on(room, Envelope("x", change, "", 0, encode_data(data)))
        except (RedisError, OSError) as error:
            log.warning("rooms.control_lost", room=room, change=change, error=repr(error))
