"""Puts the frames of one process into the room logs, in the order they came, many at a time."""

import asyncio
from collections.abc import Callable

from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.log import Draft, Position, RoomLog

LARGEST_BATCH = 64

Done = Callable[[Position | None], None]

log = get_logger(__name__)


class LogWriter:
    """One writing task per room that has something to write; it ends with its queue."""

    def __init__(self, room_log: RoomLog, loop: asyncio.AbstractEventLoop) -> None:
        self._log = room_log
        self._loop = loop
        self._queues: dict[str, list[tuple[Draft, Done]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, room: str, draft: Draft, done: Done) -> None:
        """Write the draft; `done` gets its place, or None when the log did not take it."""
        queue = self._queues.get(room)
        if queue is not None:
            queue.append((draft, done))
            return
        self._queues[room] = [(draft, done)]
        task = self._loop.create_task(self._drain(room))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Returns when everything is written."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _drain(self, room: str) -> None:
        queue = self._queues[room]
        while queue:
            batch = queue[:LARGEST_BATCH]
            del queue[:LARGEST_BATCH]
            positions: list[Position] | list[None]
            try:
                positions = await self._log.append(room, [draft for draft, _ in batch])
            except (RedisError, OSError) as error:
                log.warning("rooms.append_failed", room=room, frames=len(batch), error=repr(error))
                positions = [None] * len(batch)
            for (_, done), position in zip(batch, positions, strict=True):
                self._tell(room, done, position)
        del self._queues[room]

    @staticmethod
    def _tell(room: str, done: Done, position: Position | None) -> None:
        try:
            done(position)
        except Exception:
            # The room's queue must go on: without its task nobody could write there any more.
            log.exception("rooms.answer_failed", room=room)
