"""Writes one stream's files in order, in a thread, so that a slow disk never stops the event loop."""

import asyncio
import io
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import structlog

from nightmarket.media.journal import JOURNAL, Record, to_line

log = structlog.get_logger()

MAX_WAITING_BYTES = 32 * 1024 * 1024
Then = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class _Write:
    name: str
    data: bytes
    then: Then | None


class Store:
    """Appends to files of one directory, strictly in the order of the calls."""

    def __init__(self, directory: Path, executor: Executor) -> None:
        self.directory = directory
        self._executor = executor
        self._queue: deque[_Write] = deque()
        self._waiting_bytes = 0
        self._task: asyncio.Task[None] | None = None
        self.failed_count = 0
        """Writes that did not work."""

    def append(self, name: str, data: bytes, then: Then | None = None) -> None:
        """Adds to the end of a file; afterwards `then` hears whether it worked."""
        self._queue.append(_Write(name, data, then))
        self._waiting_bytes += len(data)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    def record(self, record: Record, then: Then | None = None) -> None:
        """Adds a line to the journal."""
        self.append(JOURNAL, to_line(record), then)

    async def relieved(self) -> None:
        """Waits while too much is unwritten: the encoder feels the disk, memory does not."""
        while self._waiting_bytes > MAX_WAITING_BYTES:
            await self.drained()

    async def drained(self) -> None:
        """Waits until everything asked for so far is written."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            batch = list(self._queue)
            self._queue.clear()
            results = await loop.run_in_executor(self._executor, self._write, batch)
            self._waiting_bytes -= sum(len(write.data) for write in batch)
            for write, worked in zip(batch, results, strict=True):
                self.failed_count += not worked
                if write.then is not None:
                    write.then(worked)

    def _write(self, batch: list[_Write]) -> list[bool]:
        return [self._write_one(write) for write in batch]

    def _write_one(self, write: _Write) -> bool:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with (self.directory / write.name).open("ab", buffering=0) as file:
                _append_whole(file, write.data)
        except OSError as error:
            log.error("store.write_failed", stream=self.directory.name, file=write.name, error=str(error))
            return False
        return True


def _append_whole(file: io.FileIO, data: bytes) -> None:
    """All of the data or none of it: half a line would spoil the journal behind it, half a part its segment."""
    start, view = file.tell(), memoryview(data)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError:
        file.truncate(start)
        raise
