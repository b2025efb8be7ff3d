"""What every ingest produces and every output consumes: formats and access units.

Times are milliseconds on the publisher's clock, already unwrapped. Video data is length-prefixed NAL units as described
by the format's `avcC`; audio data is one raw AAC frame.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The two kinds of elementary stream."""

    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """An H.264 decoder configuration."""

    avcc: bytes
    codec: str
    width: int
    height: int
    nal_length_size: int = 4


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """An AAC decoder configuration."""

    asc: bytes
    codec: str
    sample_rate: int
    channels: int
    frame_samples: int = 1024


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One coded picture or one audio frame."""

    kind: Kind
    dts_ms: int
    data: bytes
    cts_ms: int = 0
    key: bool = True


@dataclass(frozen=True, slots=True)
class OpusFrame:
    """Sound as browsers speak it, beside the AAC of the same sound. Of use to WebRTC viewers only."""

    time_ms: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the encoder says it will send; None means it did not say."""

    has_video: bool | None = None
    has_audio: bool | None = None


Incoming = VideoFormat | AudioFormat | AccessUnit | OpusFrame | Announcement


class MalformedMedia(ValueError):
    """The bytes are not what the codec's specification allows."""


class UnsupportedMedia(ValueError):
    """Valid, but not H.264 with AAC. The text is shown to the person at the encoder."""
