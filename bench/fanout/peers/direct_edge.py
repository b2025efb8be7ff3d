"""Our hub and gateway without the bus: messages arrive on a socket of this process and are numbered here.

Arguments: port, port for messages, Redis port, room, secret.
"""

import asyncio
import sys
from typing import Any

import uvloop
from nightmarket.kernel.redis import connect_redis
from nightmarket.modules.rooms.realtime.frames import envelope_header
from nightmarket.modules.rooms.realtime.gateway import Gateway, listening_socket, serve
from nightmarket.modules.rooms.realtime.hub import Hub
from nightmarket.modules.rooms.realtime.log import RoomLog
from nightmarket.modules.rooms.realtime.tickets import Ticket, TicketSigner


class Backend:
    """A room nobody sells in."""

    def __init__(self, log: RoomLog) -> None:
        self._log = log

    async def snapshot(self, room: str) -> dict[str, Any]:
        head = await self._log.head(room)
        return {"epoch": head.position.epoch, "seq": head.position.seq, "state": "live", "items": [], "chat": []}

    async def comment(self, _room: str, _viewer: Ticket, _message_id: str, _text: str) -> None:
        """Not an order."""


class Inlet(asyncio.Protocol):
    """Numbers what it reads and hands it to the hub, as the bus would."""

    def __init__(self, hub: Hub, room: str) -> None:
        self._hub = hub
        self._room = room
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *messages, self._rest = (self._rest + data).split(b"\1")
        for message in messages:
            klass, before, after = message.split(b"\0")
            epoch, seq = self._hub.rooms[self._room].position
            header = envelope_header(klass.decode(), "", epoch, seq + 1)
            self._hub._deliver(self._room, header + b"%s%d%s" % (before, seq + 1, after))


async def main(port: int, inlet_port: int, redis_port: int, room: str, secret: str) -> None:
    """Serve until ended."""
    redis = connect_redis(f"redis://127.0.0.1:{redis_port}")
    hub = Hub(redis, Backend(RoomLog(redis)))
    await hub.start()
    await serve(Gateway(hub, TicketSigner(secret)), listening_socket("127.0.0.1", port, hub.limits))
    loop = asyncio.get_running_loop()
    inlet = await loop.create_server(lambda: Inlet(hub, room), "127.0.0.1", inlet_port)
    await inlet.serve_forever()


if __name__ == "__main__":
    port, inlet_port, redis_port, room, secret = sys.argv[1:]
    uvloop.run(main(int(port), int(inlet_port), int(redis_port), room, secret))
