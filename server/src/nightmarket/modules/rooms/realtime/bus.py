"""The bus between processes: Redis pub/sub, only for rooms that have viewers here.

Pub/sub loses what is said while the connection is down. That is why every numbered frame carries its number, and why
`on_restored` makes the rooms ask the log for what they missed.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.ending import end_task
from nightmarket.modules.rooms.realtime.log import as_bytes, as_text, channel_of
from nightmarket.modules.rooms.realtime.metrics import BUS_BREAKS

_ALIVE: Final = "rooms:alive"
_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 2.0
_SILENCE: Final = 3.0

log = get_logger(__name__)


class Bus:
    """One subscriber connection for all rooms of this process."""

    def __init__(
        self,
        redis: Redis,
        on_message: Callable[[str, bytes], None],
        *,
        on_lost: Callable[[], None],
        on_restored: Callable[[], None],
    ) -> None:
        self._redis = redis
        self._on_message = on_message
        self._on_lost = on_lost
        self._on_restored = on_restored
        self._rooms: dict[str, str] = {}
        self._confirmed: dict[str, asyncio.Event] = {}
        self._pubsub: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self.is_lost = False
        """Whether the connection has broken, or was never there, and has not been made again yet."""

    @property
    def is_up(self) -> bool:
        """Whether messages are arriving at the moment."""
        return self._up.is_set()

    def start(self) -> None:
        """Begin to read; reconnects by itself until stopped."""
        self._reader = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop reading and give the connection back."""
        await end_task(self._reader)
        await self._drop()

    async def subscribe(self, room: str) -> None:
        """Returns when every later message of the room will arrive."""
        channel = channel_of(room)
        self._rooms[channel] = room
        confirmed = self._confirmed.setdefault(channel, asyncio.Event())
        await self._up.wait()
        await self._send("subscribe", channel)
        await confirmed.wait()

    async def unsubscribe(self, room: str) -> None:
        """No more messages of the room."""
        channel = channel_of(room)
        self._rooms.pop(channel, None)
        self._confirmed.pop(channel, None)
        if self._up.is_set():
            await self._send("unsubscribe", channel)

    async def _send(self, command: str, channel: str) -> None:
        # A failure is the reader's to repair: it subscribes to all rooms again.
        with contextlib.suppress(RedisError, OSError, AttributeError):
            await getattr(self._pubsub, command)(channel)

    async def _run(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                self._pubsub = self._redis.pubsub()
                # Confirmations come in order: the one of the last channel stands for all of them.
                await self._pubsub.subscribe(*self._rooms, _ALIVE)
                await self._read()
            except (RedisError, OSError) as error:
                self._note_loss(error)
                if self._up.is_set():
                    wait = _FIRST_WAIT
                self._up.clear()
                await self._drop()
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)

    def _note_loss(self, error: Exception) -> None:
        BUS_BREAKS.inc()
        log.warning("rooms.bus_lost", error=repr(error))
        if not self.is_lost:
            self.is_lost = True
            self._on_lost()

    async def _read(self) -> None:
        is_asked = False
        while True:
            message = await self._pubsub.get_message(timeout=_SILENCE)
            if message is not None:
                is_asked = False
                self._take(message)
            elif is_asked:
                raise RedisConnectionError("no answer to a ping")
            else:
                is_asked = True
                await self._pubsub.ping()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "message":
            room = self._rooms.get(as_text(message["channel"]))
            if room is not None:
                self._hand_over(room, as_bytes(message["data"]))
        elif message["type"] == "subscribe":
            self._confirm(as_text(message["channel"]))

    def _hand_over(self, room: str, raw: bytes) -> None:
        try:
            self._on_message(room, raw)
        except Exception:
            # One line we cannot read (a newer build's, say) must not silence every room of this process.
            log.exception("rooms.delivery_failed", room=room)

    def _confirm(self, channel: str) -> None:
        if channel in self._confirmed:
            self._confirmed[channel].set()
        if channel == _ALIVE and not self._up.is_set():
            self._up.set()
            if self.is_lost:
                self.is_lost = False
                log.info("rooms.bus_restored", rooms=len(self._rooms))
                self._on_restored()

    async def _drop(self) -> None:
        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            with contextlib.suppress(RedisError, OSError):
                await pubsub.aclose()
