"""FLV tag bodies, as RTMP audio and video messages carry them."""

from nightmarket.media.codecs import read_audio_format, read_video_format, well_formed
from nightmarket.media.rtmp.clock import Unwrapper
from nightmarket.media.units import (
    AccessUnit,
    AudioFormat,
    Incoming,
    Kind,
    MalformedMedia,
    UnsupportedMedia,
    VideoFormat,
)

AVC, AAC, ENHANCED_AUDIO = 7, 10, 9
KEY_FRAME, COMMAND_FRAME = 1, 5
FOURCC_NAMES = {
    b"hvc1": "HEVC", b"av01": "AV1", b"vp09": "VP9", b"vp08": "VP8", b"vvc1": "VVC",
    b"Opus": "Opus", b"ac-3": "AC-3", b"ec-3": "E-AC-3", b"fLaC": "FLAC", b".mp3": "MP3",
}  # fmt: skip
SEQUENCE_START, CODED_FRAMES, SEQUENCE_END, CODED_FRAMES_X, MODIFIED = 0, 1, 2, 3, 7
VIDEO_MULTITRACK, AUDIO_MULTITRACK = 6, 5
ONLY = "This server takes H.264 video and AAC audio only"


class FlvReader:
    """Reads tags of one publisher, classic and enhanced. Formats seen before are not repeated."""

    def __init__(self) -> None:
        self._video: VideoFormat | None = None
        self._audio: AudioFormat | None = None
        self._clock = Unwrapper()
        self.malformed_count = 0

    def video(self, timestamp: int, body: bytes) -> Incoming | None:
        """A format, an access unit, or nothing worth passing on."""
        if not body:
            return None
        frame_type = (body[0] >> 4) & 7
        if body[0] & 0x80:
            return self._enhanced_video(timestamp, body, frame_type)
        codec = body[0] & 0x0F
        if codec != AVC:
            raise UnsupportedMedia(f"{ONLY}; the encoder sends FLV video codec {codec}.")
        if frame_type == COMMAND_FRAME or len(body) < 5:
            return None
        if body[1] == 0:
            return self._new_video(body[5:])
        if body[1] != 1:
            return None
        return self._picture(timestamp, _signed(body[2:5]), body[5:], is_key=frame_type == KEY_FRAME)

    def audio(self, timestamp: int, body: bytes) -> Incoming | None:
        """A format, an access unit, or nothing worth passing on."""
        if len(body) < 2:
            return None
        codec = body[0] >> 4
        if codec == ENHANCED_AUDIO:
            return self._enhanced_audio(timestamp, body)
        if codec != AAC:
            raise UnsupportedMedia(f"{ONLY}; the encoder sends FLV audio codec {codec}.")
        return self._new_audio(body[2:]) if body[1] == 0 else self._sound(timestamp, body[2:])

    def _enhanced_video(self, timestamp: int, body: bytes, frame_type: int) -> Incoming | None:
        kind, at = _packet_type(body)
        if frame_type == COMMAND_FRAME:
            return None
        if kind == VIDEO_MULTITRACK:
            raise UnsupportedMedia(f"{ONLY}, one track of each; the encoder sends several video tracks.")
        _only(b"avc1", body[at : at + 4])
        rest = body[at + 4 :]
        if kind == SEQUENCE_START:
            return self._new_video(rest)
        if kind == CODED_FRAMES and len(rest) >= 3:
            return self._picture(timestamp, _signed(rest[:3]), rest[3:], is_key=frame_type == KEY_FRAME)
        if kind == CODED_FRAMES_X:
            return self._picture(timestamp, 0, rest, is_key=frame_type == KEY_FRAME)
        return None

    def _enhanced_audio(self, timestamp: int, body: bytes) -> Incoming | None:
        kind, at = _packet_type(body)
        if kind == AUDIO_MULTITRACK:
            raise UnsupportedMedia(f"{ONLY}, one track of each; the encoder sends several audio tracks.")
        _only(b"mp4a", body[at : at + 4])
        rest = body[at + 4 :]
        if kind == SEQUENCE_START:
            return self._new_audio(rest)
        return self._sound(timestamp, rest) if kind == CODED_FRAMES else None

    def _picture(self, timestamp: int, offset: int, data: bytes, *, is_key: bool) -> AccessUnit | None:
        if self._video is None:
            return None
        if not well_formed(data, self._video.nal_length_size):
            self.malformed_count += 1
            return None
        return AccessUnit(Kind.VIDEO, self._clock.unwrap(timestamp), data, offset, is_key)

    def _sound(self, timestamp: int, data: bytes) -> AccessUnit | None:
        if self._audio is None or not data:
            return None
        return AccessUnit(Kind.AUDIO, self._clock.unwrap(timestamp), data)

    def _new_video(self, avcc: bytes) -> VideoFormat | None:
        if not avcc or (self._video is not None and avcc == self._video.avcc):
            return None
        try:
            self._video = read_video_format(avcc)
        except MalformedMedia:
            self.malformed_count += 1
            return None
        return self._video

    def _new_audio(self, asc: bytes) -> AudioFormat | None:
        if not asc or (self._audio is not None and asc == self._audio.asc):
            return None
        try:
            self._audio = read_audio_format(asc)
        except MalformedMedia:
            self.malformed_count += 1
            return None
        return self._audio


def _signed(three_bytes: bytes) -> int:
    return int.from_bytes(three_bytes, "big", signed=True)


def _packet_type(body: bytes) -> tuple[int, int]:
    """The kind of an enhanced packet, behind any modifiers (finer time stamps, for one), and where its codec stands."""
    kind, at = body[0] & 0x0F, 1
    while kind == MODIFIED:
        size = int.from_bytes(body[at : at + 1], "big") + 1
        at += 1
        if size == 256:
            size = int.from_bytes(body[at : at + 2], "big") + 1
            at += 2
        at += size
        if at >= len(body):
            return SEQUENCE_END, at
        kind = body[at] & 0x0F
        at += 1
    return kind, at


def _only(wanted: bytes, codec: bytes) -> None:
    if len(codec) == 4 and codec != wanted:
        raise UnsupportedMedia(f"{ONLY}; the encoder sends {FOURCC_NAMES.get(codec, 'another codec')}.")
