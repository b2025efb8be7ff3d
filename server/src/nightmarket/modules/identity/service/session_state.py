"""Whether a session is still good, answered from Redis and settled by the database.

Redis keeps `live` for a minute and `ended` until the last access token has run out. Whatever Redis has forgotten or
cannot say is asked of the database, so a lost Redis never revives a session. `live` never overwrites `ended`.

The hottest routes may go by what this process heard in the last two seconds, and ask for many sessions at once.
"""

import time
from collections.abc import Mapping, Sequence
from functools import partial

from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.kernel.gathering import Gathering
from nightmarket.modules.identity import repository

_LIVE = "live"
_ENDED = "ended"
_LIVE_SECONDS = 60
_LATELY_SECONDS = 2.0
_MOST_REMEMBERED = 50_000


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


class LiveLately:
    """Sessions this process has just seen to be live."""

    def __init__(self, ctx: Context) -> None:
        self._until: dict[str, float] = {}
        self._asking: Gathering[str, bool] = Gathering(partial(_are_live, ctx))

    @classmethod
    def of(cls, ctx: Context) -> "LiveLately":
        """The one of this process."""
        known: LiveLately | None = ctx.ports.get(cls)
        if known is None:
            known = ctx.ports[cls] = cls(ctx)
        return known

    def is_known(self, session_id: str) -> bool:
        """Whether it was live a moment ago."""
        return self._until.get(session_id, 0.0) > time.monotonic()

    async def check(self, session_id: str) -> bool:
        """The same, asking if need be."""
        if self.is_known(session_id):
            return True
        if not await self._asking.get(session_id):
            return False
        if len(self._until) >= _MOST_REMEMBERED:
            self._until.clear()
        self._until[session_id] = time.monotonic() + _LATELY_SECONDS
        return True

    def forget(self, session_ids: Sequence[str]) -> None:
        """They have ended."""
        for session_id in session_ids:
            self._until.pop(session_id, None)


async def _are_live(ctx: Context, session_ids: Sequence[str]) -> Mapping[str, bool]:
    try:
        known = await ctx.redis.mget([_key(session_id) for session_id in session_ids])
    except (RedisError, OSError):
        known = [None] * len(session_ids)
    states = {one: str(said) == _LIVE for one, said in zip(session_ids, known, strict=True) if said is not None}
    unknown = [session_id for session_id in session_ids if session_id not in states]
    if not unknown:
        return states
    async with ctx.reader() as session:
        live = await repository.live_among(session, unknown, ctx.clock())
    for session_id in live:
        await _remember_live(ctx, session_id)
    return states | {session_id: session_id in live for session_id in unknown}


async def say_ended(ctx: Context, session_ids: Sequence[str]) -> None:
    """Have every process refuse the access tokens of these sessions from now on."""
    LiveLately.of(ctx).forget(session_ids)
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
