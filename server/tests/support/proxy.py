"""A bad network: a TCP proxy whose connections can be frozen, reset, left half open, or made slow."""

import asyncio
import contextlib
import socket
import struct
from typing import Self

_RESET: bytes = struct.pack("ii", 1, 0)


class Proxy:
    """Passes bytes on between its port and another one, for as long as the network is well."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._flows = asyncio.Event()
        self._flows.set()
        self._refuses = False
        self.delay = 0.0
        """Seconds every piece of data is late, in both directions."""
        self._near: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        """Who connected, and the connection made for them."""
        self._orphans: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in (*self._near, *self._near.values(), *self._orphans):
            _reset(writer)

    def freeze(self) -> None:
        """Nothing gets through any more, and nobody is told: new connections open and stay silent."""
        self._flows.clear()

    def thaw(self) -> None:
        """Everything that waited goes on."""
        self._flows.set()

    def cut(self) -> None:
        """Every connection is reset, and new ones are, too."""
        self._refuses = True
        self.reset()

    def reset(self) -> None:
        """Every connection there is breaks with a reset, on both sides."""
        for near, far in list(self._near.items()):
            _reset(near)
            _reset(far)

    def half_open(self) -> None:
        """The near side breaks; the far side is never told, and what it sends goes nowhere."""
        for near in list(self._near):
            self._orphans.append(self._near.pop(near))
            _reset(near)

    def mend(self) -> None:
        """New connections get through again."""
        self._refuses = False
        self._flows.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            _reset(writer)
        finally:
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            _reset(writer)
            return
        await self._flows.wait()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._near[writer] = far_writer
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self._near.pop(writer, None)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data)
                await writer.drain()
        if writer not in self._orphans:
            writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
