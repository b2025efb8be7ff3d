"""All streams of this server: letting publishers in, ending shows, finding what earlier runs left on disk."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from nightmarket.media.access import Doorkeeper, read_protection, write_protection
from nightmarket.media.config import MediaConfig
from nightmarket.media.finish import FINAL, REPORTED, Finisher, report_recorded
from nightmarket.media.hooks import Events, HookClient
from nightmarket.media.ingest import Publication, Source
from nightmarket.media.journal import JOURNAL
from nightmarket.media.ladder.ladder import Ladder, LadderRules, Ladders
from nightmarket.media.names import is_stream_id
from nightmarket.media.poster import POSTER, Posters
from nightmarket.media.recovery import recover
from nightmarket.media.store import Store
from nightmarket.media.stream import State, Stream

log = structlog.get_logger()

DISK_THREADS = 4


class Streams:
    """Streams that are not yet plain files; implements `ingest.Gate`."""

    def __init__(
        self,
        config: MediaConfig,
        client: HookClient,
        events: Events,
        *,
        finisher: Finisher,
        posters: Posters,
        now: Callable[[], float],
    ) -> None:
        self._config = config
        self._doorkeeper = Doorkeeper(
            client, fresh_seconds=config.key_fresh_seconds, stale_seconds=config.key_stale_seconds
        )
        self._events = events
        self._finisher = finisher
        self._posters = posters
        self._now = now
        self._executor = ThreadPoolExecutor(DISK_THREADS, "media-disk")
        self._streams: dict[str, Stream] = {}
        self._finishing: dict[str, asyncio.Task[None]] = {}
        self.directory = config.data_dir / "streams"
        rules = LadderRules(config.ladder, config.ladder_shows, config.window_segments + 2)
        self.ladders = Ladders(finisher.ffmpeg, rules)
        self.condition: dict[str, bool] = {}
        """How the machine is doing: part of every health report."""

    def get(self, stream_id: str) -> Stream | None:
        """A stream of this server that is not plain files yet."""
        return self._streams.get(stream_id)

    def all(self) -> list[Stream]:
        """Every such stream."""
        return list(self._streams.values())

    @property
    def failed_writes(self) -> int:
        """Writes of these streams that did not work."""
        return sum(stream.store.failed_count for stream in self._streams.values())

    def finished_directory(self, stream_id: str) -> Path | None:
        """Where a finished show's files are."""
        directory = self.directory / stream_id
        return directory if is_stream_id(stream_id) and (directory / FINAL).is_file() else None

    async def authorize(self, key: str, remote: str) -> str:
        """See `Gate`."""
        stream_id = (await self._doorkeeper.authorize(key, remote)).stream
        stream = self._streams.get(stream_id)
        if stream is not None:
            stream.refuse_second()
        return stream_id

    async def admit(self, key: str, remote: str, source: Source) -> Publication:
        """See `Gate`."""
        grant = await self._doorkeeper.authorize(key, remote)
        stream_id = grant.stream
        if grant.protected is not None:
            await asyncio.to_thread(write_protection, self.directory / stream_id, on=grant.protected)
        stream = self._streams.get(stream_id)
        if stream is None:
            stream = self._create(stream_id)
        if grant.protected is not None:
            stream.is_protected = grant.protected
        if stream_id not in self._streams:
            if self.finished_directory(stream_id) is not None:
                stream.state = State.FINISHED
            else:
                self._streams[stream_id] = stream
        return stream.attach(source)

    def finish(self, stream_id: str) -> bool:
        """Ends a show for good. False when there is no such show here."""
        self._doorkeeper.revoke(stream_id)
        stream = self._streams.get(stream_id)
        if stream is None:
            return self.finished_directory(stream_id) is not None
        if stream.state is not State.FINISHED:
            stream.finish()
            self._start_finishing(stream)
        return True

    async def protect(self, stream_id: str, *, on: bool) -> bool:
        """From now on only players with a token may watch, or everybody. False when there is no such show here."""
        self._doorkeeper.revoke(stream_id)
        stream = self._streams.get(stream_id)
        if stream is not None:
            stream.is_protected = on
        elif await asyncio.to_thread(self.finished_directory, stream_id) is None:
            return False
        await asyncio.to_thread(write_protection, self.directory / stream_id, on=on)
        return True

    async def is_protected(self, stream_id: str) -> bool:
        """Whether only players with a token may watch."""
        stream = self._streams.get(stream_id)
        if stream is not None:
            return stream.is_protected
        return await asyncio.to_thread(read_protection, self.directory / stream_id)

    async def settled(self, stream_id: str) -> None:
        """Waits until a show that was ended is plain files."""
        task = self._finishing.get(stream_id)
        if task is not None:
            await asyncio.wait([task])

    def kick(self, stream_id: str) -> bool:
        """Drops the current publisher; its key is asked about again. False when there is no such show here."""
        self._doorkeeper.revoke(stream_id)
        stream = self._streams.get(stream_id)
        if stream is None:
            return self.finished_directory(stream_id) is not None
        stream.kick("The stream key has changed.")
        return True

    async def recover(self) -> None:
        """Takes up every show an earlier process left behind."""
        await asyncio.to_thread(self._finisher.clear_leftovers)
        for directory in await asyncio.to_thread(self._leftovers):
            try:
                if (directory / FINAL).is_file():
                    facts = json.loads(await asyncio.to_thread((directory / FINAL).read_text))
                    report_recorded(self._events, directory, facts)
                else:
                    await self._recover_one(directory)
            except (OSError, ValueError, KeyError) as error:
                log.error("recovery.failed", stream=directory.name, error=repr(error))

    async def tend(self) -> None:
        """Regular care: health reports, first posters, forgetting streams that never began."""
        for stream in self.all():
            stream.report_health(self.condition)
            is_unused = stream.state is State.NEW and not stream.timeline.segments
            if is_unused and not stream.is_publishing:
                self._streams.pop(stream.id, None)
                stream.fanout.ended()
            elif stream.newest_key_frame is not None and not (stream.store.directory / POSTER).exists():
                await self._posters.refresh(stream)

    async def close(self) -> None:
        """Leaves every show complete on disk, to be continued."""
        for task in list(self._finishing.values()):
            task.cancel()
        await asyncio.gather(*self._finishing.values(), return_exceptions=True)
        for stream in self.all():
            stream.close()
            if stream.ladder is not None:
                await stream.ladder.close()
            await stream.store.drained()
        self._executor.shutdown(wait=False)

    def _leftovers(self) -> list[Path]:
        if not self.directory.is_dir():
            return []
        return [
            directory
            for directory in sorted(self.directory.iterdir())
            if is_stream_id(directory.name) and (directory / JOURNAL).is_file() and not (directory / REPORTED).exists()
        ]

    async def _recover_one(self, directory: Path) -> None:
        stream = self._create(directory.name)
        state = await asyncio.to_thread(recover, directory, stream.timeline)
        self._events.not_before(stream.timeline.changed_at_ms)
        self._streams[stream.id] = stream
        if state == State.FINISHED:
            stream.state = State.FINISHED
            stream.timeline.is_ended = True
            self._start_finishing(stream)
        elif stream.timeline.segments:
            stream.take_up(State(state) if state else State.NEW)

    def _create(self, stream_id: str) -> Stream:
        directory = self.directory / stream_id
        stream = Stream(stream_id, Store(directory, self._executor), self._events, config=self._config, now=self._now)
        stream.is_protected = read_protection(directory)
        stream.ladder = Ladder(stream_id, self.ladders, stream.rules)
        return stream

    def _start_finishing(self, stream: Stream) -> None:
        self._finishing[stream.id] = asyncio.create_task(self._finish(stream))

    async def _finish(self, stream: Stream) -> None:
        try:
            await self._finisher.finish(stream)
            self._posters.forget(stream.id)
            self._streams.pop(stream.id, None)
            self._doorkeeper.forget(stream.id)
        except Exception:
            # The next start tries again.
            log.exception("streams.finish_failed", stream=stream.id)
        finally:
            self._finishing.pop(stream.id, None)
