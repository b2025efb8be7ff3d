"""Telling people where they stand: those near the front by a frame at every change, the rest when they ask."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.models import QueueEntry
from nightmarket.modules.rooms.realtime.kinds.buyer import QueuePosition
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher

NEAR: Final = 50
"""So many people are told of every step."""
_PASSES: Final = 3
_REMEMBERED_SECONDS: Final = 36 * 3600


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands; all empty outside the line. With the turn there is no position any more."""

    position: int | None = None
    item_id: str | None = None
    turn: bool = False
    turn_expires_at: datetime | None = None

    def frame(self) -> QueuePosition:
        """What its owner is told."""
        until = self.turn_expires_at
        return QueuePosition(
            self.position,
            self.item_id,
            self.turn,
            None if until is None else until.isoformat().replace("+00:00", "Z"),
        )

    def as_json(self) -> dict[str, Any]:
        """The same for the API."""
        shape: dict[str, Any] = msgspec.to_builtins(self.frame())
        return shape


async def place_of(session: AsyncSession, entry: QueueEntry) -> Place:
    """Where this entry stands."""
    if entry.turn_stream_id is not None:
        return Place(None, entry.item_id, turn=True, turn_expires_at=entry.turn_expires_at)
    return Place(await repository.queue_position(session, entry), entry.item_id)


@job("rooms.tell_queue.v1", queue="realtime")
async def tell_queue(ctx: Context, stream_id: str, left: Sequence[str]) -> None:
    """Send `queue-position` to everybody near the front, and to those who left, whose place is not what they know.

    Another run may have told something older meanwhile, so it looks again until there is nothing to correct.
    """
    say = RoomPublisher(ctx.redis, ctx.clock)
    for _ in range(_PASSES):
        told = await _told(ctx, stream_id)
        places = await _places(ctx, stream_id, {*left, *told})
        news = {user: place for user, place in places.items() if told.get(user) != _text(place)}
        if not news:
            return
        for user, place in news.items():
            await say.publish(stream_id, place.frame(), to_user=user)
        await _remember(ctx, stream_id, news)
        left = ()


async def _places(ctx: Context, stream_id: str, others: set[str]) -> dict[str, Place]:
    """The places of those near the front, of who has the turn, and of the others named."""
    async with ctx.reader() as session:
        places = {user: Place() for user in sorted(others)}
        for number, entry in enumerate(await repository.queue_waiting(session, stream_id, limit=NEAR), 1):
            places[entry.user_id] = Place(number, entry.item_id)
        serving = await repository.queue_turn(session, stream_id)
        if serving is not None:
            places[serving.user_id] = await place_of(session, serving)
        unsure = [user for user, place in places.items() if place == Place()]
        for entry in await repository.queue_entries_of(session, stream_id, unsure):
            places[entry.user_id] = await place_of(session, entry)
        return places


def _text(place: Place) -> str:
    return json.dumps(place.as_json())


def _key(stream_id: str) -> str:
    return f"room:{{{stream_id}}}:queue-told"


async def _told(ctx: Context, stream_id: str) -> dict[str, str]:
    try:
        told: Any = await ctx.redis.hgetall(_key(stream_id))
    except (RedisError, OSError) as error:
        raise Unavailable(retry_after=1) from error
    return dict(told)


async def _remember(ctx: Context, stream_id: str, news: dict[str, Place]) -> None:
    """Forgetting this only means that people are told what they know."""
    gone = [user for user, place in news.items() if place == Place()]
    standing: dict[Any, Any] = {user: _text(place) for user, place in news.items() if place != Place()}
    try:
        async with ctx.redis.pipeline(transaction=False) as pipe:
            if gone:
                pipe.hdel(_key(stream_id), *gone)
            if standing:
                pipe.hset(_key(stream_id), mapping=standing)
                pipe.expire(_key(stream_id), _REMEMBERED_SECONDS)
            await pipe.execute()
    except (RedisError, OSError) as error:
        raise Unavailable(retry_after=1) from error
