"""Who watches a room, across processes.

Every edge process owns one expiring set per room. A process that dies stops renewing its sets, so its viewers are
forgotten within seconds; a person on two processes is counted once.
"""

from collections.abc import Iterable
from typing import Final

from redis.asyncio import Redis

COUNT_LIFETIME_SECONDS: Final = 120

_COUNT: Final = """
local edges = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])
local keys = {}
for _, edge in ipairs(edges) do
  table.insert(keys, ARGV[2] .. edge)
end
local count = 0
if #keys == 1 then
  count = redis.call('SCARD', keys[1])
elseif #keys > 1 then
  count = redis.call('SUNIONSTORE', KEYS[2], unpack(keys))
  redis.call('DEL', KEYS[2])
end
redis.call('SET', KEYS[3], count, 'EX', ARGV[3])
return count
"""


def count_key(room: str) -> str:
    return f"room:{{{room}}}:viewers"


class Presence:
    """The viewers of one edge process, and the number of everybody's."""

    def __init__(self, redis: Redis, edge: str, *, expiry_seconds: int) -> None:
        self._redis = redis
        self._edge = edge
        self._expiry = expiry_seconds
        self._count = redis.register_script(_COUNT)

    async def update(self, room: str, *, joined: Iterable[str], left: Iterable[str], now: float) -> int:
        """Tell who came and went here, renew the rest, and return the viewers of all processes."""
        edges, mine = f"room:{{{room}}}:edges", self._members(room)
        joined, left = list(joined), list(left)
        async with self._redis.pipeline(transaction=False) as pipe:
            if joined:
                pipe.sadd(mine, *joined)
            if left:
                pipe.srem(mine, *left)
            pipe.expire(mine, self._expiry)
            pipe.zadd(edges, {self._edge: now + self._expiry})
            pipe.expire(edges, self._expiry * 2)
            await self._count(
                keys=[edges, f"room:{{{room}}}:union", count_key(room)],
                args=[now, f"room:{{{room}}}:at:", COUNT_LIFETIME_SECONDS],
                client=pipe,
            )
            answers = await pipe.execute()
        return int(answers[-1])

    async def replace(self, room: str, identities: Iterable[str]) -> None:
        """State anew who is here, after Redis may have forgotten."""
        mine = self._members(room)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.delete(mine)
            everybody = list(identities)
            if everybody:
                pipe.sadd(mine, *everybody)
                pipe.expire(mine, self._expiry)
            await pipe.execute()

    async def forget(self, room: str) -> None:
        """Nobody of this process is in the room any more."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.delete(self._members(room))
            pipe.zrem(f"room:{{{room}}}:edges", self._edge)
            await pipe.execute()

    def _members(self, room: str) -> str:
        return f"room:{{{room}}}:at:{self._edge}"


async def viewer_counts(redis: Redis, rooms: list[str]) -> dict[str, int]:
    """Last known number of viewers per room; rooms nobody has joined lately are 0."""
    if not rooms:
        return {}
    values = await redis.mget([count_key(room) for room in rooms])
    return {room: int(value or 0) for room, value in zip(rooms, values, strict=True)}
