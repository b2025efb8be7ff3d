"""The initialisation segment."""

import struct

from nightmarket.media.cmaf.boxes import MATRIX, box, descriptor, full_box
from nightmarket.media.units import AudioFormat, VideoFormat

VIDEO_TIMESCALE = 90_000
MOVIE_TIMESCALE = 1000
VIDEO_TRACK, AUDIO_TRACK = 1, 2
EMPTY_TABLES = (
    full_box(b"stts", 0, 0, bytes(4))
    + full_box(b"stsc", 0, 0, bytes(4))
    + full_box(b"stsz", 0, 0, bytes(8))
    + full_box(b"stco", 0, 0, bytes(4))
)
SELF_CONTAINED = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1)))


def write_init(video: VideoFormat | None, audio: AudioFormat | None) -> bytes:
    """`ftyp` and `moov` for the tracks there are."""
    tracks, extends = [], []
    if video is not None:
        tracks.append(_video_track(video))
        extends.append(_extends(VIDEO_TRACK))
    if audio is not None:
        tracks.append(_audio_track(audio))
        extends.append(_extends(AUDIO_TRACK))
    header = full_box(
        b"mvhd", 0, 0, struct.pack(">IIIIIH10x", 0, 0, MOVIE_TIMESCALE, 0, 0x10000, 0x100), MATRIX, bytes(24),
        struct.pack(">I", 3),
    )  # fmt: skip
    kinds = box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6cmfcmp41")
    return kinds + box(b"moov", header, *tracks, box(b"mvex", *extends))


def _extends(track: int) -> bytes:
    return full_box(b"trex", 0, 0, struct.pack(">IIIII", track, 1, 0, 0, 0))


def _track(track: int, size: tuple[int, int], volume: int, media: bytes) -> bytes:
    header = full_box(
        b"tkhd", 0, 3, struct.pack(">IIIII8xHHHH", 0, 0, track, 0, 0, 0, int(track == AUDIO_TRACK), volume, 0),
        MATRIX, struct.pack(">II", size[0] << 16, size[1] << 16),
    )  # fmt: skip
    return box(b"trak", header, media)


def _media(timescale: int, handler: bytes, header: bytes, entry: bytes) -> bytes:
    return box(
        b"mdia",
        full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, timescale, 0, 0x55C4, 0)),
        full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), b"nightmarket\x00"),
        box(
            b"minf",
            header,
            SELF_CONTAINED,
            box(b"stbl", full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry), EMPTY_TABLES),
        ),
    )


def _video_track(video: VideoFormat) -> bytes:
    entry = box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH32xHh", 1, video.width, video.height, 0x480000, 0x480000, 0, 1, 0x18, -1),
        box(b"avcC", video.avcc),
    )
    media = _media(VIDEO_TIMESCALE, b"vide", full_box(b"vmhd", 0, 1, bytes(8)), entry)
    return _track(VIDEO_TRACK, (video.width, video.height), 0, media)


def _audio_track(audio: AudioFormat) -> bytes:
    decoder = descriptor(0x04, struct.pack(">BBBHII", 0x40, 0x15, 0, 0, 0, 0), descriptor(0x05, audio.asc))
    stream = descriptor(0x03, struct.pack(">HB", AUDIO_TRACK, 0), decoder, descriptor(0x06, b"\x02"))
    entry = box(
        b"mp4a",
        struct.pack(">6xH8xHHIHH", 1, audio.channels, 16, 0, min(audio.sample_rate, 0xFFFF), 0),
        full_box(b"esds", 0, 0, stream),
    )
    media = _media(audio.sample_rate, b"soun", full_box(b"smhd", 0, 0, bytes(4)), entry)
    return _track(AUDIO_TRACK, (0, 0), 0x100, media)
