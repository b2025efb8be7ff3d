"""One smaller picture of a show: a timeline in memory that runs beside the show's own, segment by segment."""

from dataclasses import dataclass
from pathlib import Path

from nightmarket.media.cmaf.init import write_init
from nightmarket.media.cmaf.packager import CutRules, Part
from nightmarket.media.feed import Feed
from nightmarket.media.meter import Meter
from nightmarket.media.rtmp.chunks import AUDIO, VIDEO
from nightmarket.media.rtmp.flv import FlvReader
from nightmarket.media.timeline import Run, Timeline
from nightmarket.media.units import AccessUnit, AudioFormat, MalformedMedia, VideoFormat

FILE_HEADER, TAG_HEADER, TAG_TAIL = 13, 11, 4
BITRATES = {240: 400, 360: 700, 480: 1200, 720: 2500, 1080: 4500}
"""Picture height to kbit/s; between them in proportion to the height."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the show's own timeline a rung begins: its segments get the same numbers and times."""

    run: Run
    number: int
    """Of the rung's own run: names of what caches keep are never used twice."""
    sequence: int
    discontinuity: int
    start_ms: int


def bitrate_of(height: int) -> int:
    """What a picture of this height gets, in kbit/s."""
    known = min(BITRATES, key=lambda one: abs(one - height))
    return BITRATES[known] * height // known


class Rung:
    """Reads what ffmpeg writes and makes parts of it; implements `feed.RunSink`, and is played like a stream."""

    def __init__(self, stream_id: str, height: int, place: Place, *, rules: CutRules, kept_segments: int) -> None:
        self.name = f"{height}p"
        self.id = f"{stream_id}/{self.name}"
        self.directory = Path("/nonexistent")
        """Rungs are not kept on the disk."""
        self.timeline = Timeline(kept_segments)
        self.timeline.first_sequence = place.sequence
        self.timeline.first_discontinuity = place.discontinuity
        self.ladder: None = None
        self.is_publishing = True
        self.is_protected = False
        self._place = place
        self._feed = Feed(self, rules, Meter())
        self._flv = FlvReader()
        self._buffer = bytearray()
        self._header_left = FILE_HEADER

    def feed(self, data: bytes) -> None:
        """The next bytes of an FLV file."""
        self._buffer += data
        if len(self._buffer) < self._header_left:
            return
        at, self._header_left = self._header_left, 0
        while len(self._buffer) >= at + TAG_HEADER:
            size = int.from_bytes(self._buffer[at + 1 : at + 4], "big")
            end = at + TAG_HEADER + size
            if len(self._buffer) < end + TAG_TAIL:
                break
            self._tag(bytes(self._buffer[at : at + TAG_HEADER]), bytes(self._buffer[at + TAG_HEADER : end]))
            at = end + TAG_TAIL
        del self._buffer[:at]

    def end(self) -> None:
        """No more comes."""
        self._feed.end_run()
        self.is_publishing = False
        self.timeline.touch()

    def _tag(self, header: bytes, body: bytes) -> None:
        timestamp = int.from_bytes(header[7:8] + header[4:7], "big")
        if header[0] == VIDEO:
            item = self._flv.video(timestamp, body)
        elif header[0] == AUDIO:
            item = self._flv.audio(timestamp, body)
        else:
            return
        if item is not None:
            self._feed.take(item)

    def begin_run(self, video: VideoFormat | None, audio: AudioFormat | None) -> int:
        """See `RunSink`."""
        if self.timeline.runs or video is None:
            raise MalformedMedia("a rung has one run, and a picture")
        place = self._place
        codecs = ",".join(item.codec for item in (video, audio) if item is not None)
        at_ms = place.run.at_ms + place.start_ms - place.run.start_ms
        run = Run(place.number, place.start_ms, at_ms, codecs, video.width, video.height)
        self.timeline.begin_run(run, write_init(video, audio))
        return place.start_ms

    def add_part(self, part: Part) -> None:
        """See `RunSink`."""
        segment = self.timeline.add_part(part)
        # There is no disk to wait for: old parts may go.
        segment.is_stored = segment.is_closed

    def key_frame(self, video: VideoFormat, unit: AccessUnit) -> None:
        """See `RunSink`."""
