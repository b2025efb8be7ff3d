"""Speaks TLS for the C client, outside the measured process. Arguments: port, the TLS server's port."""

import asyncio
import ssl
import sys

import uvloop


class Half(asyncio.Protocol):
    """One end; what it reads goes to the other."""

    def __init__(self, other: "Half | None" = None) -> None:
        self.other = other
        self.transport: asyncio.Transport | None = None
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        for data in self._early:
            self.write(data)
        if self.other is None:
            self.other = Half(self)
            asyncio.get_running_loop().create_task(open_far_end(self.other))

    def write(self, data: bytes) -> None:
        """Out at this end, as soon as it is open."""
        if self.transport is None:
            self._early.append(data)
        else:
            self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.write(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.abort()


context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


async def open_far_end(half: Half) -> None:
    """Connect to the server."""
    await asyncio.get_running_loop().create_connection(lambda: half, "127.0.0.1", int(sys.argv[2]), ssl=context)


async def main() -> None:
    """Serve until ended."""
    server = await asyncio.get_running_loop().create_server(Half, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
