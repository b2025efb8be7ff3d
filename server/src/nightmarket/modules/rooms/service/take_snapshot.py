"""The state of a room, with the number of the last frame it contains.

The number is read first: whatever happens while the rest is read only repeats what is in it already.
"""

from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.realtime.log import History, Position, RoomLog
from nightmarket.modules.rooms.service.read_chat import latest_chat, message_json
from nightmarket.modules.streams import public as streams

RECENT_FRAMES = 200

log = get_logger(__name__)


async def take_snapshot(ctx: Context, stream_id: str) -> dict[str, Any] | None:
    """Everything a viewer needs to draw the room, and the rules the edge applies; None without such a show."""
    history = await _recent(ctx, stream_id)
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)
        if stream is None:
            return None
        items = await streams.line_up(session, ctx, stream_id)
        return {
            "epoch": history.position.epoch,
            "seq": history.position.seq,
            "state": stream.state,
            "pinned": next((item.id for item in items if item.is_pinned), None),
            "items": [item.as_json() for item in items],
            "chat": await latest_chat(session, stream_id, history.entries),
            **await _rules(session, ctx, stream_id),
        }


async def _recent(ctx: Context, stream_id: str) -> History:
    try:
        return await RoomLog(ctx.redis).head(stream_id, last=RECENT_FRAMES)
    except (RedisError, OSError) as error:
        # Without Redis a room still shows what is for sale and what was said.
        log.warning("rooms.log_unavailable", stream_id=stream_id, error=repr(error))
        return History(Position("", 0))


async def _rules(session: AsyncSession, ctx: Context, stream_id: str) -> dict[str, Any]:
    settings = await repository.settings(session, stream_id)
    slow_mode, pinned = 0, None
    if settings is not None:
        slow_mode = settings.slow_mode_seconds
        if settings.pinned_message_id is not None:
            pinned = await repository.message(session, stream_id, settings.pinned_message_id)
    restrictions = await repository.restrictions(session, stream_id, now=ctx.clock())
    return {
        "slow_mode": slow_mode,
        "pinned_message": None if pinned is None else message_json(pinned),
        "moderation": {
            "slow_mode_seconds": slow_mode,
            "muted": {
                row.user_id: None if row.until is None else int(row.until.timestamp())
                for row in restrictions
                if row.kind == "mute"
            },
            "banned": [row.user_id for row in restrictions if row.kind == "ban"],
        },
    }
