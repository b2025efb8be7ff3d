"""The edge inside the web server: picows takes over the very socket on which uvicorn has seen an upgrade.

uvicorn makes one object of `ws_protocol_class` per upgrade, feeds it the request head it has parsed, and makes it the
protocol of the transport. Ours is a thin shell around picows' own protocol, which it puts in its place as soon as the
upgrade is through. Until then the shell passes bytes on; afterwards nothing of uvicorn is left on the path.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from picows import WSAutoPingStrategy, WSUpgradeRequest, WSUpgradeResponseWithListener
from picows.api import WSProtocol  # type: ignore[attr-defined]  # picows' stubs leave its protocol out

from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.gateway import QUIET, Gateway, tune_socket
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.socket_viewer import SocketViewer


def socket_protocol(accept: Callable[[WSUpgradeRequest], WSUpgradeResponseWithListener], limits: RealtimeLimits) -> Any:
    """A server-side picows protocol, as `ws_create_server` makes one per connection."""
    return WSProtocol(
        None,
        None,
        False,  # noqa: FBT003  (picows takes positions only)
        accept,
        QUIET,
        True,  # noqa: FBT003
        limits.handshake_seconds,
        False,  # noqa: FBT003
        20,
        20,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        True,  # noqa: FBT003
        limits.max_message_bytes,
        None,
        2048,
    )


class RoomSocket(asyncio.Protocol):
    """One upgrade request on its way from uvicorn to picows."""

    def __init__(self, gateway: Gateway, *, config: Any, server_state: Any, app_state: dict[str, Any]) -> None:
        del config, app_state
        self._gateway = gateway
        self._connections: set[Any] = server_state.connections
        self._inner = socket_protocol(self._accept, gateway.hub.limits)
        self._viewer: SocketViewer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not subclasses
        self._connections.add(self)
        tune_socket(transport.get_extra_info("socket"), self._gateway.hub.limits)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            buffer = self._inner.get_buffer(-1)
            size = min(len(buffer), len(view))
            buffer[:size] = view[:size]
            self._inner.buffer_updated(size)
            view = view[size:]
        if self._viewer is not None and self._transport.get_protocol() is not self._inner:
            self._gateway.hub.loop.call_soon(self._step_aside)

    def _accept(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        answer = self._gateway.accept(request)
        if isinstance(answer.listener, SocketViewer):
            self._viewer = answer.listener
            self._viewer.on_gone = self._forget
        return answer

    def _step_aside(self) -> None:
        if self._transport.is_closing() or self._transport.get_protocol() is self._inner:
            return
        # Reading must stop meanwhile: a transport asks how its protocol takes bytes when it starts to read.
        self._transport.pause_reading()
        self._transport.set_protocol(self._inner)
        self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)
        self._forget()

    def eof_received(self) -> bool | None:
        answer: bool | None = self._inner.eof_received()
        return answer

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def shutdown(self) -> None:
        """uvicorn is stopping."""
        if self._viewer is not None:
            self._viewer.close(CloseCode.DRAINING, "server is stopping")
        else:
            self._transport.close()

    def _forget(self) -> None:
        self._connections.discard(self)


def mount(gateway: Gateway) -> type[asyncio.Protocol]:
    """What to give to uvicorn: `Config(app, ws=mount(gateway))`."""
    return cast("type[asyncio.Protocol]", partial(RoomSocket, gateway))
