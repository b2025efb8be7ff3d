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
FOURCC_NAMES = {b"hvc1": "HEVC", b"av01": "AV1", b"vp09": "VP9", b"vp08": "VP8", b"avc1": "enhanced-RTMP H.264"}
ONLY = "This server takes H.264 video and AAC audio by classic RTMP only"


class FlvReader:
    """Reads tags of one publisher. Formats seen before are not repeated."""

    def __init__(self) -> None:
        self._video: VideoFormat | None = None
        self._audio: AudioFormat | None = None
        self._clock = Unwrapper()
        self.malformed_count = 0

    def video(self, timestamp: int, body: bytes) -> Incoming | None:
        """A format, an access unit, or nothing worth passing on."""
        if not body:
            return None
        if body[0] & 0x80:
            name = FOURCC_NAMES.get(body[1:5], "this codec")
            raise UnsupportedMedia(f"{ONLY}; the encoder sends {name}.")
        frame_type, codec = body[0] >> 4, body[0] & 0x0F
        if codec != AVC:
            raise UnsupportedMedia(f"{ONLY}; the encoder sends FLV video codec {codec}.")
        if frame_type == COMMAND_FRAME or len(body) < 5:
            return None
        if body[1] == 0:
            return self._new_video(body[5:])
        if body[1] != 1 or self._video is None:
            return None
        data = body[5:]
        if not well_formed(data, self._video.nal_length_size):
            self.malformed_count += 1
            return None
        offset = int.from_bytes(body[2:5], "big", signed=True)
        return AccessUnit(Kind.VIDEO, self._clock.unwrap(timestamp), data, offset, frame_type == KEY_FRAME)

    def audio(self, timestamp: int, body: bytes) -> Incoming | None:
        """A format, an access unit, or nothing worth passing on."""
        if len(body) < 2:
            return None
        codec = body[0] >> 4
        if codec != AAC:
            name = "an enhanced-RTMP audio codec" if codec == ENHANCED_AUDIO else f"FLV audio codec {codec}"
            raise UnsupportedMedia(f"{ONLY}; the encoder sends {name}.")
        if body[1] == 0:
            return self._new_audio(body[2:])
        if self._audio is None or len(body) == 2:
            return None
        return AccessUnit(Kind.AUDIO, self._clock.unwrap(timestamp), body[2:])

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
