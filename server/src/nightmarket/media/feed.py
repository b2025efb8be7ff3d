"""From one publisher's access units to runs on the stream's timeline.

A run begins at a key frame, once it is known which tracks there are. It ends when the publisher goes, when a format
changes, or when the publisher's clock jumps; the next run then continues the timeline without a hole.
"""

from collections import deque
from typing import Protocol

from nightmarket.media.cmaf.packager import CutRules, Packager, Part
from nightmarket.media.meter import Meter
from nightmarket.media.units import AccessUnit, Announcement, AudioFormat, Incoming, Kind, OpusFrame, VideoFormat

PATIENCE_MS = 1200
"""Media time to wait for a track that was announced, or might come, before starting without it."""
BACKWARD_JUMP_MS = 500
FORWARD_JUMP_MS = 5000
MAX_WAITING_BYTES = 16 * 1024 * 1024


class RunSink(Protocol):
    """Where runs and their parts go."""

    def begin_run(self, video: VideoFormat | None, audio: AudioFormat | None) -> int:
        """Starts a run; returns its place on the timeline."""

    def add_part(self, part: Part) -> None:
        """The next part of the run."""

    def key_frame(self, video: VideoFormat, unit: AccessUnit) -> None:
        """The newest picture that stands alone."""


class Feed:
    """Understands what one publisher sends."""

    def __init__(self, sink: RunSink, rules: CutRules, meter: Meter) -> None:
        self._sink = sink
        self._rules = rules
        self._meter = meter
        self.video: VideoFormat | None = None
        self.audio: AudioFormat | None = None
        self._announced = Announcement()
        self._waiting: deque[AccessUnit] = deque()
        self._waiting_bytes = 0
        self._first_ms: int | None = None
        self._packager: Packager | None = None
        self._offsets: dict[Kind, int] = {}
        self._start_ms = 0
        self._last: dict[Kind, int] = {}

    def take(self, item: Incoming) -> None:
        """Accepts the next thing from the encoder."""
        if isinstance(item, AccessUnit):
            self._meter.count(item)
            self._take_unit(item)
        elif isinstance(item, VideoFormat):
            self.end_run()
            self.video = item
        elif isinstance(item, AudioFormat):
            self.end_run()
            self.audio = item
        elif not isinstance(item, OpusFrame):
            self._announced = item

    def end_run(self) -> None:
        """Finishes the open run, if there is one."""
        packager, self._packager = self._packager, None
        self._last.clear()
        self._first_ms = None
        self._forget_waiting()
        if packager is not None and (part := packager.flush()) is not None:
            self._sink.add_part(part)

    def _take_unit(self, unit: AccessUnit) -> None:
        if self._packager is not None and self._jumps(unit):
            self.end_run()
        if unit.kind is Kind.VIDEO and unit.key and self.video is not None:
            self._sink.key_frame(self.video, unit)
        if self._packager is None:
            self._wait(unit)
        else:
            self._push(self._packager, unit)

    def _jumps(self, unit: AccessUnit) -> bool:
        newest = max(self._last.values(), default=unit.dts_ms)
        same = self._last.get(unit.kind, unit.dts_ms)
        return unit.dts_ms < same - BACKWARD_JUMP_MS or unit.dts_ms > newest + FORWARD_JUMP_MS

    def _wait(self, unit: AccessUnit) -> None:
        if self._first_ms is None:
            self._first_ms = unit.dts_ms
        if self.video is not None and not any(item.kind is Kind.VIDEO for item in self._waiting):
            # Everything before the first key frame is of no use.
            self._forget_waiting()
            if unit.kind is not Kind.VIDEO or not unit.key:
                return
        self._waiting.append(unit)
        self._waiting_bytes += len(unit.data)
        patient = unit.dts_ms - self._first_ms < PATIENCE_MS and self._waiting_bytes < MAX_WAITING_BYTES
        if patient and (self._missing(Kind.VIDEO) or self._missing(Kind.AUDIO)):
            return
        self._begin()

    def _missing(self, kind: Kind) -> bool:
        if kind is Kind.VIDEO:
            return self.video is None and self._announced.has_video is not False
        return self.audio is None and self._announced.has_audio is not False

    def _begin(self) -> None:
        first = self._waiting[0]
        lead_ms = max(0, first.cts_ms)
        packager = self._packager = Packager(self.video, self.audio, rules=self._rules, lead_ms=lead_ms)
        self._start_ms = self._sink.begin_run(self.video, self.audio)
        offset = self._start_ms - first.dts_ms
        self._offsets = {Kind.VIDEO: offset, Kind.AUDIO: offset - lead_ms}
        units = list(self._waiting)
        self._forget_waiting()
        for unit in units:
            self._push(packager, unit)

    def _push(self, packager: Packager, unit: AccessUnit) -> None:
        time_ms = unit.dts_ms + self._offsets[unit.kind]
        if time_ms < self._start_ms:
            # Sound from before the first picture.
            return
        self._last[unit.kind] = unit.dts_ms
        before = packager.dropped_count
        part = packager.push(unit, time_ms)
        self._meter.dropped_count += packager.dropped_count - before
        if part is not None:
            self._sink.add_part(part)

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0
