"""Redis, or its in-process stand-in. What is kept here may be lost at any moment without losing an order."""

from typing import Any, cast

import fakeredis
import redis.asyncio as aioredis

Redis = aioredis.Redis


def connect_redis(url: str | None) -> Redis:
    """A client with text answers. Without a URL: fakeredis, shared by everything in this process.

    One that does not answer is given up soon: everybody who asks it can do without. Subscribers name their own waits.
    """
    if url is None:
        return cast("Redis", fakeredis.FakeAsyncRedis(server=_embedded_server(), decode_responses=True))
    return aioredis.from_url(
        url, decode_responses=True, health_check_interval=30, socket_connect_timeout=2, socket_timeout=2
    )


def _embedded_server() -> Any:
    global _server  # noqa: PLW0603  (one stand-in per process, like one Redis per machine)
    if _server is None:
        _server = fakeredis.FakeServer()
    return _server


_server: Any = None


def use_fresh_stand_in() -> None:
    """Forget everything in the stand-in: what a restart does. For tests."""
    global _server  # noqa: PLW0603
    _server = None
