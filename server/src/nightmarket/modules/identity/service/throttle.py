"""Guesses at passwords and codes get slower with every miss.

Counted in Redis under a hash of the name that was tried, whether there is such an account or not. After five misses the
next try has to wait a second, then two, four … up to a minute; after a hundred in a row the password no longer opens
the account for a day, or until it is reset. Fifty misses from one network in a quarter of an hour stop that network.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.kernel.metrics import RATE_LIMITED
from nightmarket.kernel.problems import TooManyRequests

FREE_MISSES: Final = 5
LONGEST_WAIT: Final = 60
MOST_IN_A_ROW: Final = 100
MEMORY_SECONDS: Final = 86_400
NETWORK_MISSES: Final = 50
NETWORK_SECONDS: Final = 900


def wait_after(misses: int, longest: int = LONGEST_WAIT) -> int:
    """Seconds until the next try after so many misses in a row."""
    if misses >= MOST_IN_A_ROW:
        return MEMORY_SECONDS
    return 0 if misses < FREE_MISSES else int(min(longest, 2 ** min(misses - FREE_MISSES, 12)))


@dataclass(frozen=True, slots=True)
class Throttle:
    """Tries of one kind: `log-in`, `password`, `code`."""

    ctx: Context
    kind: str
    longest: int = LONGEST_WAIT

    async def enter(self, who: str, network: str | None) -> int:
        """Before a try: it counts as a miss until it has succeeded. TooManyRequests while it is not time yet.

        How many misses in a row it would be.
        """
        now = self.ctx.clock().timestamp()
        key, fence = self._key(who), self._fence(network, now)
        try:
            async with self.ctx.redis.pipeline(transaction=False) as pipe:
                pipe.hget(key, "until")
                pipe.get(fence)
                until, seen = await pipe.execute()
            wait = float(until or 0) - now
            if network is not None and int(seen or 0) >= NETWORK_MISSES:
                wait = max(wait, NETWORK_SECONDS - now % NETWORK_SECONDS)
            if wait > 0:
                RATE_LIMITED.labels(self.kind).inc()
                raise TooManyRequests(retry_after=max(1, round(wait)))
            misses = int(await self.ctx.redis.hincrby(key, "misses", 1))
            async with self.ctx.redis.pipeline(transaction=False) as pipe:
                pipe.hset(key, "until", str(now + wait_after(misses, self.longest)))
                pipe.expire(key, MEMORY_SECONDS)
                await pipe.execute()
        except (RedisError, OSError):
            return 1
        return misses

    async def missed(self, network: str | None) -> None:
        """It was wrong."""
        if network is None:
            return
        fence = self._fence(network, self.ctx.clock().timestamp())
        try:
            async with self.ctx.redis.pipeline(transaction=False) as pipe:
                pipe.incr(fence)
                pipe.expire(fence, NETWORK_SECONDS + 1)
                await pipe.execute()
        except (RedisError, OSError):
            return

    async def passed(self, who: str) -> None:
        """It was right: the next miss is the first again."""
        try:
            await self.ctx.redis.delete(self._key(who))
        except (RedisError, OSError):
            return

    def _key(self, who: str) -> str:
        return f"misses:{self.kind}:{hashlib.sha256(who.encode(errors='replace')).hexdigest()[:32]}"

    def _fence(self, network: str | None, now: float) -> str:
        return f"misses:{self.kind}:from:{network}:{int(now // NETWORK_SECONDS)}"
