"""A WebSocket client that can misbehave: bytes go out exactly as asked."""

import asyncio
import contextlib
import os
import struct
from typing import Self

from edge.contract import check_message

HEAD = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: {connection}\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


class RawClient:
    """One TCP connection to the edge."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, port: int, path: str, *, connection: str = "Upgrade", more: str = "") -> tuple[Self, str]:
        """Send an upgrade request; the client and the head of the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        client = cls(reader, writer)
        writer.write(HEAD.format(path=path, port=port, connection=connection, more=more).encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        return client, head.decode()

    def send(self, opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> None:
        """Put one frame on the wire."""
        first = (0x80 if fin else 0) | rsv << 4 | opcode
        bit = 0x80 if masked else 0
        if len(payload) < 126:
            head = struct.pack("!BB", first, bit | len(payload))
        elif len(payload) < 65536:
            head = struct.pack("!BBH", first, bit | 126, len(payload))
        else:
            head = struct.pack("!BBQ", first, bit | 127, len(payload))
        mask = os.urandom(4) if masked else b""
        body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)) if masked else payload
        self.writer.write(head + mask + body)

    async def receive(self) -> tuple[int, bytes]:
        """The next frame from the server."""
        async with asyncio.timeout(10):
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            opcode, payload = first & 0x0F, await self.reader.readexactly(size)
            if opcode == TEXT and first & 0x80:
                check_message(payload)
            return opcode, payload

    async def until_close(self) -> int:
        """The close code the server sends, skipping what comes before it."""
        while True:
            opcode, payload = await self.receive()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")

    async def until_text(self, part: bytes) -> bytes:
        """The next text message containing `part`."""
        while True:
            opcode, payload = await self.receive()
            if opcode == TEXT and part in payload:
                return payload

    def forget(self) -> None:
        """Read on without looking."""
        self._reading = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65_536):
                pass

    async def end(self) -> bytes:
        """What comes until the server hangs up."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return
