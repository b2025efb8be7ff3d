"""A realtime edge on real sockets: with the stand-in or a real Redis, as its own server or inside uvicorn."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import fakeredis
import pytest
import redis.asyncio as aioredis

from edge.processes import Doorman, api_of
from edge.server import EdgeServer, MemoryBackend
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.engines import REDIS, require

CALM = RealtimeLimits(presence_seconds=0.05, ping_seconds=600, drain_spread_seconds=0)
"""Ticks often, but asks for a sign of life as rarely as in production: a busy machine is no dead peer."""

StartEdge = Callable[..., Awaitable[EdgeServer]]


@pytest.fixture(params=["stand-in", "redis"])
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    """A client on each kind of Redis."""
    if request.param == "stand-in":
        client: Redis = fakeredis.FakeAsyncRedis(server=fakeredis.FakeServer(), decode_responses=True)
    else:
        require(REDIS, "Redis")
        client = aioredis.from_url(REDIS, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
def backend(redis: Redis) -> MemoryBackend:
    """The features behind the rooms."""
    return MemoryBackend(redis)


@pytest.fixture
def room() -> str:
    """A room nobody else uses."""
    return f"str_{secrets.token_hex(8)}"


@pytest.fixture
async def start_edge(redis: Redis, backend: MemoryBackend) -> AsyncIterator[StartEdge]:
    """Starts edges that end with the test."""
    running: list[EdgeServer] = []

    async def start(
        *,
        mounting: str = "own",
        limits: RealtimeLimits | None = None,
        backend: MemoryBackend = backend,
        **options: object,
    ) -> EdgeServer:
        server = EdgeServer(redis, backend, limits or CALM)
        await server.start(mounting=mounting, **options)
        running.append(server)
        return server

    yield start
    for server in running:
        await server.stop()


@pytest.fixture
async def edge(start_edge: StartEdge) -> EdgeServer:
    """One edge as a server of its own."""
    return await start_edge()


@pytest.fixture
async def api_port(backend: MemoryBackend) -> AsyncIterator[int]:
    """An api on a port, for edges that are processes of their own."""
    async with api_of(backend) as port:
        yield port


@pytest.fixture
def doorman(redis: Redis, backend: MemoryBackend) -> Doorman:
    """Lets viewers into edges that are processes of their own."""
    return Doorman(redis, backend)
