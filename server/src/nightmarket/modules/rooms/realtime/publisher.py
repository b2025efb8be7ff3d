"""Saying something to a room from outside the edge: needs Redis only."""

from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from nightmarket.kernel.clock import Clock, unix_ms
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.rooms.realtime.frames import STAFF, Envelope, encode_data, encode_frame
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, ServerData
from nightmarket.modules.rooms.realtime.log import Draft
from nightmarket.modules.rooms.realtime.log_in_memory import room_log

_PUBLISHED: Final = frozenset({FrameClass.KEPT, FrameClass.CHAT, FrameClass.LOSSY, FrameClass.PRIVATE})

log = get_logger(__name__)


class RoomPublisher:
    """Publishes frames to rooms."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._log = room_log(redis)
        self._clock = clock

    async def publish(self, room: str, data: ServerData, *, to_user: str | None = None, key: str = "") -> None:
        """Send a frame to everybody in the room; one of a private kind to one person on all their devices.

        Kept kinds are stored and numbered; `Unavailable` when Redis does not take them, so that a job tries again.
        Lossy kinds may vanish; of those with the same `key` only the newest matters.
        """
        if data.klass not in _PUBLISHED or (data.klass is FrameClass.PRIVATE) is (to_user is None):
            raise ValueError(f"{data.kind} is not for {'one person' if to_user else 'everybody'}")
        at = unix_ms(self._clock())
        try:
            if to_user is not None:
                await self._log.append_to_user(room, to_user, data, at=at)
            elif data.klass is FrameClass.LOSSY:
                await self._log.announce(room, data, at=at, key=key)
            else:
                await self._log.append(room, [Draft.of(data, at=at)])
        except (RedisError, OSError) as error:
            if data.klass is FrameClass.LOSSY:
                log.info("rooms.hint_lost", room=room, kind=data.kind, error=repr(error))
                return
            raise Unavailable(retry_after=1) from error

    async def tell_staff(self, room: str, data: ServerData) -> None:
        """Send a direct frame to the people of the shop who are there; it may vanish, the next one says more."""
        if data.klass is not FrameClass.DIRECT:
            raise ValueError(f"{data.kind} is not for the staff")
        frame = encode_frame(data, at=unix_ms(self._clock()))
        try:
            await self._log.pass_on(room, Envelope("x", STAFF, "", 0, frame))
        except (RedisError, OSError) as error:
            log.info("rooms.hint_lost", room=room, kind=data.kind, error=repr(error))

    async def control(self, room: str, change: str, data: dict[str, Any]) -> None:
        """Tell the edges of a changed rule; they read it from the next snapshot if they miss this."""
        try:
            await self._log.pass_on(room, Envelope("x", change, "", 0, encode_data(data)))
        except (RedisError, OSError) as error:
            log.warning("rooms.control_lost", room=room, change=change, error=repr(error))
