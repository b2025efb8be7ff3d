"""Opus and AAC made from each other, on an unbroken grid of samples."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import structlog

from nightmarket.media.codecs import read_audio_format
from nightmarket.media.units import AccessUnit, AudioFormat, Kind, OpusFrame

log = structlog.get_logger()

RATE = 48_000
PER_MS = RATE // 1000
TIME_BASE = Fraction(1, RATE)
SAMPLE_BYTES, CHANNELS = 4, 2
AAC_FRAME, OPUS_FRAME = 1024, 960
TOLERANCE = 15 * PER_MS
LONGEST_SILENCE = 3000 * PER_MS
AAC_BITRATE, OPUS_BITRATE = 96_000, 96_000


class Grid:
    """Samples in a row: holes are filled with silence, what comes twice is left out.

    So sound that turns out to belong elsewhere moves there, and the encoder never sees a jump.
    """

    def __init__(self, frame: int) -> None:
        self._frame = frame
        self._fifo = av.AudioFifo()
        self._start = 0
        self._written: int | None = None

    def write(self, time_ms: float, frame: av.AudioFrame) -> Iterator[av.AudioFrame]:
        """Adds decoded sound at its time; gives complete frames with their place."""
        at = round(time_ms * PER_MS)
        if self._written is None or not -LONGEST_SILENCE < at - self._written < LONGEST_SILENCE:
            self._fifo = av.AudioFifo()
            self._start = self._written = at
        ahead = at - self._written
        if ahead > TOLERANCE:
            self._put([bytes(ahead * SAMPLE_BYTES)] * CHANNELS)
        skipped = -ahead if ahead < -TOLERANCE else 0
        if skipped < frame.samples:
            span = slice(skipped * SAMPLE_BYTES, frame.samples * SAMPLE_BYTES)
            self._put([bytes(plane)[span] for plane in frame.planes])
        while (out := self._fifo.read(self._frame)) is not None:
            out.pts, out.time_base = self._start, TIME_BASE
            self._start += self._frame
            yield out

    def _put(self, channels: list[bytes]) -> None:
        samples = len(channels[0]) // SAMPLE_BYTES
        frame = av.AudioFrame("fltp", "stereo", samples, align=1)
        for plane, data in zip(frame.planes, channels, strict=True):
            plane.update(data)
        frame.sample_rate, frame.pts = RATE, None
        self._fifo.write(frame)
        self._written = (self._written or 0) + samples


def _codec(name: str, mode: Any, **facts: Any) -> Any:
    codec: Any = av.CodecContext.create(name, mode)
    for key, value in facts.items():
        setattr(codec, key, value)
    return codec


class OpusToAac:
    """For the segments, which every player must understand."""

    def __init__(self) -> None:
        self._decoder = _codec("opus", "r", sample_rate=RATE, layout="stereo")
        self._encoder = _codec(
            "aac", "w", sample_rate=RATE, layout="stereo", format="fltp", bit_rate=AAC_BITRATE, time_base=TIME_BASE
        )
        self._encoder.open()
        self._grid = Grid(AAC_FRAME)
        self.format: AudioFormat = read_audio_format(bytes(self._encoder.extradata))

    def take(self, time_ms: float, payload: bytes) -> list[AccessUnit]:
        """The AAC frames that are complete with this packet."""
        try:
            frames = self._decoder.decode(av.Packet(payload))
        except av.FFmpegError:
            return []
        return [
            AccessUnit(Kind.AUDIO, round(packet.pts / PER_MS), bytes(packet))
            for frame in frames
            for whole in self._grid.write(time_ms, frame)
            for packet in self._encoder.encode(whole)
        ]


class AacToOpus:
    """For WebRTC viewers of an RTMP stream; made once per stream, while somebody listens."""

    def __init__(self, audio: AudioFormat) -> None:
        self._decoder = _codec("aac", "r", extradata=audio.asc)
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        self._encoder = _codec(
            "libopus", "w", sample_rate=RATE, layout="stereo", format="flt", bit_rate=OPUS_BITRATE,
            time_base=TIME_BASE, options={"application": "audio", "frame_duration": "20"},
        )  # fmt: skip
        self._packed = av.AudioResampler(format="flt", layout="stereo", rate=RATE, frame_size=OPUS_FRAME)
        self._grid = Grid(OPUS_FRAME)

    def take(self, unit: AccessUnit) -> list[OpusFrame]:
        """The Opus packets that are complete with this AAC frame."""
        try:
            frames = self._decoder.decode(av.Packet(unit.data))
        except av.FFmpegError:
            return []
        return [
            OpusFrame(packet.pts / PER_MS, bytes(packet))
            for frame in frames
            for even in self._even(frame)
            for whole in self._grid.write(unit.dts_ms, even)
            for packed in self._packed.resample(whole)
            for packet in self._encoder.encode(packed)
        ]

    def _even(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        frame.pts = None
        return self._resampler.resample(frame)


def make_opus(audio: AudioFormat) -> AacToOpus | None:
    """Something that makes Opus of this AAC; None when it cannot be read."""
    try:
        return AacToOpus(audio)
    except (av.FFmpegError, ValueError) as error:
        log.warning("webrtc.no_sound", codec=audio.codec, error=repr(error))
        return None
