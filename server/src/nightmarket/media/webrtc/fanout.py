"""One stream's pictures and sound to all its WebRTC viewers: packets are made once, whoever watches.

Imports nothing heavy: it is there for every stream, also where nobody ever comes by WebRTC.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import structlog

from nightmarket.media.ingest import Source
from nightmarket.media.units import AccessUnit, AudioFormat, Incoming, Kind, MalformedMedia, OpusFrame, VideoFormat
from nightmarket.media.webrtc import h264

log = structlog.get_logger()

REORDERED_MS = 5
JUMP_MS = 1000.0
MAX_GROUP_BYTES = 2_000_000
"""More than this since the last key frame takes a new viewer longer than waiting for the next one."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One picture or piece of sound, ready to be sent."""

    time_ms: float
    payloads: list[bytes]
    key: bool = True


class Receiver(Protocol):
    """A viewer's session."""

    def video(self, picture: Outgoing) -> None:
        """The next picture."""

    def audio(self, sound: Outgoing) -> None:
        """The next sound."""

    def catch_up(self, pictures: list[Outgoing]) -> None:
        """What was shown since the last key frame, in quick motion: then the viewer is where the others are."""

    def stop(self, reason: str) -> None:
        """It is over."""


class AudioMaker(Protocol):
    """Makes Opus of AAC."""

    def take(self, unit: AccessUnit) -> list[OpusFrame]:
        """The packets complete with this frame."""


class Fanout:
    """Implements `tap.Tap` for one stream."""

    def __init__(self) -> None:
        self._video: VideoFormat | None = None
        self._sets: list[bytes] = []
        self._audio: AudioFormat | None = None
        self._maker: AudioMaker | None = None
        self._has_opus = False
        self._lead_ms: int | None = None
        self._source: Source | None = None
        self._offset_ms: float | None = None
        self._last_ms = 0.0
        self._group: list[AccessUnit] = []
        self._group_bytes = 0
        self.viewers: set[Receiver] = set()
        self.is_reordered = False
        """B-frames: browsers do not take them by WebRTC."""

    @property
    def profile(self) -> int | None:
        """What a decoder must understand, once known."""
        return None if self._video is None else self._video.avcc[1]

    def began(self, source: Source) -> None:
        """See `tap.Tap`."""
        self.left()
        self._source = source

    def take(self, item: Incoming) -> None:
        """See `tap.Tap`."""
        if isinstance(item, AccessUnit):
            if item.kind is Kind.VIDEO:
                self._picture(item)
            elif self.viewers and not self._has_opus and self._audio is not None:
                self._make(self._audio, item)
        elif isinstance(item, OpusFrame):
            self._has_opus = True
            self._sound(item)
        elif isinstance(item, VideoFormat):
            self._describe(item)
        elif isinstance(item, AudioFormat):
            self._audio, self._maker = item, None

    def left(self) -> None:
        """See `tap.Tap`."""
        self._source = self._offset_ms = self._lead_ms = self._maker = self._audio = self._video = None
        self._has_opus = self.is_reordered = False
        self._forget()

    def ended(self) -> None:
        """See `tap.Tap`."""
        self.left()
        for viewer in list(self.viewers):
            viewer.stop("The show has ended.")

    def add(self, viewer: Receiver) -> None:
        """Somebody watches, and should not have to wait for the encoder's next key frame."""
        self.viewers.add(viewer)
        self.ask_key_frame()
        if self._group and self._video is not None:
            newest = self._place(self._group[-1].dts_ms)
            viewer.catch_up(
                [
                    self._outgoing(unit, self._video, newest - ago)
                    for ago, unit in zip(range(len(self._group) - 1, -1, -1), self._group, strict=True)
                ]
            )

    def remove(self, viewer: Receiver) -> None:
        """Somebody left."""
        self.viewers.discard(viewer)
        if not self.viewers:
            self._maker = None

    def ask_key_frame(self) -> None:
        """Somebody needs a picture that stands alone."""
        if self._source is not None and self._source.ask_key_frame is not None:
            self._source.ask_key_frame()

    def _describe(self, video: VideoFormat) -> None:
        try:
            self._sets = h264.read_sets(video.avcc)
        except MalformedMedia:
            self._sets = []
        self._video, self._lead_ms, self.is_reordered = video, None, False
        self._forget()

    def _picture(self, unit: AccessUnit) -> None:
        if self._lead_ms is None:
            self._lead_ms = unit.cts_ms
        elif abs(unit.cts_ms - self._lead_ms) > REORDERED_MS and not self.is_reordered:
            self.is_reordered = True
            for viewer in list(self.viewers):
                viewer.stop("This show has B-frames, which WebRTC does not carry.")
        self._remember(unit)
        if not self.viewers or self._video is None or self.is_reordered:
            return
        picture = self._outgoing(unit, self._video, self._place(unit.dts_ms))
        for viewer in list(self.viewers):
            viewer.video(picture)

    def _remember(self, unit: AccessUnit) -> None:
        """Keeps the pictures since the last key frame, where a new one cannot be had for the asking."""
        if unit.key:
            self._forget()
        if self._source is None or self._source.ask_key_frame is not None or self.is_reordered:
            return
        if unit.key or self._group:
            self._group.append(unit)
            self._group_bytes += len(unit.data)
            if self._group_bytes > MAX_GROUP_BYTES:
                self._forget()

    def _forget(self) -> None:
        self._group, self._group_bytes = [], 0

    def _outgoing(self, unit: AccessUnit, video: VideoFormat, time_ms: float) -> Outgoing:
        nals = h264.split(unit.data, video.nal_length_size)
        if unit.key:
            nals = [*self._sets, *(nal for nal in nals if nal[0] & 0x1F not in (h264.SPS, h264.PPS))]
        return Outgoing(time_ms, h264.packetize(nals), unit.key)

    def _sound(self, frame: OpusFrame) -> None:
        if self.viewers:
            sound = Outgoing(self._place(frame.time_ms), [frame.data])
            for viewer in list(self.viewers):
                viewer.audio(sound)

    def _make(self, audio: AudioFormat, unit: AccessUnit) -> None:
        if self._maker is None:
            from nightmarket.media.webrtc.opus import make_opus  # noqa: PLC0415 - not before somebody listens

            self._maker = make_opus(audio)
            if self._maker is None:
                self._audio = None
                return
        for frame in self._maker.take(unit):
            self._sound(frame)

    def _place(self, time_ms: float) -> float:
        """On the viewers' clock, which runs on when publishers come and go or jump."""
        now_ms = asyncio.get_running_loop().time() * 1000
        if self._offset_ms is None or abs(time_ms + self._offset_ms - self._last_ms) > JUMP_MS:
            self._offset_ms = now_ms - time_ms
        self._last_ms = max(self._last_ms, time_ms + self._offset_ms)
        return time_ms + self._offset_ms
