"""Places in a room that holds only so many: who has one, and who stands in line for one.

Always true here: a place belongs to an identity (account, else device) and runs out. A ticket gives one that lasts
until the socket is open; the edges renew those of everybody inside. The line is first come, first served; who stops
asking leaves it. Each question is one script, so any number of api processes decide as one, and by the clock of Redis.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from redis.asyncio import Redis

PLACE_SECONDS: Final = 40
"""How long a place is kept for somebody with a ticket, or inside, without word of them."""
RETURN_SECONDS: Final = 20
"""How long a place is kept for somebody whose last socket has closed: longer than the longest back-off of clients."""
PATIENCE_SECONDS: Final = 25
"""Who has not asked for so long has left the line."""
LIFETIME_MS: Final = 36 * 3600 * 1000
_AT_ONCE: Final = 500

_NOW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

# KEYS: limit, places, edges. ARGV: prefix of the sets of who is at an edge, milliseconds of a place, lifetime, limit.
_SET_LIMIT: Final = (
    _NOW
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then
  for _, edge in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    redis.call('ZUNIONSTORE', KEYS[2], 2, KEYS[2], ARGV[1] .. edge, 'WEIGHTS', 1, now + ARGV[2], 'AGGREGATE', 'MAX')
  end
end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3])
"""
)

# Further KEYS: line, asked. Further ARGV: identity, device, patience in milliseconds.
_ASK: Final = (
    _SET_LIMIT
    + """
local places, line, asked, me, device = KEYS[2], KEYS[4], KEYS[5], ARGV[5], ARGV[6]
redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', asked, '-inf', now - ARGV[7])) do
  redis.call('ZREM', line, gone)
  redis.call('ZREM', asked, gone)
end
if device ~= me then
  for _, key in ipairs({places, line, asked}) do
    local known = redis.call('ZSCORE', key, device)
    if known then
      redis.call('ZREM', key, device)
      redis.call('ZADD', key, 'NX', known, me)
    end
  end
end
if not redis.call('ZSCORE', places, me) then
  if not redis.call('ZSCORE', line, me) then
    local last = redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')
    redis.call('ZADD', line, (tonumber(last[2]) or 0) + 1, me)
  end
  redis.call('ZADD', asked, now, me)
  redis.call('PEXPIRE', line, ARGV[3])
  redis.call('PEXPIRE', asked, ARGV[3])
  local ahead = redis.call('ZRANK', line, me)
  if ahead >= ARGV[4] - redis.call('ZCARD', places) then
    return ahead + 1
  end
end
redis.call('ZREM', line, me)
redis.call('ZREM', asked, me)
redis.call('ZADD', places, 'GT', now + ARGV[2], me)
redis.call('PEXPIRE', places, ARGV[3])
return 0
"""
)

# KEYS: places. ARGV: milliseconds, lifetime, then identities.
_KEEP: Final = (
    _NOW
    + """
for index = 3, #ARGV do
  redis.call('ZADD', KEYS[1], 'GT', now + ARGV[1], ARGV[index])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
)

_LET_GO: Final = (
    _NOW
    + """
for index = 2, #ARGV do
  redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[index])
end
"""
)


def limit_key(room: str) -> str:
    """There while the room has a limit: what the edges look at."""
    return f"room:{{{room}}}:limit"


def places_key(room: str) -> str:
    return f"room:{{{room}}}:places"


class Seats:
    """Places of rooms with a limit."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._set_limit = redis.register_script(_SET_LIMIT)
        self._ask = redis.register_script(_ASK)
        self._keep = redis.register_script(_KEEP)
        self._let_go = redis.register_script(_LET_GO)

    async def ask(
        self,
        room: str,
        identity: str,
        *,
        device: str,
        limit: int,
        place_seconds: float = PLACE_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> int:
        """0: the place is theirs. Otherwise where they stand in line, 1 for whoever is next.

        Who has a place gets it again: a person who reconnects is inside already. Somebody who was here without an
        account takes the place of their device along.
        """
        answer = await self._ask(
            keys=[*_limit_keys(room), f"room:{{{room}}}:line", f"room:{{{room}}}:asked"],
            args=[*_limit_args(room, limit, place_seconds), identity, device, int(patience_seconds * 1000)],
        )
        return int(answer)

    async def set_limit(self, room: str, limit: int | None) -> None:
        """The room holds so many from now on; None: as many as come. Who is inside stays inside."""
        if limit is None:
            names = ("limit", "places", "line", "asked")
            await self._redis.delete(*(f"room:{{{room}}}:{name}" for name in names))
        else:
            await self._set_limit(keys=_limit_keys(room), args=_limit_args(room, limit, PLACE_SECONDS))

    async def keep(self, room: str, identities: Collection[str], *, client: Redis | None = None) -> None:
        """These people are inside."""
        for part in _parts(identities):
            await self._keep(keys=[places_key(room)], args=[PLACE_SECONDS * 1000, LIFETIME_MS, *part], client=client)

    async def let_go(self, room: str, identities: Collection[str], *, client: Redis | None = None) -> None:
        """These people have left, perhaps only for a moment."""
        for part in _parts(identities):
            await self._let_go(keys=[places_key(room)], args=[RETURN_SECONDS * 1000, *part], client=client)


def _limit_keys(room: str) -> list[str]:
    return [limit_key(room), places_key(room), f"room:{{{room}}}:edges"]


def _limit_args(room: str, limit: int, place_seconds: float) -> list[str | int]:
    return [f"room:{{{room}}}:at:", int(place_seconds * 1000), LIFETIME_MS, limit]


def _parts(identities: Collection[str]) -> Iterator[Sequence[str]]:
    everybody = list(identities)
    for first in range(0, len(everybody), _AT_ONCE):
        yield everybody[first : first + _AT_ONCE]
