"""Rooms inside the web server of the embedded default: same sockets, same hub, no second process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nightmarket.entrypoints.edge import allowed_origins
from nightmarket.entrypoints.edge_settings import realtime_limits
from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.public import InProcessBackend
from nightmarket.modules.rooms.realtime.gateway import Gateway
from nightmarket.modules.rooms.realtime.hub import Hub
from nightmarket.modules.rooms.realtime.tickets import TicketSigner
from nightmarket.modules.rooms.realtime.uvicorn_mount import mount


class EmbeddedRooms:
    """The realtime gateway of this process, for uvicorn to mount."""

    def __init__(self, ctx: Context) -> None:
        limits = realtime_limits(ctx.settings.edge)
        self.hub = Hub(ctx.redis, InProcessBackend(ctx), limits=limits, clock=ctx.clock)
        gateway = Gateway(
            self.hub, TicketSigner(ctx.secret), allowed_origins=allowed_origins(ctx.settings), clock=ctx.clock
        )
        self.socket_protocol: type[asyncio.Protocol] = mount(gateway)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Rooms are open inside."""
        await self.hub.start()
        try:
            yield
        finally:
            await self.hub.stop()
