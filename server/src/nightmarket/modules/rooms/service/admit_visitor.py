"""Whether there is room for one more. Redis decides; without it people are let in rather than locked out."""

from typing import Final

from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.errors import RoomFull
from nightmarket.modules.rooms.realtime import seats
from nightmarket.modules.streams.public import StreamView

TICKET_SECONDS: Final = 30
"""Tickets of a room with a limit are for now: they run out before the place that is kept for them does."""
_ASK_AGAIN: Final = ((10, 3), (100, 6))
_ASK_AGAIN_LATER: Final = 10

log = get_logger(__name__)


async def take_place(ctx: Context, stream: StreamView, identity: str, *, device: str) -> None:
    """A place in the room for this person, theirs for a moment; RoomFull says where in line they stand."""
    if stream.viewer_limit is None:
        return
    try:
        position = await seats.Seats(ctx.redis).ask(
            stream.id,
            identity,
            device=device,
            limit=stream.viewer_limit,
            place_seconds=seats.PLACE_SECONDS,
            patience_seconds=seats.PATIENCE_SECONDS,
        )
    except (RedisError, OSError) as error:
        log.warning("rooms.admission_unguarded", stream_id=stream.id, error=repr(error))
        return
    if position:
        raise RoomFull(position=position, retry_after=_ask_again_in(position))


def _ask_again_in(position: int) -> int:
    """Those far back need not ask as often; always well within the patience of the line."""
    return next((seconds for up_to, seconds in _ASK_AGAIN if position <= up_to), _ASK_AGAIN_LATER)
