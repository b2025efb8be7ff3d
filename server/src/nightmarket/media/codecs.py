"""Reads H.264 and AAC decoder configurations, just enough for the container and the playlist."""

from nightmarket.media.units import AudioFormat, MalformedMedia, VideoFormat

SAMPLE_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8}
CHROMA_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}
SBR, PARAMETRIC_STEREO = 5, 29
MAX_DIMENSION = 8192
MAX_GOLOMB_ZEROS = 32


class BitReader:
    """Reads big-endian bit fields; running out of bits is malformed media, never an index error."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def bits(self, count: int) -> int:
        """The next `count` bits as an unsigned number."""
        if count > self._left:
            raise MalformedMedia("decoder configuration is too short")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def ue(self) -> int:
        """Unsigned exponential Golomb code."""
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > MAX_GOLOMB_ZEROS:
                raise MalformedMedia("bad exponential Golomb code")
        return (1 << zeros) - 1 + self.bits(zeros)

    def se(self) -> int:
        """Signed exponential Golomb code."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def read_video_format(avcc: bytes) -> VideoFormat:
    """The format described by an AVCDecoderConfigurationRecord."""
    if len(avcc) < 8 or avcc[0] != 1 or not avcc[5] & 0x1F:
        raise MalformedMedia("bad AVCDecoderConfigurationRecord")
    size = int.from_bytes(avcc[6:8], "big")
    sps = avcc[8 : 8 + size]
    if len(sps) != size or size < 4:
        raise MalformedMedia("sequence parameter set is cut off")
    width, height = _picture_size(_unescape(sps[1:]))
    codec = f"avc1.{sps[1]:02x}{sps[2]:02x}{sps[3]:02x}"
    return VideoFormat(avcc, codec, width, height, (avcc[4] & 3) + 1)


def _unescape(nal: bytes) -> bytes:
    return nal.replace(b"\x00\x00\x03", b"\x00\x00")


def _picture_size(sps: bytes) -> tuple[int, int]:
    bits = BitReader(sps)
    profile = bits.bits(8)
    bits.bits(16)
    bits.ue()
    chroma = _read_chroma(bits) if profile in CHROMA_PROFILES else 1
    bits.ue()  # log2_max_frame_num_minus4
    _skip_order_count(bits)
    bits.ue()  # max_num_ref_frames
    bits.bits(1)
    width = (bits.ue() + 1) * 16
    map_units = bits.ue() + 1
    frame_only = bits.bits(1)
    if not frame_only:
        bits.bits(1)
    bits.bits(1)
    height = map_units * 16 * (2 - frame_only)
    if bits.bits(1):
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        unit_x = 2 if chroma in (1, 2) else 1
        unit_y = (2 if chroma == 1 else 1) * (2 - frame_only)
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y
    if not (0 < width <= MAX_DIMENSION and 0 < height <= MAX_DIMENSION):
        raise MalformedMedia("picture size out of range")
    return width, height


def _read_chroma(bits: BitReader) -> int:
    chroma = bits.ue()
    if chroma == 3:
        bits.bits(1)
    bits.ue()
    bits.ue()
    bits.bits(1)
    if bits.bits(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.bits(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(bits: BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) & 0xFF
        last = following or last


def _skip_order_count(bits: BitReader) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.bits(1)
        bits.se()
        bits.se()
        cycle = bits.ue()
        if cycle > 255:
            raise MalformedMedia("bad picture order count cycle")
        for _ in range(cycle):
            bits.se()


def read_audio_format(asc: bytes) -> AudioFormat:
    """The format described by an AudioSpecificConfig."""
    bits = BitReader(asc)
    object_type = _object_type(bits)
    sample_rate = _sample_rate(bits)
    channels = CHANNELS.get(bits.bits(4))
    if channels is None:
        raise MalformedMedia("unsupported AAC channel configuration")
    core_type = object_type
    if object_type in (SBR, PARAMETRIC_STEREO):
        _sample_rate(bits)
        core_type = _object_type(bits)
    short_frames = core_type in (1, 2, 3, 4, 6, 7) and bits.bits(1)
    return AudioFormat(asc, f"mp4a.40.{object_type}", sample_rate, channels, 960 if short_frames else 1024)


def _object_type(bits: BitReader) -> int:
    value = bits.bits(5)
    return 32 + bits.bits(6) if value == 31 else value


def _sample_rate(bits: BitReader) -> int:
    index = bits.bits(4)
    if index == 15:
        rate = bits.bits(24)
    elif index < len(SAMPLE_RATES):
        rate = SAMPLE_RATES[index]
    else:
        raise MalformedMedia("bad AAC sample rate")
    if not 7350 <= rate <= 96000:
        raise MalformedMedia("bad AAC sample rate")
    return rate


def well_formed(data: bytes, length_size: int) -> bool:
    """Whether the access unit is a sequence of complete, non-empty NAL units."""
    position, end = 0, len(data)
    while position + length_size <= end:
        size = int.from_bytes(data[position : position + length_size], "big")
        if not size:
            return False
        position += length_size + size
    return position == end and end > 0
