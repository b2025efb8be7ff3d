"""Removes what is no longer wanted here: copies of what object storage has, and shows that were deleted."""

import asyncio
import shutil
from collections.abc import Coroutine
from pathlib import Path

import structlog

from nightmarket.media.disk import trim
from nightmarket.media.names import is_stream_id
from nightmarket.media.streams import Streams

log = structlog.get_logger()


class Clearing:
    """Does it in threads, beside everything else."""

    def __init__(self, streams: Streams, recordings: Path) -> None:
        self._streams = streams
        self._recordings = recordings
        self._tasks: set[asyncio.Task[None]] = set()

    def release(self, stream_id: str) -> bool:
        """Drop the video of a finished show; its poster and its facts stay. False when there is no such show."""
        directory = self._streams.finished_directory(stream_id)
        if directory is None:
            return False
        self._begin(asyncio.to_thread(self._release, directory))
        return True

    def remove(self, stream_id: str) -> bool:
        """Drop all there is of a show. False when there is nothing."""
        if not is_stream_id(stream_id):
            return False
        is_known = self._streams.finish(stream_id)
        if is_known:
            self._begin(self._remove(stream_id))
        return is_known

    async def close(self) -> None:
        """Waits for what was begun."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _release(self, directory: Path) -> None:
        trim(directory)
        (self._recordings / f"{directory.name}.mp4").unlink(missing_ok=True)
        log.info("clearing.released", stream=directory.name)

    async def _remove(self, stream_id: str) -> None:
        await self._streams.settled(stream_id)
        await asyncio.to_thread(shutil.rmtree, self._streams.directory / stream_id, ignore_errors=True)
        await asyncio.to_thread((self._recordings / f"{stream_id}.mp4").unlink, missing_ok=True)
        log.info("clearing.removed", stream=stream_id)
