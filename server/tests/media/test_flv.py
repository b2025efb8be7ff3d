"""FLV tags, classic and enhanced, and a whole RTMP connection under bytes that nobody sane would send."""

import asyncio
import contextlib
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.rtmp_client import HANDSHAKE
from media.test_codecs import BASELINE
from nightmarket.media.cmaf.packager import CutRules, Part
from nightmarket.media.config import MediaConfig
from nightmarket.media.feed import Feed
from nightmarket.media.ingest import Publication, Refused, Source
from nightmarket.media.meter import Meter
from nightmarket.media.rtmp.amf0 import encode_all
from nightmarket.media.rtmp.chunks import AUDIO, COMMAND_AMF0, DATA_AMF0, VIDEO, ChunkWriter, Message
from nightmarket.media.rtmp.flv import FlvReader
from nightmarket.media.rtmp.session import RtmpSession
from nightmarket.media.units import AccessUnit, AudioFormat, Incoming, Kind, UnsupportedMedia, VideoFormat

AVCC = bytes.fromhex(BASELINE)
ASC = bytes.fromhex("1190")
PICTURE = b"\x00\x00\x00\x02\x65\x88"
MODIFIER = b"\x02\x00\x00\x01"
"""A time stamp offset of three bytes, then a byte whose low half is the packet type that follows."""


def _video(*bodies: bytes) -> list[Incoming | None]:
    reader = FlvReader()
    return [reader.video(40 * index, body) for index, body in enumerate(bodies)]


def test_enhanced_tags_of_h264_say_what_the_classic_ones_say() -> None:
    classic = _video(
        b"\x17\x00\x00\x00\x00" + AVCC, b"\x17\x01\x00\x00\x28" + PICTURE, b"\x27\x01\xff\xff\xd8" + PICTURE
    )
    enhanced = _video(b"\x90avc1" + AVCC, b"\x91avc1\x00\x00\x28" + PICTURE, b"\xa1avc1\xff\xff\xd8" + PICTURE)
    assert enhanced == classic
    assert isinstance(classic[0], VideoFormat)
    assert classic[1:] == [
        AccessUnit(Kind.VIDEO, 40, PICTURE, 40, key=True),
        AccessUnit(Kind.VIDEO, 80, PICTURE, -40, key=False),
    ]


def test_enhanced_tags_without_an_offset_or_with_modifiers_are_understood() -> None:
    found = _video(b"\x90avc1" + AVCC, b"\x93avc1" + PICTURE, b"\x97" + MODIFIER + b"\x03avc1" + PICTURE, b"\x92avc1")
    assert found[1:] == [
        AccessUnit(Kind.VIDEO, 40, PICTURE, 0, key=True),
        AccessUnit(Kind.VIDEO, 80, PICTURE, 0, key=True),
        None,
    ]


def test_enhanced_sound_says_what_the_classic_one_says() -> None:
    classic, enhanced = FlvReader(), FlvReader()
    first = classic.audio(0, b"\xaf\x00" + ASC)
    assert isinstance(first, AudioFormat)
    assert enhanced.audio(0, b"\x90mp4a" + ASC) == first
    assert enhanced.audio(21, b"\x91mp4aframe") == classic.audio(21, b"\xaf\x01frame")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x90hvc1", "HEVC"),
        (b"\x91av01xyz", "AV1"),
        (b"\x96\x00avc1", "several video tracks"),
        (b"\x90zzzz", "another"),
    ],
)
def test_what_it_does_not_take_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(UnsupportedMedia, match=reason):
        _video(body)


_TAGS = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda head, codec, rest: bytes([head]) + codec + rest,
        st.integers(0, 255),
        st.sampled_from([b"", b"\x00", b"\x01\x00\x00\x00", b"avc1", b"mp4a", MODIFIER]),
        st.one_of(st.binary(max_size=30), st.sampled_from([AVCC, ASC, PICTURE, AVCC[:20]])),
    ),
)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2**32 - 1), _TAGS), max_size=30))
def test_any_tags_are_media_or_refused(tags: list[tuple[bool, int, bytes]]) -> None:
    reader = FlvReader()
    feed = Feed(_Sink(), CutRules(300, 1000, 10_000), Meter())
    feed.take(cast("Incoming", _video(b"\x17\x00\x00\x00\x00" + AVCC)[0]))
    for is_video, timestamp, body in tags:
        with contextlib.suppress(UnsupportedMedia):
            item = reader.video(timestamp, body) if is_video else reader.audio(timestamp, body)
            assert item is None or isinstance(item, Incoming)
            if item is not None:
                feed.take(item)
    feed.end_run()


class _Sink:
    def begin_run(self, video: VideoFormat | None, audio: AudioFormat | None) -> int:
        assert video is not None or audio is not None
        return 0

    def add_part(self, part: Part) -> None:
        assert part.data
        assert part.duration_ms > 0

    def key_frame(self, video: VideoFormat, unit: AccessUnit) -> None:
        """Not looked at here."""


class _Way:
    """A gate and the publication behind it."""

    def __init__(self) -> None:
        self.feed = Feed(_Sink(), CutRules(300, 1000, 10_000), Meter())
        self.taken = 0
        self.is_closed = False

    async def authorize(self, key: str, remote: str) -> str:  # noqa: ARG002
        return key

    async def admit(self, key: str, remote: str, source: Source) -> Publication:  # noqa: ARG002
        if key != "key":
            raise Refused("no")
        return self

    async def take(self, item: Incoming) -> None:
        assert not self.is_closed
        self.taken += 1
        self.feed.take(item)

    async def close(self, reason: str) -> None:  # noqa: ARG002
        self.feed.end_run()
        self.is_closed = True


class _Deaf(asyncio.Transport):
    _is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nobody listens."""

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        self._is_closed = True

    abort = close


def _connection() -> bytes:
    """What an encoder sends from hello to goodbye."""
    out = ChunkWriter()
    picture, sound = b"\x17\x01\x00\x00\x00" + PICTURE, b"\xaf\x01frame"
    messages = [
        Message(COMMAND_AMF0, 0, 0, encode_all("connect", 1, {"app": "live", "fourCcList": ["avc1"]})),
        Message(COMMAND_AMF0, 0, 0, encode_all("createStream", 2, None)),
        Message(COMMAND_AMF0, 1, 0, encode_all("publish", 3, None, "key", "live")),
        Message(
            DATA_AMF0, 1, 0, encode_all("@setDataFrame", "onMetaData", {"videocodecid": 7.0, "audiocodecid": 10.0})
        ),
        Message(VIDEO, 1, 0, b"\x17\x00\x00\x00\x00" + AVCC),
        Message(AUDIO, 1, 0, b"\xaf\x00" + ASC),
        *(Message(kind, 1, at, body) for at in range(0, 2000, 40) for kind, body in ((VIDEO, picture), (AUDIO, sound))),
        Message(COMMAND_AMF0, 1, 0, encode_all("deleteStream", 4, None, 1)),
    ]
    return HANDSHAKE + bytes(1536) + b"".join(out.write(message) for message in messages)


async def _serve(sent: bytes) -> _Way:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    reader.feed_data(sent)
    reader.feed_eof()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport = _Deaf()
    protocol.connection_made(transport)
    way = _Way()
    config = MediaConfig(data_dir=Path(), hook_url="", secret="")
    async with asyncio.timeout(5):
        await RtmpSession(reader, asyncio.StreamWriter(transport, protocol, reader, loop), way, config=config).run()
    return way


SENT = _connection()


async def test_connection_as_it_should_be_is_published_whole() -> None:
    way = await _serve(SENT)
    assert (way.taken, way.is_closed) == (103, True)


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(st.tuples(st.integers(3073, len(SENT) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.integers(3000, len(SENT)),
)
def test_connection_with_broken_bytes_ends_by_itself(edits: list[tuple[int, int]], cut: int) -> None:
    broken = bytearray(SENT)
    for at, value in edits:
        broken[at] = value
    way = asyncio.run(_serve(bytes(broken[:cut])))
    assert way.is_closed or way.taken == 0
