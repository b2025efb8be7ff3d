"""Edges that also speak Socket.IO, and a Node process with real clients."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import uvicorn

from edge.conftest import backend, redis, room  # noqa: F401  (fixtures)
from edge.server import EdgeServer, MemoryBackend, _hello, until
from edge.socketio.node import Node
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.gateway import Gateway, listening_socket, serve
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.socketio.endpoint import SocketIoEndpoint
from nightmarket.modules.rooms.realtime.socketio.serving import SocketIoServer, embedded

StartEdge = Callable[..., Awaitable["SocketIoEdge"]]


class SocketIoEdge(EdgeServer):
    """An edge with both doors: on two ports as a process of its own has them, or on one inside a web server."""

    async def start(self, *, mounting: str, **options: Any) -> None:
        await self.hub.start()
        gateway = Gateway(self.hub, self._signer, clock=self._clock, **options)
        self.endpoint = SocketIoEndpoint(gateway)
        listener = listening_socket("127.0.0.1", 0, self.hub.limits)
        self.port = listener.getsockname()[1]
        if mounting == "own":
            beside = listening_socket("127.0.0.1", 0, self.hub.limits)
            self.socketio_port = beside.getsockname()[1]
            sockets = await serve(gateway, listener)
            server = SocketIoServer(self.endpoint, beside)
            await server.start()

            async def stop() -> None:
                sockets.close()
                await self.hub.stop()
                await server.stop()

        else:
            self.socketio_port = self.port
            stop = await self._start_inside(gateway, listener)
        self._end = stop

    async def _start_inside(self, gateway: Gateway, listener: Any) -> Callable[[], Awaitable[None]]:
        app = self.endpoint.in_front_of(_hello)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", **embedded(gateway, self.endpoint))
        inside = _Inside(config)
        inside.config.load()
        await self.endpoint.start()
        running = asyncio.create_task(inside.serve(sockets=[listener]))
        await until(lambda: inside.started)

        async def stop() -> None:
            await self.hub.drain()
            await self.endpoint.stop()
            inside.should_exit = True
            await running
            await self.hub.stop()

        return stop

    async def stop(self) -> None:
        await self._end()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.socketio_port}"


class _Inside(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
async def start_edge(redis: Redis, backend: MemoryBackend) -> AsyncIterator[StartEdge]:  # noqa: F811
    """Starts edges that end with the test."""
    running: list[SocketIoEdge] = []

    async def start(*, mounting: str = "own", limits: RealtimeLimits | None = None, **options: Any) -> SocketIoEdge:
        server = SocketIoEdge(redis, backend, limits or RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0))
        await server.start(mounting=mounting, **options)
        running.append(server)
        return server

    yield start
    for server in running:
        await server.stop()


@pytest.fixture
async def node() -> AsyncIterator[Node]:
    """`socket.io-client`, in a process of its own."""
    process = await Node.start()
    yield process
    await process.stop()


TRANSPORTS = {
    "polling": {"transports": ["polling"]},
    "websocket": {"transports": ["websocket"]},
    "upgrade": {"transports": ["polling", "websocket"]},
}


@pytest.fixture(params=["own", "uvicorn"])
async def edge(request: pytest.FixtureRequest, start_edge: StartEdge) -> SocketIoEdge:
    """The edge in both mountings."""
    return await start_edge(mounting=request.param)


@pytest.fixture(params=list(TRANSPORTS))
def transport(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each way in."""
    return TRANSPORTS[request.param]
