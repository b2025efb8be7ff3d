"""The log of a room: numbered frames in Redis.

Always true here: numbers of one epoch are given out without gaps by Redis itself, in the same step that stores and
announces the frame. When Redis has lost a room, it gets a new epoch, and nobody mistakes old numbers for new ones.
The database stays the truth; this may be lost at any moment.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from redis.asyncio import Redis

from nightmarket.modules.rooms.realtime.frames import Envelope, encode_frame, envelope_header, split_frame
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, ServerData

LOG_FRAMES: Final = 2000
USER_LOG_FRAMES: Final = 50
LOG_LIFETIME_MS: Final = 36 * 3600 * 1000
ACTIVE_ROOMS: Final = "rooms:active"
"""Rooms in which something was said, by the time it was said: what the archiver looks through."""

_OPEN: Final = """
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
  redis.call('DEL', KEYS[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

_APPEND: Final = (
    _OPEN
    + """
local seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
local frame = ARGV[5] .. seq .. ARGV[6]
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], seq .. '-0', 'c', ARGV[4], 'f', frame)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', KEYS[3], ARGV[4] .. '|' .. ARGV[7] .. '|' .. epoch .. '|' .. seq .. '\\n' .. frame)
return {epoch, seq}
"""
)

_APPEND_TO_USER: Final = (
    _OPEN
    + """
local n = (tonumber(redis.call('HGET', KEYS[1], 'user:' .. ARGV[4])) or 0) + 1
n = string.format('%.0f', math.max(n, tonumber(ARGV[7])))
redis.call('HSET', KEYS[1], 'user:' .. ARGV[4], n)
local seq = redis.call('HGET', KEYS[1], 'seq') or '0'
local frame = ARGV[5] .. n .. ARGV[6]
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], n .. '-0', 'a', seq, 'f', frame)
redis.call('PEXPIRE', KEYS[4], ARGV[2])
redis.call('PUBLISH', KEYS[3], 'u|' .. ARGV[4] .. '|' .. epoch .. '|' .. n .. '\\n' .. frame)
return {epoch, n}
"""
)

_HEAD: Final = (
    _OPEN
    + """
local seq = redis.call('HGET', KEYS[1], 'seq') or '0'
return {epoch, seq, redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', ARGV[3])}
"""
)

_TAIL: Final = (
    _OPEN
    + """
local seq = redis.call('HGET', KEYS[1], 'seq') or '0'
if epoch == ARGV[4] and tonumber(seq) < tonumber(ARGV[5]) then
  epoch, seq = ARGV[1], '0'
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'seq', seq)
  redis.call('DEL', KEYS[2])
end
return {epoch, seq, redis.call('XRANGE', KEYS[2], ARGV[3], '+')}
"""
)


class Position(NamedTuple):
    """A place in a room's history."""

    epoch: str
    seq: int


class Entry(NamedTuple):
    """A stored frame; `klass` is a FrameClass value."""

    seq: int
    klass: str
    frame: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A frame that waits for its number."""

    klass: FrameClass
    before: bytes
    after: bytes
    at: int
    key: str = ""
    """For the delivery line alone: who said what, see `pace`."""

    @classmethod
    def of(cls, data: ServerData, *, at: int, key: str = "", klass: FrameClass | None = None) -> "Draft":
        """A frame with this content, of its own class unless it is to be another."""
        before, after = split_frame(data, at=at)
        return cls(klass or data.klass, before, after, at, key)


@dataclass(frozen=True, slots=True)
class History:
    """Frames of a room up to `position`; `complete` says that none after the asked number is missing."""

    position: Position
    entries: list[Entry] = field(default_factory=list)
    complete: bool = True


def as_text(value: bytes | str) -> str:
    """A Redis answer as text, whatever the client was told to hand out."""
    return value.decode() if isinstance(value, bytes) else value


def as_bytes(value: bytes | str) -> bytes:
    """A Redis answer as bytes, whatever the client was told to hand out."""
    return value if isinstance(value, bytes) else value.encode()


def channel_of(room: str) -> str:
    return f"room:{{{room}}}"


def meta_key(room: str) -> str:
    return f"room:{{{room}}}:meta"


def log_key(room: str) -> str:
    return f"room:{{{room}}}:log"


def user_log_key(room: str, user: str) -> str:
    return f"room:{{{room}}}:user:{user}"


class RoomLog:
    """Writes and reads room logs, with a Redis client that answers in bytes or in text."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._append = redis.register_script(_APPEND)
        self._append_to_user = redis.register_script(_APPEND_TO_USER)
        self._head = redis.register_script(_HEAD)
        self._tail = redis.register_script(_TAIL)

    async def append(self, room: str, drafts: Sequence[Draft]) -> list[Position]:
        """Number, store and announce frames, in this order."""
        keys = [meta_key(room), log_key(room), channel_of(room)]
        said = [draft for draft in drafts if draft.klass in (FrameClass.CHAT, FrameClass.SHADOW)]
        if len(drafts) == 1 and not said:
            return [_position(await self._append(keys=keys, args=self._args(drafts[0])))]
        async with self.redis.pipeline(transaction=False) as pipe:
            for draft in drafts:
                await self._append(keys=keys, args=self._args(draft), client=pipe)
            if said:
                pipe.zadd(ACTIVE_ROOMS, {room: said[-1].at / 1000})
            return [_position(answer) for answer in (await pipe.execute())[: len(drafts)]]

    async def append_to_user(self, room: str, user: str, data: ServerData, *, at: int) -> Position:
        """A kept frame for one person; numbered per person in `n`, so others see no gap.

        Numbers follow the clock, so that they go on rising when Redis has forgotten the last one.
        """
        before, after = split_frame(data, at=at, number=b"n")
        answer = await self._append_to_user(
            keys=[meta_key(room), log_key(room), channel_of(room), user_log_key(room, user)],
            args=[new_epoch(), LOG_LIFETIME_MS, USER_LOG_FRAMES, user, before, after, at],
        )
        return _position(answer)

    async def announce(self, room: str, data: ServerData, *, at: int, key: str = "") -> None:
        """A lossy frame: on its way at once, stored nowhere. The newest of one key replaces the others."""
        header = envelope_header(FrameClass.LOSSY, f"{data.kind}:{key}")
        await self.redis.publish(channel_of(room), header + encode_frame(data, at=at))

    async def pass_on(self, room: str, envelope: Envelope) -> None:
        """An unnumbered frame for an addressee (`v` one viewer, `h` the hosts), or a control message (`x`)."""
        header = envelope_header(envelope.klass, envelope.key)
        await self.redis.publish(channel_of(room), header + envelope.frame)

    async def head(self, room: str, *, last: int = 0) -> History:
        """Where the room is now, with its last frames, oldest first. Opens an epoch when there is none."""
        answer = await self._head(
            keys=[meta_key(room), log_key(room)], args=[new_epoch(), LOG_LIFETIME_MS, max(last, 1)]
        )
        entries = _entries(reversed(answer[2])) if last else []
        return History(_position(answer), entries)

    async def tail(self, room: str, after: int, *, epoch: str = "") -> History:
        """Every frame numbered above `after`; not complete when some have left the log already.

        Who has seen number `after` of that epoch while the log is not so far knows that Redis came back with an older
        state. Its numbers have been given out before: the room gets a new epoch.
        """
        answer = await self._tail(
            keys=[meta_key(room), log_key(room)],
            args=[new_epoch(), LOG_LIFETIME_MS, f"{after + 1}-0", epoch, after],
        )
        position, entries = _position(answer), _entries(answer[2])
        complete = len(entries) == max(position.seq - after, 0) and after <= position.seq
        return History(position, entries, complete)

    async def user_tails(
        self, room: str, asked: Sequence[tuple[str, int | None, Position]]
    ) -> list[list[tuple[int, bytes]]]:
        """For each (person, `after`, `since`) their frames with their numbers: those above `after`, or else all since
        the room was at that place. A place in another epoch than the present one lies before all of them."""
        async with self.redis.pipeline(transaction=False) as pipe:
            pipe.hget(meta_key(room), "epoch")
            for user, after, _ in asked:
                pipe.xrange(user_log_key(room, user), "-" if after is None else f"{after + 1}-0", "+")
            epoch, *answers = await pipe.execute()
        found = []
        for (_, after, since), rows in zip(asked, answers, strict=True):
            since_seq = since.seq if since.epoch == as_text(epoch or "") else 0
            entries = [
                (int(as_text(stream_id).partition("-")[0]), {as_text(name): value for name, value in row.items()})
                for stream_id, row in rows
            ]
            found.append(
                [
                    (number, as_bytes(values["f"]))
                    for number, values in entries
                    if after is not None or int(values["a"]) >= since_seq
                ]
            )
        return found

    @staticmethod
    def _args(draft: Draft) -> list[Any]:
        return [new_epoch(), LOG_LIFETIME_MS, LOG_FRAMES, draft.klass.value, draft.before, draft.after, draft.key]


def new_epoch() -> str:
    return secrets.token_hex(6)


def _position(answer: Sequence[Any]) -> Position:
    return Position(as_text(answer[0]), int(answer[1]))


def _entries(rows: Any) -> list[Entry]:
    found = []
    for stream_id, fields in rows:
        values = {as_text(name): value for name, value in zip(fields[::2], fields[1::2], strict=True)}
        seq = int(as_text(stream_id).partition("-")[0])
        found.append(Entry(seq, as_text(values["c"]), as_bytes(values["f"])))
    return found
