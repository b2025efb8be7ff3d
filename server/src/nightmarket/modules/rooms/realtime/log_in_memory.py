"""The log of a room where Redis is the stand-in of this process: the same answers without scripts.

The stand-in runs a script some ten times slower than it stores and tells. Here the frames lie in this process's memory,
which is as lasting as the stand-in, and only what is told goes through it. A mark in the stand-in says that the room is
known there: when it is gone, so is the room, and nobody mistakes old numbers for new ones.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from redis.asyncio import Redis

from nightmarket.kernel.redis import StandIn, stand_in_of
from nightmarket.modules.rooms.realtime.frames import split_frame
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, ServerData
from nightmarket.modules.rooms.realtime.log import (
    ACTIVE_ROOMS,
    LOG_FRAMES,
    LOG_LIFETIME_MS,
    USER_LOG_FRAMES,
    Draft,
    Entry,
    History,
    Position,
    RoomLog,
    channel_of,
    meta_key,
    new_epoch,
)


class _Room:
    """One room's frames, and those for single people."""

    def __init__(self) -> None:
        self.epoch = new_epoch()
        self.seq = 0
        self.frames: deque[Entry] = deque(maxlen=LOG_FRAMES)
        self.numbers: dict[str, int] = {}
        self.private: dict[str, deque[tuple[int, int, bytes]]] = {}
        """By person: number, place of the room at that time, frame."""
        self.used_at = time.monotonic()
        self.is_marked = False
        self.turn = asyncio.Lock()
        """Numbers are told in the order in which they were given out."""

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.seq)


_memories: WeakKeyDictionary[Any, dict[str, _Room]] = WeakKeyDictionary()


def room_log(redis: Redis) -> RoomLog:
    """The log for this Redis."""
    stand_in = stand_in_of(redis)
    return RoomLog(redis) if stand_in is None else MemoryRoomLog(redis, stand_in)


class MemoryRoomLog(RoomLog):
    """See `RoomLog`. All logs on the same stand-in share their rooms."""

    def __init__(self, redis: Redis, stand_in: StandIn) -> None:
        super().__init__(redis)
        self._stand_in = stand_in
        self._rooms = _memories.setdefault(stand_in.server, {})

    async def append(self, room: str, drafts: Sequence[Draft]) -> list[Position]:
        """See `RoomLog`."""
        said = [draft for draft in drafts if draft.klass in (FrameClass.CHAT, FrameClass.SHADOW)]
        found = await self._open(room)
        channel = channel_of(room)
        places = []
        async with found.turn, self.redis.pipeline(transaction=False) as pipe:
            for draft in drafts:
                found.seq += 1
                frame = b"%b%d%b" % (draft.before, found.seq, draft.after)
                found.frames.append(Entry(found.seq, draft.klass.value, frame))
                header = f"{draft.klass.value}|{draft.key}|{found.epoch}|{found.seq}\n"
                pipe.publish(channel, header.encode() + frame)
                places.append(found.position)
            if said:
                pipe.zadd(ACTIVE_ROOMS, {room: said[-1].at / 1000})
            await pipe.execute()
        return places

    async def append_to_user(self, room: str, user: str, data: ServerData, *, at: int) -> Position:
        """See `RoomLog`."""
        before, after = split_frame(data, at=at, number=b"n")
        found = await self._open(room)
        async with found.turn:
            number = found.numbers[user] = max(found.numbers.get(user, 0) + 1, at)
            frame = b"%b%d%b" % (before, number, after)
            mine = found.private.setdefault(user, deque(maxlen=USER_LOG_FRAMES))
            mine.append((number, found.seq, frame))
            place = Position(found.epoch, number)
            await self.redis.publish(channel_of(room), f"u|{user}|{found.epoch}|{number}\n".encode() + frame)
        return place

    async def head(self, room: str, *, last: int = 0) -> History:
        """See `RoomLog`."""
        found = await self._open(room)
        return History(found.position, list(found.frames)[-last:] if last else [])

    async def tail(self, room: str, after: int, *, epoch: str = "") -> History:
        """See `RoomLog`."""
        found = await self._open(room)
        if epoch == found.epoch and found.seq < after:
            found.epoch, found.seq = new_epoch(), 0
            found.frames.clear()
        entries = [entry for entry in found.frames if entry.seq > after]
        complete = len(entries) == max(found.seq - after, 0) and after <= found.seq
        return History(found.position, entries, complete)

    async def user_tails(
        self, room: str, asked: Sequence[tuple[str, int | None, Position]]
    ) -> list[list[tuple[int, bytes]]]:
        """See `RoomLog`."""
        found = self._known(room)
        answers = []
        for user, after, since in asked:
            mine = found.private.get(user, ()) if found else ()
            since_seq = since.seq if found and since.epoch == found.epoch else 0
            answers.append(
                [
                    (number, frame)
                    for number, seq, frame in mine
                    if (seq >= since_seq if after is None else number > after)
                ]
            )
        return answers

    def _known(self, room: str) -> _Room | None:
        found = self._rooms.get(room)
        if found is None or (found.is_marked and meta_key(room) not in self._stand_in):
            return None
        return found

    async def _open(self, room: str) -> _Room:
        found = self._known(room)
        if found is None:
            self._forget_old()
            found = self._rooms[room] = _Room()
            await self.redis.hset(meta_key(room), "epoch", found.epoch)
            found.is_marked = True
        found.used_at = time.monotonic()
        return found

    def _forget_old(self) -> None:
        limit = time.monotonic() - LOG_LIFETIME_MS / 1000
        for room in [name for name, found in self._rooms.items() if found.used_at < limit]:
            del self._rooms[room]
