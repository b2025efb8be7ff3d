"""One track of the open part: exact sample times from the encoder's rounded milliseconds.

RTMP rounds to whole milliseconds. Video keeps those times; audio is put back on its sample grid, so that frames follow
each other without gaps or overlaps, and moves off the grid only when the encoder truly jumped.
"""

from dataclasses import replace

from nightmarket.media.cmaf.fragment import Sample
from nightmarket.media.cmaf.init import VIDEO_TIMESCALE
from nightmarket.media.units import AccessUnit

AUDIO_TOLERANCE_MS = 80
DEFAULT_FRAME_MS = 33
TICKS_PER_MS = VIDEO_TIMESCALE // 1000


class VideoTrack:
    """Gives each picture the time until the next one.

    With B-frames an encoder shows the first picture some frames after it is decoded. That lead is taken out, so that a
    run is seen from the very time it begins on the timeline: players line runs up by decoding time.
    """

    def __init__(self, lead_ms: int) -> None:
        self._lead_ms = lead_ms
        self.samples: list[Sample] = []
        self._open: Sample | None = None
        self._frame = DEFAULT_FRAME_MS * TICKS_PER_MS

    @property
    def frame_ms(self) -> int:
        """How long the newest picture is taken to last."""
        return self._frame // TICKS_PER_MS

    def add(self, unit: AccessUnit, time_ms: int) -> bool:
        """Completes the picture before this one and opens this one. False when it had to be dropped."""
        dts = time_ms * TICKS_PER_MS
        pts = dts + (unit.cts_ms - self._lead_ms) * TICKS_PER_MS
        if self._open is not None:
            dts = max(dts, self._open.dts + 1)
            self._frame = dts - self._open.dts
            self.samples.append(replace(self._open, duration=self._frame))
        self._open = Sample(dts, 0, pts - dts, unit.key, unit.data)
        return True

    def finish(self) -> None:
        """Completes the last picture with the length of the one before."""
        if self._open is not None:
            self.samples.append(replace(self._open, duration=self._frame))
            self._open = None

    def take(self) -> list[Sample]:
        """The completed samples, which leave the track."""
        samples, self.samples = self.samples, []
        return samples


class AudioTrack:
    """Puts audio frames on the sample grid."""

    def __init__(self, sample_rate: int, frame_samples: int) -> None:
        self.samples: list[Sample] = []
        self._rate = sample_rate
        self._frame = frame_samples
        self._tolerance = sample_rate * AUDIO_TOLERANCE_MS // 1000
        self._open: Sample | None = None

    @property
    def frame_ms(self) -> int:
        """How long a frame lasts."""
        return self._frame * 1000 // self._rate

    def add(self, unit: AccessUnit, time_ms: int) -> bool:
        """Completes the frame before this one and opens this one. False when it had to be dropped."""
        dts = (time_ms * self._rate + 500) // 1000
        if self._open is not None:
            expected = self._open.dts + self._frame
            if dts < expected - self._tolerance:
                return False
            if dts <= expected + self._tolerance:
                dts = expected
            self.samples.append(replace(self._open, duration=dts - self._open.dts))
        self._open = Sample(dts, 0, 0, True, unit.data)  # noqa: FBT003 - a data class field
        return True

    def finish(self) -> None:
        """Completes the last frame."""
        if self._open is not None:
            self.samples.append(replace(self._open, duration=self._frame))
            self._open = None

    def take(self) -> list[Sample]:
        """The completed samples, which leave the track."""
        samples, self.samples = self.samples, []
        return samples
