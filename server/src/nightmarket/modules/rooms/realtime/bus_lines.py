"""The subscriber connection of the bus.

A busy edge spends more on reading the bus than on anything else but its sockets. So a real Redis is read with hiredis
alone, on a connection that the Redis client has opened and introduced itself on; what has no socket of its own, the
stand-in, is read through the client.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final, Protocol

import hiredis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from nightmarket.modules.rooms.realtime.log import as_bytes

SILENCE_SECONDS: Final = 3.0

Take = Callable[[bytes, bytes, bytes], None]
"""Gets what is pushed: its kind, the channel, and for a `message` what was said."""


class Line(Protocol):
    """A connection that is pushed what its channels hear."""

    async def say(self, command: str, *channels: str) -> None:
        """`subscribe` or `unsubscribe`; confirmed by a push of that kind."""

    async def read(self) -> None:
        """Hand over what is pushed. Ends with an error, when the connection breaks or falls silent."""

    async def close(self) -> None:
        """Give the connection up."""


async def open_line(redis: Redis, take: Take) -> Line:
    """A new connection to this Redis."""
    connection: Any = redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    await connection.connect()
    writer = getattr(connection, "_writer", None)
    if isinstance(writer, asyncio.StreamWriter):
        return SocketLine(connection, writer.transport, take)
    await connection.disconnect()
    return ClientLine(redis, take)


class SocketLine(asyncio.Protocol):
    """Bytes from the socket into hiredis, with nothing in between."""

    def __init__(self, connection: Any, transport: asyncio.WriteTransport, take: Take) -> None:
        self._connection = connection
        self._transport = transport
        self._take = take
        self._reader = hiredis.Reader()
        self._lost = asyncio.get_running_loop().create_future()
        self._is_heard = False
        transport.set_protocol(self)

    def data_received(self, data: bytes) -> None:
        """From the transport."""
        self._is_heard = True
        try:
            self._reader.feed(data)
            while (pushed := self._reader.gets()) is not False:
                self._hand_over(pushed)
        except hiredis.HiredisError as error:
            self._lose(RedisConnectionError(repr(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        """From the transport."""
        self._lose(RedisConnectionError(repr(exc)))

    async def say(self, command: str, *channels: str) -> None:
        self._transport.writelines(self._connection.pack_command(command.upper(), *channels))

    async def read(self) -> None:
        is_asked = False
        while True:
            self._is_heard = False
            await asyncio.wait([self._lost], timeout=SILENCE_SECONDS)
            if self._lost.done():
                self._lost.result()
            elif self._is_heard:
                is_asked = False
            elif is_asked:
                raise RedisConnectionError("no answer to a ping")
            else:
                is_asked = True
                self._transport.writelines(self._connection.pack_command("PING"))

    async def close(self) -> None:
        self._lose(RedisConnectionError("closed"))
        self._lost.exception()  # it was asked for: nobody need hear of it
        self._transport.abort()
        # The client's own way of closing would wait for the protocol that was replaced.
        with contextlib.suppress(RedisError, OSError):
            await self._connection.disconnect(nowait=True)

    def _hand_over(self, pushed: Any) -> None:
        if isinstance(pushed, Exception):
            self._lose(RedisConnectionError(repr(pushed)))
        elif isinstance(pushed, list) and len(pushed) == 3:
            kind, channel, said = pushed
            self._take(kind, channel, said if isinstance(said, bytes) else b"")

    def _lose(self, error: Exception) -> None:
        if not self._lost.done():
            self._lost.set_exception(error)


class ClientLine:
    """Through the client's own subscriber, whatever kind of Redis it speaks to."""

    def __init__(self, redis: Redis, take: Take) -> None:
        self._pubsub: Any = redis.pubsub()
        self._take = take

    async def say(self, command: str, *channels: str) -> None:
        await getattr(self._pubsub, command)(*channels)

    async def read(self) -> None:
        is_asked = False
        while True:
            message = await self._pubsub.get_message(timeout=SILENCE_SECONDS)
            if message is not None:
                is_asked = False
                said = message["data"]
                self._take(
                    message["type"].encode(),
                    as_bytes(message["channel"]),
                    as_bytes(said) if isinstance(said, str | bytes) else b"",
                )
            elif is_asked:
                raise RedisConnectionError("no answer to a ping")
            else:
                is_asked = True
                await self._pubsub.ping()

    async def close(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._pubsub.aclose()
