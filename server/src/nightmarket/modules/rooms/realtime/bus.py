"""The bus between processes: Redis pub/sub, only for rooms that have viewers here.

Pub/sub loses what is said while the connection is down. That is why every numbered frame carries its number, and why
`on_restored` makes the rooms ask the log for what they missed.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.bus_lines import Line, open_line
from nightmarket.modules.rooms.realtime.ending import end_task
from nightmarket.modules.rooms.realtime.log import as_text, channel_of
from nightmarket.modules.rooms.realtime.metrics import BUS_BREAKS

_ALIVE: Final = "rooms:alive"
_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 2.0

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
        self._rooms: dict[bytes, str] = {}
        """By channel."""
        self._confirmed: dict[bytes, asyncio.Event] = {}
        self._line: Line | None = None
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
        self._rooms[channel.encode()] = room
        confirmed = self._confirmed.setdefault(channel.encode(), asyncio.Event())
        await self._up.wait()
        await self._say("subscribe", channel)
        await confirmed.wait()

    async def unsubscribe(self, room: str) -> None:
        """No more messages of the room."""
        channel = channel_of(room)
        self._rooms.pop(channel.encode(), None)
        self._confirmed.pop(channel.encode(), None)
        if self._up.is_set():
            await self._say("unsubscribe", channel)

    async def _say(self, command: str, channel: str) -> None:
        # A failure is the reader's to repair: it subscribes to all rooms again.
        with contextlib.suppress(RedisError, OSError):
            if self._line is not None:
                await self._line.say(command, channel)

    async def _run(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                self._line = await open_line(self._redis, self._take)
                # Confirmations come in order: the one of the last channel stands for all of them.
                await self._line.say("subscribe", *map(as_text, self._rooms), _ALIVE)
                await self._line.read()
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

    def _take(self, kind: bytes, channel: bytes, said: bytes) -> None:
        if kind == b"message":
            room = self._rooms.get(channel)
            if room is not None:
                self._hand_over(room, said)
        elif kind == b"subscribe":
            self._confirm(channel)

    def _hand_over(self, room: str, raw: bytes) -> None:
        try:
            self._on_message(room, raw)
        except Exception:
            # One line we cannot read (a newer build's, say) must not silence every room of this process.
            log.exception("rooms.delivery_failed", room=room)

    def _confirm(self, channel: bytes) -> None:
        if channel in self._confirmed:
            self._confirmed[channel].set()
        if channel == _ALIVE.encode() and not self._up.is_set():
            self._up.set()
            if self.is_lost:
                self.is_lost = False
                log.info("rooms.bus_restored", rooms=len(self._rooms))
                self._on_restored()

    async def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()
