"""One show on this server: its publisher, its timeline, its files and what the api is told about it.

    new ── first segment ──▶ live ◀── first part ── interrupted ── grace over ──▶ abandoned
                              └── publisher gone ──▶┘    (abandoned resumes like interrupted)
    any ── control call ──▶ finished

Only the api ends a show: an absent encoder leaves the playlists open.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog

from nightmarket.media.cmaf.init import write_init
from nightmarket.media.cmaf.packager import CutRules, Part
from nightmarket.media.config import MediaConfig
from nightmarket.media.feed import Feed
from nightmarket.media.hooks import HEALTH, Events
from nightmarket.media.ingest import Refused, Source, Taken
from nightmarket.media.journal import PartWritten, RunBegan, SegmentClosed, SegmentOpened, StateChanged
from nightmarket.media.ladder.ladder import Ladder
from nightmarket.media.meter import Meter
from nightmarket.media.store import Store
from nightmarket.media.timeline import Run, Segment, Timeline
from nightmarket.media.units import AccessUnit, AudioFormat, Incoming, VideoFormat
from nightmarket.media.webrtc.fanout import Fanout

log = structlog.get_logger()


class State(StrEnum):
    """Where a stream stands; stored in its journal."""

    NEW = "new"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    ABANDONED = "abandoned"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A picture that can be decoded alone."""

    video: VideoFormat
    data: bytes


class StreamPublication:
    """An admitted publisher; see `ingest.Publication`."""

    def __init__(self, stream: "Stream", source: Source) -> None:
        self._stream = stream
        self.source = source
        self.meter = Meter(source.protocol, since=stream.now())
        self.feed = Feed(stream, stream.rules, self.meter)

    async def take(self, item: Incoming) -> None:
        """Accepts the next thing from the encoder; a replaced publisher is ignored."""
        if self._stream.publication is self:
            self._stream.fanout.take(item)
            self.feed.take(item)
            await self._stream.store.relieved()

    async def close(self, reason: str) -> None:
        """The publisher is gone."""
        self._stream.detach(self, reason)


class Stream:
    """One show; implements `feed.RunSink` for its current publisher."""

    def __init__(
        self, stream_id: str, store: Store, events: Events, *, config: MediaConfig, now: Callable[[], float]
    ) -> None:
        self.id = stream_id
        self.store = store
        self.now = now
        self.timeline = Timeline(config.parts_kept_segments)
        self.state = State.NEW
        self.publication: StreamPublication | None = None
        self.newest_key_frame: KeyFrame | None = None
        self.is_protected = False
        """Whether only players with a token may watch."""
        self.bytes_in = 0
        self.fanout = Fanout()
        self.ladder: Ladder | None = None
        """Its smaller pictures, where the server makes them."""
        self.rules = CutRules(
            round(config.part_seconds * 1000),
            round(config.segment_seconds * 1000),
            round(config.segment_limit_seconds * 1000),
        )
        self._events = events
        self._grace_seconds = config.grace_seconds
        self._newer_replaces = config.newer_replaces
        self._grace: asyncio.TimerHandle | None = None

    @property
    def directory(self) -> Path:
        """Where its files are."""
        return self.store.directory

    @property
    def is_publishing(self) -> bool:
        """Whether an encoder is connected."""
        return self.publication is not None

    def refuse_second(self) -> None:
        """Raises `Taken` while a publisher is connected that newer ones do not replace."""
        if self.publication is not None and not self._newer_replaces:
            raise Taken("Another encoder is publishing this show.")

    def attach(self, source: Source) -> StreamPublication:
        """Lets a publisher in; an older one has to go."""
        if self.state is State.FINISHED:
            raise Refused("This show has ended.")
        older = self.publication
        if older is not None:
            self.refuse_second()
            older.feed.end_run()
        self.publication = StreamPublication(self, source)
        self.fanout.began(source)
        if older is not None:
            older.source.drop("A newer encoder took over this stream.")
        self._stop_grace()
        log.info("stream.publisher_attached", stream=self.id, replaced=older is not None)
        return self.publication

    def detach(self, publication: StreamPublication, reason: str) -> None:
        """A publisher is gone; matters only if it is the current one."""
        if self.publication is not publication:
            return
        publication.feed.end_run()
        self.publication = None
        self.fanout.left()
        if self.ladder is not None:
            self.ladder.stop()
        log.info("stream.publisher_detached", stream=self.id, reason=reason)
        if self.state is State.LIVE:
            self._move(State.INTERRUPTED)
            self._events.emit("interrupted", self.id, {"reason": reason})
        self._start_grace()
        self.timeline.touch()

    def kick(self, reason: str) -> bool:
        """Drops the current publisher, if there is one."""
        publication = self.publication
        if publication is None:
            return False
        self.detach(publication, reason)
        publication.source.drop(reason)
        return True

    def finish(self) -> None:
        """Ends the show: no more publishers, playlists are complete."""
        publication = self.publication
        if publication is not None:
            publication.feed.end_run()
            self.publication = None
            publication.source.drop("The show has ended.")
        self.fanout.ended()
        if self.ladder is not None:
            self.ladder.stop()
        self._stop_grace()
        self._move(State.FINISHED)
        self.timeline.is_ended = True
        self.timeline.touch()
        self._events.emit("ended", self.id, {"reason": "finished", "duration_seconds": self.timeline.end_ms / 1000})

    def report_health(self, condition: Mapping[str, bool]) -> None:
        """Tells the api how the publisher is doing, and the machine."""
        publication = self.publication
        if publication is not None:
            feed = publication.feed
            facts = publication.meter.report(self.now(), feed.video, feed.audio)
            self._events.emit(HEALTH, self.id, {**facts, **publication.source.health(), **condition})

    def begin_run(self, video: VideoFormat | None, audio: AudioFormat | None) -> int:
        """See `RunSink`."""
        timeline = self.timeline
        codecs = ",".join(item.codec for item in (video, audio) if item is not None)
        size = (video.width, video.height) if video else (0, 0)
        number = timeline.runs[-1].number + 1 if timeline.runs else 1
        run = Run(number, timeline.end_ms, int(self.now() * 1000), codecs, *size)
        init = write_init(video, audio)
        timeline.begin_run(run, init)
        self.store.append(run.init_name, init)
        self.store.record(RunBegan(number, run.start_ms, run.at_ms, codecs, *size))
        if self.ladder is not None:
            self.ladder.began(run, init)
        return run.start_ms

    def add_part(self, part: Part) -> None:
        """See `RunSink`."""
        opens = self.timeline.open_segment is None
        segment = self.timeline.add_part(part)
        self.bytes_in += len(part.data)
        if opens:
            self.store.record(SegmentOpened(segment.sequence, segment.run.number, segment.start_ms))
        self.store.append(segment.name, part.data, lambda worked: self._part_stored(segment, worked=worked))
        self.store.record(PartWritten(part.duration_ms, len(part.data), part.independent))
        if self.ladder is not None:
            self.ladder.add_part(part, segment, opens=opens)
        if segment.is_closed:
            self.store.record(SegmentClosed(segment.sequence), lambda _: self._segment_stored(segment))
        if self.state in (State.INTERRUPTED, State.ABANDONED):
            self._move(State.LIVE)
            self._events.emit("resumed", self.id)
        elif self.state is State.NEW and segment.is_closed:
            self._move(State.LIVE)
            self._events.emit("started", self.id)

    def key_frame(self, video: VideoFormat, unit: AccessUnit) -> None:
        """See `RunSink`."""
        self.newest_key_frame = KeyFrame(video, unit.data)

    def take_up(self, state: State) -> None:
        """Continues a show an earlier process left behind: until an encoder comes back it is interrupted."""
        self.state = state
        if state is State.NEW:
            self._move(State.LIVE)
            self._events.emit("started", self.id)
        if self.state is State.LIVE:
            self._move(State.INTERRUPTED)
            self._events.emit("interrupted", self.id, {"reason": "media server restarted"})
        self._start_grace()

    def _start_grace(self) -> None:
        """From now on an absent encoder is waited for only so long."""
        self._stop_grace()
        if self.state is State.INTERRUPTED:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(self._grace_seconds, self._abandon)

    def _abandon(self) -> None:
        if self.state is State.INTERRUPTED and self.publication is None:
            self._move(State.ABANDONED)
            facts = {"reason": "grace_over", "duration_seconds": self.timeline.end_ms / 1000}
            self._events.emit("ended", self.id, facts)

    def close(self) -> None:
        """The server stops: the show stays as it is on disk and can go on later."""
        self._stop_grace()

    def _stop_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    def _move(self, state: State) -> None:
        self.state = state
        self.store.record(StateChanged(state.value, int(self.now() * 1000)))

    def _part_stored(self, segment: Segment, *, worked: bool) -> None:
        if not worked:
            segment.is_lost = True

    def _segment_stored(self, segment: Segment) -> None:
        segment.is_stored = not segment.is_lost
