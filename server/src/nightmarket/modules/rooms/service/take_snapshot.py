"""The state of a room, with the number of the last frame it contains.

The number is read first: whatever happens while the rest is read only repeats what is in it already.
"""

from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms import moderation_repository, repository
from nightmarket.modules.rooms.realtime.log import History, Position
from nightmarket.modules.rooms.realtime.log_in_memory import room_log
from nightmarket.modules.rooms.service.load_rules import load_moderation, public_rules
from nightmarket.modules.rooms.service.read_chat import latest_chat, message_json
from nightmarket.modules.streams import public as streams

RECENT_FRAMES = 200

log = get_logger(__name__)


async def take_snapshot(ctx: Context, stream_id: str, *, for_edge: bool = True) -> dict[str, Any] | None:
    """Everything a viewer needs to draw the room, and the rules the edge applies; None without such a show."""
    history = await _recent(ctx, stream_id)
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)
        if stream is None:
            return None
        items = await streams.line_up(session, ctx, stream_id)
        chat, hidden = await latest_chat(session, stream_id, history.entries)
        rules = await _rules(session, ctx, stream, for_edge=for_edge)
        rules["moderation"]["hidden"] = hidden
        return {
            "epoch": history.position.epoch,
            "seq": history.position.seq,
            "state": stream.state,
            "pinned": next((item.id for item in items if item.is_pinned), None),
            "items": [item.as_json() for item in items],
            "chat": chat,
            **rules,
        }


async def _recent(ctx: Context, stream_id: str) -> History:
    try:
        return await room_log(ctx.redis).head(stream_id, last=RECENT_FRAMES)
    except (RedisError, OSError) as error:
        # Without Redis a room still shows what is for sale and what was said.
        log.warning("rooms.log_unavailable", stream_id=stream_id, error=repr(error))
        return History(Position("", 0))


async def _rules(session: AsyncSession, ctx: Context, stream: streams.StreamView, *, for_edge: bool) -> dict[str, Any]:
    """What everybody may know of the rules, and under `moderation` what is for the edges alone."""
    now = ctx.clock()
    settings = await moderation_repository.settings(session, stream.id)
    pinned = None
    if settings is not None and settings.pinned_message_id is not None:
        pinned = await repository.message(session, stream.id, settings.pinned_message_id)
    rules = public_rules(settings, now=now)
    return {
        "slow_mode": rules["slow_mode_seconds"],
        "rules": rules,
        "pinned_message": None if pinned is None else message_json(pinned),
        "moderation": await load_moderation(session, stream, settings, now=now) if for_edge else {},
    }
