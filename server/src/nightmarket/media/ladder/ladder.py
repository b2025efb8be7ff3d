"""When a show gets its smaller pictures, and when it has to do without.

A transcoder begins with a segment and lives for one run. One that fails is tried again later, ever more seldom; while
the machine is too busy none runs, because the show itself comes first. Only so many shows have a ladder at a time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from nightmarket.media.cmaf.packager import CutRules, Part
from nightmarket.media.ladder.rung import Place, Rung
from nightmarket.media.ladder.transcoder import Transcoder
from nightmarket.media.timeline import Run, Segment

log = structlog.get_logger()

FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 2.0, 120.0
BUSY_PAUSE_SECONDS = 60.0
MAX_STARTS_PER_RUN = 1000


@dataclass(frozen=True, slots=True)
class LadderRules:
    """What is made, and for how many shows at once."""

    heights: tuple[int, ...]
    max_shows: int
    kept_segments: int


class Ladders:
    """Shares out the places among the shows of this server."""

    def __init__(self, ffmpeg: Path, rules: LadderRules) -> None:
        self.ffmpeg = ffmpeg
        self.rules = rules
        self._busy: set[str] = set()
        self.is_held = False
        """The machine is too busy."""

    def take(self, stream_id: str) -> bool:
        """Whether this show may have a ladder now."""
        if self.is_held or not self.rules.heights:
            return False
        if stream_id not in self._busy and len(self._busy) >= self.rules.max_shows:
            return False
        self._busy.add(stream_id)
        return True

    def give_back(self, stream_id: str) -> None:
        """It has none any more."""
        self._busy.discard(stream_id)

    @property
    def running(self) -> int:
        """How many shows have one."""
        return len(self._busy)


class Ladder:
    """The smaller pictures of one show."""

    def __init__(self, stream_id: str, ladders: Ladders, cuts: CutRules) -> None:
        self._id = stream_id
        self._ladders = ladders
        self._cuts = cuts
        self._transcoder: Transcoder | None = None
        self._run: tuple[Run, bytes] | None = None
        self._starts = 0
        self._pause = FIRST_PAUSE_SECONDS
        self._not_before = 0.0

    @property
    def rungs(self) -> Mapping[str, Rung]:
        """Those that can be played, the largest first."""
        transcoder = self._transcoder
        found = transcoder.rungs if transcoder is not None else []
        return {rung.name: rung for rung in found if rung.timeline.is_playable}

    def began(self, run: Run, init: bytes) -> None:
        """A new run: what was made of the one before ends with it."""
        if not self._ladders.rules.heights:
            return
        self._end()
        self._run = (run, init) if run.height else None
        self._starts = 0
        self._pause = FIRST_PAUSE_SECONDS

    def add_part(self, part: Part, segment: Segment, *, opens: bool) -> None:
        """The next part of the show."""
        if self._run is None:
            return
        if self._transcoder is not None and self._ladders.is_held:
            self._fail("the machine is too busy", BUSY_PAUSE_SECONDS)
        if self._transcoder is None and opens and part.independent:
            self._start(*self._run, segment)
        if self._transcoder is not None:
            self._transcoder.push(part.data)

    def stop(self) -> None:
        """The publisher is gone. What was made stays to be looked at until another comes."""
        self._run = None
        if self._transcoder is not None:
            self._transcoder.end()
        self._ladders.give_back(self._id)

    @property
    def process_id(self) -> int | None:
        """Of the ffmpeg that works for this show."""
        return None if self._transcoder is None else self._transcoder.process_id

    async def close(self) -> None:
        """The server stops."""
        transcoder, self._transcoder = self._transcoder, None
        self._run = None
        if transcoder is not None:
            transcoder.kill()
            await transcoder.closed()

    def _start(self, run: Run, init: bytes, segment: Segment) -> None:
        heights = [height for height in sorted(self._ladders.rules.heights, reverse=True) if height < run.height]
        is_due = asyncio.get_running_loop().time() >= self._not_before and self._starts < MAX_STARTS_PER_RUN
        if not heights or not is_due or not self._ladders.take(self._id):
            return
        number = run.number * MAX_STARTS_PER_RUN + self._starts
        self._starts += 1
        place = Place(run, number, segment.sequence, segment.discontinuity, segment.start_ms)
        kept = self._ladders.rules.kept_segments
        rungs = [Rung(self._id, height, place, rules=self._cuts, kept_segments=kept) for height in heights]
        log.info("ladder.started", stream=self._id, rungs=[rung.name for rung in rungs])
        transcoder = Transcoder(self._ladders.ffmpeg, rungs, heights, lambda reason: self._failed(transcoder, reason))
        transcoder.push(init)
        self._transcoder = transcoder

    def _failed(self, transcoder: Transcoder, reason: str) -> None:
        if transcoder is self._transcoder:
            self._fail(reason, self._pause)
            self._pause = min(self._pause * 2, LAST_PAUSE_SECONDS)

    def _fail(self, reason: str, pause: float) -> None:
        log.warning("ladder.stopped", stream=self._id, reason=reason, pause_seconds=pause)
        transcoder, self._transcoder = self._transcoder, None
        if transcoder is not None:
            transcoder.kill()
        self._ladders.give_back(self._id)
        self._not_before = asyncio.get_running_loop().time() + pause

    def _end(self) -> None:
        transcoder, self._transcoder = self._transcoder, None
        if transcoder is not None:
            transcoder.end()
        self._ladders.give_back(self._id)
