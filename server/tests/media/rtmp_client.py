"""A hand-held RTMP encoder, for saying what ffmpeg would never say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nightmarket.media.rtmp.amf0 import Amf, decode_all, encode_all
from nightmarket.media.rtmp.chunks import COMMAND_AMF0, ChunkReader, ChunkWriter, Message

HANDSHAKE = bytes([3]) + bytes(1536)


class RtmpClient:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._chunks = ChunkReader(max_message=1 << 22, max_chunk=1 << 20)
        self._out = ChunkWriter()
        self._messages: list[Message] = []

    async def shake_hands(self) -> None:
        """The client's half of the handshake."""
        self.writer.write(HANDSHAKE)
        await self.reader.readexactly(1 + 2 * 1536)
        self.writer.write(bytes(1536))

    def command(self, *values: Amf | int, stream_id: int = 0) -> None:
        """Sends a command."""
        self.send(Message(COMMAND_AMF0, stream_id, 0, encode_all(*values)))

    def send(self, message: Message) -> None:
        """Sends anything."""
        self.writer.write(self._out.write(message))

    async def publish(self, key: str) -> list[Amf]:
        """Connects and publishes; returns the status that answers."""
        await self.shake_hands()
        self.command("connect", 1, {"app": "live", "fourCcList": ["av01", "hvc1"]})
        self.command("createStream", 2, None)
        self.command("publish", 3, None, key, "live", stream_id=1)
        return await self.status()

    async def status(self) -> list[Amf]:
        """The next onStatus."""
        while True:
            values = await self.next_command()
            if values[0] == "onStatus":
                return values

    async def next_command(self) -> list[Amf]:
        """The next command from the server."""
        while True:
            while self._messages:
                message = self._messages.pop(0)
                if message.type_id == COMMAND_AMF0:
                    return decode_all(message.payload)
            await self.receive()

    async def next_of(self, type_id: int) -> Message:
        """The next message of a type; others are skipped."""
        while True:
            while self._messages:
                message = self._messages.pop(0)
                if message.type_id == type_id:
                    return message
            await self.receive()

    async def receive(self) -> None:
        """Reads once."""
        data = await self.reader.read(65536)
        if not data:
            raise ConnectionResetError
        self._messages += self._chunks.feed(data)

    async def closed(self, within: float) -> None:
        """Waits until the server hangs up."""
        async with asyncio.timeout(within):
            try:
                while await self.reader.read(65536):
                    pass
            except ConnectionError:
                pass


@asynccontextmanager
async def rtmp_client(port: int) -> AsyncIterator[RtmpClient]:
    """An open connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RtmpClient(reader, writer)
    finally:
        writer.close()


def described(status: list[Amf]) -> tuple[str, str]:
    """Code and description of an onStatus."""
    info = status[3]
    assert isinstance(info, dict)
    return str(info["code"]), str(info["description"])
