"""Who watches a room, across processes.

Every edge owns expiring sets per room: the people it has, and the devices of those who are signed in. An edge that
dies stops renewing them, so its viewers are forgotten within seconds; a person on two edges is counted once. Times are
those of Redis: the clocks of hosts need not agree. The number is told by whichever script changes it, in the order of
changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from nightmarket.modules.rooms.realtime.audience import Arrival, Audience, Census
from nightmarket.modules.rooms.realtime.frames import encode_frame, envelope_header
from nightmarket.modules.rooms.realtime.kinds.audience import ViewerCount
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.log import as_text, channel_of
from nightmarket.modules.rooms.realtime.seats import Seats, limit_key

VISIT_SECONDS: Final = 600
"""Who comes back within this time has not come in again."""
_ROOMS_AT_ONCE: Final = 100
_NO_COUNT: Final = b'"count":0'

_TALLY: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local edges, mine, known, count_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local edge, expiry, here = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if here == '1' then
  redis.call('PEXPIRE', mine, expiry)
  redis.call('PEXPIRE', known, expiry)
  redis.call('ZADD', edges, now + expiry, edge)
else
  redis.call('DEL', mine, known)
  redis.call('ZREM', edges, edge)
end
redis.call('ZREMRANGEBYSCORE', edges, '-inf', now)
redis.call('PEXPIRE', edges, expiry * 2)
local size = redis.call('SCARD', mine)
local limited = redis.call('EXISTS', KEYS[7])
local alive = redis.call('ZRANGE', edges, 0, -1)
local count = 0
if #alive == 1 and here == '1' then
  count = size
elseif #alive > 0 then
  if here == '1' and redis.call('SET', KEYS[8], 1, 'NX', 'PX', ARGV[4]) == false then
    return {size, limited}
  end
  local people, devices = {}, {}
  for index, one in ipairs(alive) do
    people[index] = ARGV[5] .. one
    devices[index] = ARGV[6] .. one
  end
  redis.call('SUNIONSTORE', KEYS[5], unpack(people))
  redis.call('SUNIONSTORE', KEYS[6], unpack(devices))
  count = redis.call('SDIFFSTORE', KEYS[5], KEYS[5], KEYS[6])
  redis.call('DEL', KEYS[5], KEYS[6])
end
local before = redis.call('GET', count_key)
redis.call('SET', count_key, count, 'PX', expiry * 2)
if before ~= tostring(count) then
  redis.call('PUBLISH', KEYS[9], ARGV[7] .. '"count":' .. count .. ARGV[8])
end
return {size, limited}
"""

# KEYS: visits. ARGV: milliseconds of a visit, number of arrivals, arrivals, those who have left.
_VISITS: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local new = {}
for index = 3, #ARGV do
  if index < 3 + ARGV[2] and not redis.call('ZSCORE', KEYS[1], ARGV[index]) then
    table.insert(new, ARGV[index])
  end
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[index])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return new
"""


def count_key(room: str) -> str:
    return f"room:{{{room}}}:viewers"


@dataclass(frozen=True, slots=True)
class Heads:
    """A room, who is here now, and what is known of it elsewhere."""

    room: str
    audience: Audience
    now: Census


class Presence:
    """The viewers of one edge process, and the number of everybody's."""

    def __init__(self, redis: Redis, edge: str, *, expiry_seconds: float, every_seconds: float) -> None:
        self._redis = redis
        self._edge = edge
        self._expiry_ms = int(expiry_seconds * 1000)
        self._count_ms = max(1, int(every_seconds * 500))
        self._seats = Seats(redis)
        self._tally = redis.register_script(_TALLY)
        self._visits = redis.register_script(_VISITS)

    async def tell(self, rooms: Sequence[tuple[str, Audience]], *, at: int) -> dict[str, list[Arrival]]:
        """Tell who came and went in these rooms and renew the rest; who has come in anew, by room."""
        found: dict[str, list[Arrival]] = {}
        for first in range(0, len(rooms), _ROOMS_AT_ONCE):
            heads = [Heads(room, each, each.census()) for room, each in rooms[first : first + _ROOMS_AT_ONCE]]
            found |= await self._tell_some(heads, at)
        return found

    async def forget(self, rooms: Sequence[str], *, at: int) -> None:
        """Nobody of this process is in these rooms any more."""
        if not rooms:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for room in rooms:
                await self._count(pipe, room, at, is_here=False)
            await pipe.execute()

    async def _tell_some(self, rooms: Sequence[Heads], at: int) -> dict[str, list[Arrival]]:
        tallies: list[int] = []
        visits: list[tuple[Heads, int, dict[str, Arrival]]] = []
        for one in rooms:
            one.audience.is_stale = False
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for one in rooms:
                    await self._changes(pipe, one)
                    tallies.append(len(pipe))
                    await self._count(pipe, one.room, at, is_here=True)
                    arrivals, one.audience.arrivals = one.audience.arrivals, {}
                    if await self._note_visits(pipe, one, arrivals):
                        visits.append((one, len(pipe) - 1, arrivals))
                answers = await pipe.execute()
        except BaseException:
            for one in rooms:
                one.audience.restate()  # part of it may have been heard
            raise
        for one, index in zip(rooms, tallies, strict=True):
            self._settle(one, answers[index])
        return {
            one.room: [arrivals[user] for user in map(as_text, answers[index]) if user in arrivals]
            for one, index, arrivals in visits
        }

    async def _changes(self, pipe: Any, one: Heads) -> None:
        told = one.audience.told
        mine, known = self._members(one.room), self._devices(one.room)
        if told is None:
            pipe.delete(mine, known)
        before = told or Census()
        _difference(pipe, mine, before.people, one.now.people)
        _difference(pipe, known, before.devices, one.now.devices)
        if one.audience.is_limited:
            await self._seats.keep(one.room, one.now.guests, client=pipe)
            await self._seats.let_go(one.room, before.guests - one.now.guests, client=pipe)

    async def _count(self, pipe: Any, room: str, at: int, *, is_here: bool) -> None:
        prefix = f"room:{{{room}}}:"
        head, _, tail = encode_frame(ViewerCount(0), at=at).partition(_NO_COUNT)
        keys = [f"{prefix}edges", self._members(room), self._devices(room), count_key(room), f"{prefix}union"]
        await self._tally(
            keys=[*keys, f"{prefix}union:devices", limit_key(room), f"{prefix}tallied", channel_of(room)],
            args=[
                self._edge,
                self._expiry_ms,
                int(is_here),
                self._count_ms,
                f"{prefix}at:",
                f"{prefix}devices:",
                envelope_header(FrameClass.LOSSY, "viewer-count:") + head,
                tail,
            ],
            client=pipe,
        )

    async def _note_visits(self, pipe: Any, one: Heads, arrivals: dict[str, Arrival]) -> bool:
        """Visits go on for a while after the last socket has closed."""
        before = one.audience.told or Census()
        come = [user for user in arrivals if user in one.now.users]
        left = before.users - one.now.users
        if not come and not left:
            return False
        args: list[str | int] = [VISIT_SECONDS * 1000, len(come), *come, *left]
        await self._visits(keys=[f"room:{{{one.room}}}:visits"], args=args, client=pipe)
        return True

    @staticmethod
    def _settle(one: Heads, answer: Sequence[Any]) -> None:
        size, limited = int(answer[0]), bool(int(answer[1]))
        if size != len(one.now.people):
            one.audience.restate()  # Redis has forgotten us in between
            return
        one.audience.told = one.now
        if limited and not one.audience.is_limited:
            one.audience.is_stale = True  # those inside have their places from the next turn on
        one.audience.is_limited = limited

    def _members(self, room: str) -> str:
        return f"room:{{{room}}}:at:{self._edge}"

    def _devices(self, room: str) -> str:
        return f"room:{{{room}}}:devices:{self._edge}"


async def viewer_counts(redis: Redis, rooms: list[str]) -> dict[str, int]:
    """Last known number of viewers per room; rooms nobody has joined lately are 0."""
    if not rooms:
        return {}
    values = await redis.mget([count_key(room) for room in rooms])
    return {room: int(value or 0) for room, value in zip(rooms, values, strict=True)}


def _difference(pipe: Any, key: str, before: frozenset[str], now: frozenset[str]) -> None:
    for part in _parts(now - before):
        pipe.sadd(key, *part)
    for part in _parts(before - now):
        pipe.srem(key, *part)


def _parts(members: frozenset[str]) -> Iterator[Sequence[str]]:
    everybody = list(members)
    for first in range(0, len(everybody), 1000):
        yield everybody[first : first + 1000]
