"""Redis, or its in-process stand-in. What is kept here may be lost at any moment without losing an order.

A Redis that is gone refuses at once; one that is frozen, or behind a line that swallows everything, makes its askers
wait. So that not each of them does: after an answer that did not come, one asker a second tries again and the others
are told at once that it is not there. They can do without.
"""

import time
from typing import Any, Final, cast
from weakref import WeakSet

import fakeredis
import redis.asyncio as aioredis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

Redis = aioredis.Redis

_ANSWER_SECONDS: Final = 2
_PAUSE_SECONDS: Final = 1.0


def connect_redis(url: str | None) -> Redis:
    """A client with text answers. Without a URL: fakeredis, shared by everything in this process.

    One that does not answer is given up soon. Subscribers name their own waits.
    """
    if url is None:
        return cast("Redis", fakeredis.FakeAsyncRedis(server=_embedded_server(), decode_responses=True))
    kind = _KINDS[url.partition(":")[0]]
    pool = _Pool.from_url(
        url,
        connection_class=kind,
        patience=_Patience(),
        decode_responses=True,
        health_check_interval=30,
        socket_connect_timeout=_ANSWER_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
    )
    return aioredis.Redis.from_pool(pool)


class StandIn:
    """The stand-in behind a client, for those who keep things of their own beside it and forget them when it does."""

    def __init__(self, server: Any) -> None:
        self.server = server

    def __contains__(self, key: str) -> bool:
        return key.encode() in self.server.dbs[0]


def stand_in_of(redis: Redis) -> StandIn | None:
    """The stand-in this client was connected to without a URL; None for any other Redis."""
    server = redis.connection_pool.connection_kwargs.get("server")
    return StandIn(server) if server in _servers else None


class _Patience:
    """Whether it is worth waiting for an answer."""

    def __init__(self) -> None:
        self._lost_until = 0.0

    def check(self) -> None:
        """Raises ConnectionError while nobody should ask."""
        if not self._lost_until:
            return
        now = time.monotonic()
        if now < self._lost_until:
            raise RedisConnectionError("Redis does not answer at the moment")
        self._lost_until = now + _PAUSE_SECONDS  # whoever asks now tries for everybody

    def lose(self) -> None:
        """An answer did not come in time."""
        self._lost_until = time.monotonic() + _PAUSE_SECONDS

    def regain(self) -> None:
        """An answer came."""
        self._lost_until = 0.0


class _Watched(aioredis.Connection):
    """A connection that tells whether answers come."""

    def __init__(self, *, patience: _Patience, **options: Any) -> None:
        super().__init__(**options)
        self._patience = patience

    async def connect(self) -> None:
        """See the library."""
        try:
            await super().connect()  # type: ignore[no-untyped-call]
        except RedisTimeoutError:
            self._patience.lose()
            raise

    async def read_response(self, *asked: Any, **options: Any) -> Any:
        """See the library. Subscribers, who name a wait, are used to hearing nothing."""
        try:
            answer = await super().read_response(*asked, **options)
        except RedisTimeoutError:
            if len(asked) < 2 and options.get("timeout") is None:
                self._patience.lose()
            raise
        self._patience.regain()
        return answer


class _WatchedTls(_Watched, aioredis.SSLConnection):
    """The same over TLS."""


class _WatchedUnix(_Watched, aioredis.UnixDomainSocketConnection):
    """The same over a socket in the file system."""


_KINDS: Final[dict[str, type[_Watched]]] = {"redis": _Watched, "rediss": _WatchedTls, "unix": _WatchedUnix}


class _Pool(aioredis.ConnectionPool):
    """Connections for those who may ask."""

    async def get_connection(self, command_name: Any = None, *keys: Any, **options: Any) -> Any:
        """See the library."""
        self.connection_kwargs["patience"].check()
        return await super().get_connection(command_name, *keys, **options)  # type: ignore[no-untyped-call]


def _embedded_server() -> Any:
    global _server  # noqa: PLW0603  (one stand-in per process, like one Redis per machine)
    if _server is None:
        _server = fakeredis.FakeServer()
        _servers.add(_server)
    return _server


_server: Any = None
_servers: WeakSet[Any] = WeakSet()


def use_fresh_stand_in() -> None:
    """Forget everything in the stand-in: what a restart does. For tests."""
    global _server  # noqa: PLW0603
    _server = None
