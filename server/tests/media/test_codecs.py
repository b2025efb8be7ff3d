"""Decoder configurations from real encoders, and broken ones."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.media.codecs import read_audio_format, read_video_format, well_formed
from nightmarket.media.units import MalformedMedia

HIGH = "0164000bffe1001d6764000bacd9428df93ff0003000410000030001000003003c0f14299601000668ebe3cb22c0fdf8f800"
BASELINE = "0142c028ffe1001e6742c028d900780227e5ffc000c00104000003000400000300f03c60c92001000568cb83cb20"
HIGH_422 = "017a000dffe1001f677a000dbcd941519e222fff0034004510000003001000000303c0f142996001000668ebe3cb22c0fef8f800"
INTERLACED = "0164001effe1001d6764001eacd940b47b7fe001000122000003000200000300783e28532c01000668fba3cb22c0fdf8f800"


@pytest.mark.parametrize(
    ("record", "codec", "size"),
    [
        (HIGH, "avc1.64000b", (160, 90)),
        (BASELINE, "avc1.42c028", (1920, 1080)),
        (HIGH_422, "avc1.7a000d", (322, 182)),
        (INTERLACED, "avc1.64001e", (720, 480)),
    ],
    ids=["high", "baseline", "4:2:2", "interlaced"],
)
def test_size_and_codec_are_read_from_the_parameter_set(record: str, codec: str, size: tuple[int, int]) -> None:
    video = read_video_format(bytes.fromhex(record))
    assert (video.codec, (video.width, video.height), video.nal_length_size) == (codec, size, 4)


@pytest.mark.parametrize(
    ("config", "codec", "rate", "channels", "frame"),
    [
        ("1190", "mp4a.40.2", 48000, 2, 1024),
        ("1208", "mp4a.40.2", 44100, 1, 1024),
        ("1194", "mp4a.40.2", 48000, 2, 960),
        ("2b118800", "mp4a.40.5", 24000, 2, 1024),
        ("17805dc010", "mp4a.40.2", 48000, 2, 1024),
    ],
    ids=["stereo", "mono", "short frames", "he-aac", "explicit rate"],
)
def test_sound_is_read_from_its_configuration(config: str, codec: str, rate: int, channels: int, frame: int) -> None:
    audio = read_audio_format(bytes.fromhex(config))
    assert (audio.codec, audio.sample_rate, audio.channels, audio.frame_samples) == (codec, rate, channels, frame)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_configuration_or_malformed(data: bytes) -> None:
    with contextlib.suppress(MalformedMedia):
        read_audio_format(data)
    with contextlib.suppress(MalformedMedia):
        read_video_format(data)
    with contextlib.suppress(MalformedMedia):
        read_video_format(bytes.fromhex(HIGH)[:12] + data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x00\x00\x00\x02ab", True),
        (b"\x00\x00\x00\x02ab\x00\x00\x00\x01c", True),
        (b"", False),
        (b"\x00\x00\x00\x03ab", False),
        (b"\x00\x00\x00\x02abc", False),
        (b"\x00\x00\x00\x00", False),
        (b"\x00\x00\x00\x01\x65", True),
    ],
)
def test_access_units_are_checked_for_whole_nal_units(data: bytes, expected: bool) -> None:
    assert well_formed(data, 4) is expected
