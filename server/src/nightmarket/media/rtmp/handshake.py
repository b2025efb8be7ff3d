"""The simple RTMP handshake, server side."""

import asyncio
import os

VERSION = 3
BLOCK = 1536


class HandshakeError(ValueError):
    """The peer does not speak RTMP."""


async def shake_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    """Greets the peer; returns how many bytes it sent."""
    version = await reader.readexactly(1)
    if version[0] != VERSION:
        raise HandshakeError("not RTMP")
    hello = await reader.readexactly(BLOCK)
    # The complex (digest) handshake is optional for publishers: a zero version field in S1 asks for the simple one.
    writer.write(bytes([VERSION]) + bytes(8) + os.urandom(BLOCK - 8) + hello)
    await writer.drain()
    await reader.readexactly(BLOCK)
    return 1 + 2 * BLOCK
