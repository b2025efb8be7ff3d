"""What has been made of one stream: runs, segments, parts.

Invariant: segments are numbered without holes, lie end to end on one timeline, and never change once closed. Only the
last segment may be open. A run is a stretch with one initialisation segment; a new one means a discontinuity.
"""

import asyncio
from dataclasses import dataclass, field

from nightmarket.media.cmaf.packager import Part


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the show by one publisher with one set of formats."""

    number: int
    start_ms: int
    at_ms: int
    """Wall-clock time of its first picture."""
    codecs: str
    width: int = 0
    height: int = 0

    @property
    def init_name(self) -> str:
        """File name of the initialisation segment."""
        return f"init{self.number}.mp4"


@dataclass(slots=True)
class Segment:
    """A stretch between two cuts; a file on disk."""

    sequence: int
    run: Run
    start_ms: int
    parts: list[Part] = field(default_factory=list)
    duration_ms: int = 0
    size: int = 0
    is_closed: bool = False
    is_stored: bool = False
    is_lost: bool = False
    independent: bool = True
    discontinuity: int = 0
    """How many times the run changed before this segment."""

    @property
    def name(self) -> str:
        """File name."""
        return f"s{self.sequence}.m4s"

    @property
    def at_ms(self) -> int:
        """Wall-clock time of its beginning."""
        return self.run.at_ms + self.start_ms - self.run.start_ms

    def part_name(self, index: int) -> str:
        """Name a part is served under."""
        return f"s{self.sequence}.p{index}.m4s"

    def add(self, part: Part) -> None:
        """Takes the next part."""
        if not self.parts:
            self.independent = part.independent
        self.parts.append(part)
        self.duration_ms += part.duration_ms
        self.size += len(part.data)


class Timeline:
    """Runs and segments of one stream, and a way to wait for more."""

    def __init__(self, parts_kept_segments: int) -> None:
        self.runs: list[Run] = []
        self.inits: dict[int, bytes] = {}
        self.segments: list[Segment] = []
        self.first_sequence = 0
        self.first_discontinuity = 0
        """Where it begins within a longer one that it runs beside."""
        self.version = 0
        self.is_ended = False
        self.longest_ms = 0
        self.changed_at_ms = 0
        """Wall-clock time of the last change of state that an earlier process wrote down."""
        self._kept = parts_kept_segments
        self._first_kept = 0
        self._changed = asyncio.Event()

    @property
    def end_ms(self) -> int:
        """Where the next run begins."""
        last = self.segments[-1] if self.segments else None
        return last.start_ms + last.duration_ms if last else 0

    @property
    def closed_count(self) -> int:
        """How many segments are complete."""
        return len(self.segments) - (0 if self.open_segment is None else 1)

    @property
    def open_segment(self) -> Segment | None:
        """The segment still growing."""
        return self.segments[-1] if self.segments and not self.segments[-1].is_closed else None

    @property
    def is_playable(self) -> bool:
        """Whether a playlist can be shown: players need one complete segment."""
        return self.closed_count > 0

    def begin_run(self, run: Run, init: bytes) -> None:
        """The next segment belongs to this run."""
        self.runs.append(run)
        self.inits[run.number] = init

    def add_part(self, part: Part) -> Segment:
        """Appends a part, opening or closing a segment as it says."""
        segment = self.open_segment
        if segment is None:
            sequence = self.segments[-1].sequence + 1 if self.segments else self.first_sequence
            segment = Segment(sequence, self.runs[-1], part.start_ms)
            self._append(segment)
        segment.add(part)
        self.longest_ms = max(self.longest_ms, segment.duration_ms)
        segment.is_closed = part.closes_segment
        if segment.is_closed:
            self._forget_parts()
        self.touch()
        return segment

    def restore(self, run: Run, segment: Segment) -> None:
        """Puts back a closed segment found on disk."""
        if not self.runs or self.runs[-1].number != run.number:
            self.runs.append(run)
        self._append(segment)
        self.longest_ms = max(self.longest_ms, segment.duration_ms)
        self._first_kept = len(self.segments)

    def _append(self, segment: Segment) -> None:
        segment.discontinuity = self.first_discontinuity
        if self.segments:
            last = self.segments[-1]
            segment.discontinuity = last.discontinuity + (last.run.number != segment.run.number)
        self.segments.append(segment)

    def touch(self) -> None:
        """Something visible changed: wake everybody who waits."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Waits for the next change."""
        await self._changed.wait()

    def has(self, sequence: int, part: int | None) -> bool:
        """Whether a segment, or a part of it, is there."""
        if not self.segments or sequence < self.segments[-1].sequence:
            return bool(self.segments)
        last = self.segments[-1]
        if sequence > last.sequence:
            return False
        return last.is_closed or (part is not None and part < len(last.parts))

    def segment(self, sequence: int) -> Segment | None:
        """The segment with this number."""
        if self.segments and 0 <= (index := sequence - self.segments[0].sequence) < len(self.segments):
            return self.segments[index]
        return None

    def _forget_parts(self) -> None:
        while self._first_kept < len(self.segments) - self._kept:
            segment = self.segments[self._first_kept]
            if not (segment.is_stored or segment.is_lost):
                return
            segment.parts = []
            self._first_kept += 1
