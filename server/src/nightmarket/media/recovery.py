"""Rebuilds a stream from its directory after a stop of any kind."""

from pathlib import Path

import structlog

from nightmarket.media.journal import (
    JOURNAL,
    PartWritten,
    Record,
    RunBegan,
    SegmentClosed,
    SegmentOpened,
    StateChanged,
    read_journal,
    to_line,
)
from nightmarket.media.timeline import Run, Segment, Timeline

log = structlog.get_logger()


def recover(directory: Path, timeline: Timeline) -> str | None:
    """Fills the timeline with every complete part on disk; returns the last recorded state.

    The segment that was open is cut after its last complete part and closed; a torn journal line is cut off.
    """
    path = directory / JOURNAL
    records, good = read_journal(path)
    if good != path.stat().st_size:
        with path.open("r+b") as file:
            file.truncate(good)
    rebuild = _Rebuild(directory, timeline)
    for record in records:
        rebuild.take(record)
    if rebuild.segment is not None:
        closed = SegmentClosed(rebuild.segment.sequence)
        rebuild.take(closed)
        with path.open("ab") as file:
            file.write(to_line(closed))
    timeline.changed_at_ms = rebuild.state_at_ms
    log.info("recovery.done", stream=directory.name, segments=len(timeline.segments), state=rebuild.state)
    return rebuild.state


class _Rebuild:
    def __init__(self, directory: Path, timeline: Timeline) -> None:
        self._directory = directory
        self._timeline = timeline
        self._runs: dict[int, Run] = {}
        self.segment: Segment | None = None
        self.state: str | None = None
        self.state_at_ms = 0

    def take(self, record: Record) -> None:
        if isinstance(record, RunBegan):
            run = Run(record.number, record.start_ms, record.at_ms, record.codecs, record.width, record.height)
            self._runs[run.number] = run
        elif isinstance(record, SegmentOpened):
            self.segment = Segment(record.sequence, self._runs[record.run], record.start_ms)
        elif isinstance(record, StateChanged):
            self.state, self.state_at_ms = record.state, max(self.state_at_ms, record.at_ms)
        elif self.segment is None:
            return
        elif isinstance(record, PartWritten):
            self._part(self.segment, record)
        else:
            self._close(self.segment)
            self.segment = None

    def _part(self, segment: Segment, part: PartWritten) -> None:
        if not segment.size:
            segment.independent = part.independent
        segment.duration_ms += part.duration_ms
        segment.size += part.size

    def _close(self, segment: Segment) -> None:
        if not segment.size:
            (self._directory / segment.name).unlink(missing_ok=True)
            return
        segment.is_closed = True
        segment.is_stored = self._has_file(segment)
        segment.is_lost = not segment.is_stored
        self._timeline.restore(segment.run, segment)

    def _has_file(self, segment: Segment) -> bool:
        """Whether the file holds all journalled parts; a part written but not journalled is cut off."""
        path = self._directory / segment.name
        size = path.stat().st_size if path.is_file() else 0
        if size > segment.size:
            with path.open("r+b") as file:
                file.truncate(segment.size)
        return size >= segment.size
