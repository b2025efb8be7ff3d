"""Cuts access units into parts and segments.

A packager lives for one run: one publisher with one set of formats. Times it is given continue from run to run, so the
whole show has one timeline. It knows no files and no clock; what it returns is complete and never changes.
"""

from dataclasses import dataclass

from nightmarket.media.cmaf.fragment import write_fragment
from nightmarket.media.cmaf.init import AUDIO_TRACK, VIDEO_TRACK
from nightmarket.media.cmaf.track import AudioTrack, VideoTrack
from nightmarket.media.units import AccessUnit, AudioFormat, Kind, VideoFormat

CUT_SLACK_MS = 60
"""A key frame this little before the target still ends the segment."""
MAX_UNCUT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CutRules:
    """When to cut, in milliseconds."""

    part_ms: int
    segment_ms: int
    limit_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """A complete fragment of the timeline."""

    data: bytes
    start_ms: int
    duration_ms: int
    independent: bool
    closes_segment: bool


class Packager:
    """Feeds on access units of one run, in order of arrival, and returns finished parts."""

    def __init__(
        self, video: VideoFormat | None, audio: AudioFormat | None, *, rules: CutRules, lead_ms: int = 0
    ) -> None:
        self._video = VideoTrack(lead_ms) if video is not None else None
        self._audio = AudioTrack(audio.sample_rate, audio.frame_samples) if audio is not None else None
        self._rules = rules
        self._fragment = 1
        self._segment_start: int | None = None
        self._part_start = 0
        self._part_key = True
        self._last: dict[Kind, int] = {}
        self._bytes = 0
        self.dropped_count = 0

    def push(self, unit: AccessUnit, time_ms: int) -> Part | None:
        """Adds a unit at its place on the timeline; returns the part that ends right before it, if one does."""
        track = self._video if unit.kind is Kind.VIDEO else self._audio
        if track is None:
            self.dropped_count += 1
            return None
        if self._segment_start is None:
            self._segment_start = self._part_start = time_ms
            self._part_key = self._leads(unit) and unit.key
        closes = self._segment_ends(unit, time_ms)
        cut = closes or self._part_ends(unit, time_ms)
        if not track.add(unit, time_ms):
            self.dropped_count += 1
            return None
        part = self._cut(time_ms, next_key=unit.key and self._leads(unit), closes=closes) if cut else None
        self._bytes += len(unit.data)
        self._last[unit.kind] = time_ms
        return part

    def flush(self) -> Part | None:
        """Ends the run: everything left, closing its segment."""
        if self._segment_start is None:
            return None
        ends = [self._part_start + 1]
        for kind, track in ((Kind.VIDEO, self._video), (Kind.AUDIO, self._audio)):
            if track is not None and kind in self._last:
                track.finish()
                ends.append(self._last[kind] + track.frame_ms)
        return self._cut(max(ends), next_key=True, closes=True)

    def _leads(self, unit: AccessUnit) -> bool:
        return unit.kind is Kind.VIDEO or self._video is None

    def _segment_ends(self, unit: AccessUnit, time_ms: int) -> bool:
        length = time_ms - (self._segment_start or 0)
        if not self._leads(unit):
            return length >= self._rules.limit_ms + self._rules.part_ms
        slack = CUT_SLACK_MS if unit.kind is Kind.VIDEO else 0
        if unit.key and length >= self._rules.segment_ms - slack:
            return True
        return length >= self._rules.limit_ms

    def _part_ends(self, unit: AccessUnit, time_ms: int) -> bool:
        length = time_ms - self._part_start
        if self._bytes >= MAX_UNCUT_BYTES:
            return length > 0
        if not self._leads(unit):
            # Pictures stopped while sound goes on: do not wait for them for ever.
            return length >= 3 * self._rules.part_ms
        frame = time_ms - self._last.get(unit.kind, time_ms)
        return length > 0 and length + frame > self._rules.part_ms

    def _cut(self, time_ms: int, *, next_key: bool, closes: bool) -> Part:
        tracks = []
        if self._video is not None:
            tracks.append((VIDEO_TRACK, self._video.take()))
        if self._audio is not None:
            tracks.append((AUDIO_TRACK, self._audio.take()))
        data = write_fragment(self._fragment, tracks)
        part = Part(data, self._part_start, time_ms - self._part_start, self._part_key, closes)
        self._fragment += 1
        self._part_start = time_ms
        self._part_key = next_key
        self._bytes = 0
        if closes:
            self._segment_start = time_ms
        return part
