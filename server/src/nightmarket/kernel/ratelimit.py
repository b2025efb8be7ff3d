"""Fixed-window rate limits in Redis. When Redis is away the request passes: a limit is a fence, not a lock."""

from redis.exceptions import RedisError

from nightmarket.kernel.clock import Clock
from nightmarket.kernel.metrics import RATE_LIMITED
from nightmarket.kernel.problems import TooManyRequests
from nightmarket.kernel.redis import Redis


class RateLimiter:
    """Counts hits per key and window, across all processes that share the Redis."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    async def hit(self, name: str, who: str, *, limit: int, seconds: int = 60) -> None:
        """One more use; raises TooManyRequests with `retry_after` above the limit. Limit 0 means none."""
        if limit == 0:
            return
        now = self._clock().timestamp()
        window = int(now // seconds)
        key = f"limit:{name}:{who}:{window}"
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.incr(key)
                pipe.expire(key, seconds + 1)
                count = int((await pipe.execute())[0])
        except (RedisError, OSError):
            return
        if count > limit:
            RATE_LIMITED.labels(name).inc()
            raise TooManyRequests(retry_after=max(1, round((window + 1) * seconds - now)))
