"""Whether a session is still good, answered from Redis and settled by the database.

Redis keeps `live` for a minute and `ended` until the last access token has run out. Whatever Redis has forgotten or
cannot say is asked of the database, so a lost Redis never revives a session. `live` never overwrites `ended`.
"""

from collections.abc import Sequence

from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.modules.identity import repository

_LIVE = "live"
_ENDED = "ended"
_LIVE_SECONDS = 60


async def is_session_live(ctx: Context, session_id: str) -> bool:
    """Whether access tokens of this session are still good."""
    known = await _recall(ctx, session_id)
    if known is not None:
        return known == _LIVE
    async with ctx.reader() as session:
        live = await repository.is_live(session, session_id, ctx.clock())
    if live:
        await _remember_live(ctx, session_id)
    return live


async def say_ended(ctx: Context, session_ids: Sequence[str]) -> None:
    """Have every process refuse the access tokens of these sessions from now on."""
    try:
        async with ctx.redis.pipeline(transaction=False) as pipe:
            for session_id in session_ids:
                pipe.set(_key(session_id), _ENDED, ex=ctx.settings.accounts.access_token_seconds + 60)
            await pipe.execute()
    except (RedisError, OSError):
        return  # the database says the same, at the latest when what Redis knew has run out


async def _recall(ctx: Context, session_id: str) -> str | None:
    try:
        found = await ctx.redis.get(_key(session_id))
    except (RedisError, OSError):
        return None
    return None if found is None else str(found)


async def _remember_live(ctx: Context, session_id: str) -> None:
    try:
        await ctx.redis.set(_key(session_id), _LIVE, ex=_LIVE_SECONDS, nx=True)
    except (RedisError, OSError):
        return


def _key(session_id: str) -> str:
    return f"session-state:{session_id}"
