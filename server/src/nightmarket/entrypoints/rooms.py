"""Rooms inside the web server of the embedded default: same sockets, same hub, no second process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from nightmarket.entrypoints.edge import allowed_origins
from nightmarket.entrypoints.edge_settings import realtime_limits
from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.public import InProcessBackend
from nightmarket.modules.rooms.realtime.gateway import Gateway
from nightmarket.modules.rooms.realtime.hub import Hub
from nightmarket.modules.rooms.realtime.socketio.endpoint import Application, SocketIoEndpoint
from nightmarket.modules.rooms.realtime.socketio.serving import embedded
from nightmarket.modules.rooms.realtime.tickets import TicketSigner


class EmbeddedRooms:
    """The realtime gateway of this process, for uvicorn to mount."""

    def __init__(self, ctx: Context) -> None:
        limits = realtime_limits(ctx.settings.edge)
        self.hub = Hub(ctx.redis, InProcessBackend(ctx), limits=limits, clock=ctx.clock)
        gateway = Gateway(
            self.hub, TicketSigner(ctx.secret), allowed_origins=allowed_origins(ctx.settings), clock=ctx.clock
        )
        self._socketio = SocketIoEndpoint(gateway)
        self.protocols: dict[str, Any] = embedded(gateway, self._socketio)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Rooms are open inside."""
        await self.hub.start()
        await self._socketio.start()
        try:
            yield
        finally:
            await self.hub.stop()

    def in_front_of(self, app: Application) -> Application:
        """The application with the Socket.IO endpoint before it."""
        return self._socketio.in_front_of(app)

    async def empty(self) -> None:
        """Send everybody elsewhere, while there still is a web server to tell them by."""
        await self.hub.drain()
        await self._socketio.stop()
