"""Chat moves from the room log into the database, so that it outlives Redis and can be shown with the replay.

Safe to run twice and from several processes: a message is known by its id, and the position that is remembered in
Redis only saves work.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from nightmarket.kernel.clock import from_unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.models import ChatMessageRow
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.log import ACTIVE_ROOMS, LOG_LIFETIME_MS, Entry, RoomLog, as_text
from nightmarket.modules.rooms.realtime.log_in_memory import room_log

IDLE_SECONDS: Final = 600
BATCH: Final = 200

log = get_logger(__name__)


async def archive_active_rooms(ctx: Context) -> None:
    """Every room in which something was said lately."""
    frames = room_log(ctx.redis)
    now = ctx.clock().timestamp()
    rooms: Any = await ctx.redis.zrange(ACTIVE_ROOMS, 0, -1, withscores=True)
    for name, said_at in rooms:
        room = as_text(name)
        try:
            moved = await archive_room(ctx, room, frames=frames)
        except IntegrityError:
            log.info("rooms.archived_by_a_twin", room=room)  # two archivers met; the next run finds nothing to do
            continue
        if not moved and now - said_at > IDLE_SECONDS:
            await ctx.redis.zrem(ACTIVE_ROOMS, room)


async def archive_room(ctx: Context, room: str, *, frames: RoomLog | None = None) -> int:
    """Store what was said since the last time; the number of new messages."""
    if not is_id("str", room):
        await ctx.redis.zrem(ACTIVE_ROOMS, room)
        return 0
    epoch, seq = await _archived(ctx, room)
    history = await (frames or room_log(ctx.redis)).tail(room, seq)
    if history.position.epoch != epoch:
        history = await (frames or room_log(ctx.redis)).tail(room, 0)
    said = [entry for entry in history.entries if entry.klass in (FrameClass.CHAT, FrameClass.SHADOW)]
    stored = 0
    for first in range(0, len(said), BATCH):
        rows = [row_of(room, entry) for entry in said[first : first + BATCH]]
        stored += await ctx.transact(partial(_store, rows))
    if history.entries or history.position.epoch != epoch:
        mark = f"{history.position.epoch}:{history.position.seq}"
        await ctx.redis.set(_key(room), mark, px=LOG_LIFETIME_MS)
    return stored


def row_of(room: str, entry: Entry) -> ChatMessageRow:
    """The row of a chat frame."""
    frame: dict[str, Any] = json.loads(entry.frame)
    data = frame["d"]
    return ChatMessageRow(
        id=data["id"],
        stream_id=room,
        user_id=data["user"]["id"],
        user_name=data["user"]["name"],
        role=data["user"].get("role", "buyer"),
        text=data["text"],
        sent_at=from_unix_ms(frame["at"]),
        deleted_at=None,
        deleted_by=None,
        shadow=entry.klass == FrameClass.SHADOW,
    )


async def _store(rows: Sequence[ChatMessageRow], unit: Unit) -> int:
    known = await repository.known_messages(unit.session, [row.id for row in rows])
    new = [row for row in rows if row.id not in known]
    await unit.add(*new)
    return len(new)


async def _archived(ctx: Context, room: str) -> tuple[str, int]:
    mark = await ctx.redis.get(_key(room))
    if mark is None:
        return "", 0
    epoch, _, seq = as_text(mark).rpartition(":")
    return epoch, int(seq)


def _key(room: str) -> str:
    return f"room:{{{room}}}:archived"
