"""Socket.IO on a port: inside the web server beside the room sockets, or in an edge process on a port of its own."""

import asyncio
import contextlib
import logging
import socket
import ssl
import struct
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from nightmarket.modules.rooms.realtime.gateway import Gateway, tune_socket
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.socketio.endpoint import LINE, SocketIoEndpoint, is_ours
from nightmarket.modules.rooms.realtime.uvicorn_mount import mount

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
_GRACEFUL_SECONDS: Final = 2

# uvicorn writes the address of every WebSocket into its log, and with it the ticket.
_quiet = logging.getLogger("nightmarket.socketio")
_quiet.setLevel(logging.WARNING)


class SocketIoSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which can also be ended from outside the application."""

    def __init__(self, limits: RealtimeLimits, **made_by_uvicorn: Any) -> None:
        super().__init__(**made_by_uvicorn)
        self._limits = limits
        self.logger = _quiet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bounds what a peer that does not read can hold."""
        super().connection_made(transport)
        tune_socket(transport.get_extra_info("socket"), self._limits)
        self.transport.set_write_buffer_limits(high=self._limits.write_high_water_bytes)

    async def run_asgi(self) -> None:
        """The application finds us in its scope."""
        self.scope[LINE] = self  # type: ignore[typeddict-unknown-key]
        await super().run_asgi()

    def hang_up(self) -> None:
        """The application is told that the peer has gone: it writes what waits, and closes."""
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1000, "reason": None})

    def abort(self) -> None:
        """Cut the connection without leaving its unsent bytes in the kernel."""
        if self.disconnected:
            return
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.transport.abort()


def embedded(gateway: Gateway, endpoint: SocketIoEndpoint) -> dict[str, Any]:
    """What to give to `uvicorn.Config` for both kinds of sockets on its port; the path decides."""
    rooms, others = mount(gateway), partial(SocketIoSocket, endpoint.limits)

    class Requests(HttpToolsProtocol):
        def handle_websocket_upgrade(self) -> None:
            path = self.url.partition(b"?")[0].decode("latin-1")
            self.ws_protocol_class = others if is_ours(path) else rooms  # type: ignore[assignment]
            super().handle_websocket_upgrade()

    return {"http": Requests, "ws": rooms} | _options(endpoint.limits)


class SocketIoServer:
    """Socket.IO on a port of its own."""

    def __init__(
        self, endpoint: SocketIoEndpoint, listener: socket.socket, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._endpoint = endpoint
        self._listener = listener
        config = uvicorn.Config(
            endpoint,
            http="httptools",
            ws=partial(SocketIoSocket, endpoint.limits),  # type: ignore[arg-type]
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=_GRACEFUL_SECONDS,
            **_options(endpoint.limits),
        )
        config.load()
        config.ssl = tls
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when clients can come in."""
        await self._endpoint.start()
        self._serving = asyncio.get_running_loop().create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """To be called when the hub has drained."""
        await self._endpoint.stop()
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving


class _Server(uvicorn.Server):
    """uvicorn, with signals left to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _options(limits: RealtimeLimits) -> dict[str, Any]:
    return {"ws_max_size": limits.max_message_bytes, "ws_per_message_deflate": False}
