"""What a room remembers of the people who come in: since when it knows them, and with which devices.

Kept in Redis only. When it is lost, everybody is new again and a ban reaches the devices seen since.
"""

from typing import Any, Final

from redis.asyncio import Redis

from nightmarket.modules.rooms.realtime.log import as_text

LIFETIME_SECONDS: Final = 7 * 86_400
DEVICES_KEPT: Final = 16
"""Per person. Who comes with more is making them up; the newest count."""


class Acquaintance:
    """The people of rooms, written when a ticket is issued."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def meet(self, room: str, user: str, device: str, *, now: int) -> int:
        """Somebody comes in now (Unix seconds); since when the room knows them."""
        known, devices = f"room:{{{room}}}:known", _devices(room, user)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(known, {user: now}, nx=True)
            pipe.zscore(known, user)
            pipe.expire(known, LIFETIME_SECONDS)
            pipe.zadd(devices, {device: now})
            pipe.zremrangebyrank(devices, 0, -DEVICES_KEPT - 1)
            pipe.expire(devices, LIFETIME_SECONDS)
            answers = await pipe.execute()
        return int(answers[1] or now)

    async def devices(self, room: str, user: str) -> frozenset[str]:
        """The devices this person came in with."""
        found: Any = await self._redis.zrange(_devices(room, user), 0, -1)
        return frozenset(as_text(device) for device in found)


def _devices(room: str, user: str) -> str:
    return f"room:{{{room}}}:devices:{user}"
