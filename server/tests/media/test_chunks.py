"""Chunk streams: round trip under any cutting, limits, and the odd corners of the specification."""

import contextlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.media.rtmp.chunks import (
    ABORT,
    SET_CHUNK_SIZE,
    VIDEO,
    ChunkError,
    ChunkReader,
    ChunkWriter,
    Message,
)
from nightmarket.media.rtmp.clock import Unwrapper

messages = st.builds(
    Message,
    st.sampled_from([8, 9, 18, 20]),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1) | st.integers(0xFFFFF0, 0x100000F),
    st.binary(max_size=700),
)


def _reader(max_message: int = 4096) -> ChunkReader:
    return ChunkReader(max_message=max_message, max_chunk=65536)


@given(
    st.lists(st.tuples(messages, st.integers(3, 63)), max_size=6),
    st.integers(1, 300),
    st.lists(st.integers(1, 400), min_size=1, max_size=8),
)
def test_messages_survive_any_chunk_size_and_any_arrival(
    sent: list[tuple[Message, int]], chunk_size: int, pieces: list[int]
) -> None:
    writer = ChunkWriter()
    data = writer.write(Message(SET_CHUNK_SIZE, 0, 0, struct.pack(">I", chunk_size)), csid=2)
    writer.chunk_size = chunk_size
    data += b"".join(writer.write(message, csid) for message, csid in sent)
    received: list[Message] = []
    reader, at, turn = _reader(), 0, 0
    while at < len(data):
        size = pieces[turn % len(pieces)]
        received += reader.feed(data[at : at + size])
        at, turn = at + size, turn + 1
    assert received == [message for message, _ in sent]


@given(st.binary(max_size=2000))
@settings(max_examples=200)
def test_garbage_is_read_or_refused_never_anything_else(data: bytes) -> None:
    reader = _reader()
    with contextlib.suppress(ChunkError):
        for at in range(0, len(data), 97):
            for message in reader.feed(data[at : at + 97]):
                assert len(message.payload) <= 4096


def _header(kind: int, csid: int, rest: bytes) -> bytes:
    return bytes([kind << 6 | csid]) + rest


def _full(timestamp: int, size: int, type_id: int = VIDEO, stream: int = 1) -> bytes:
    return timestamp.to_bytes(3, "big") + size.to_bytes(3, "big") + bytes([type_id]) + stream.to_bytes(4, "little")


def test_short_headers_repeat_what_they_leave_out() -> None:
    data = _header(0, 4, _full(1000, 2)) + b"ab"
    data += _header(1, 4, (20).to_bytes(3, "big") + (3).to_bytes(3, "big") + bytes([8])) + b"cde"
    data += _header(2, 4, (30).to_bytes(3, "big")) + b"fgh"
    data += _header(3, 4, b"") + b"ijk"
    assert list(_reader().feed(data)) == [
        Message(VIDEO, 1, 1000, b"ab"),
        Message(8, 1, 1020, b"cde"),
        Message(8, 1, 1050, b"fgh"),
        Message(8, 1, 1080, b"ijk"),
    ]


def test_interleaved_chunk_streams_come_apart() -> None:
    long = b"v" * 200
    data = _header(0, 4, _full(5, 200)) + long[:128]
    data += _header(0, 5, _full(6, 3, 8)) + b"aud"
    data += _header(3, 4, b"") + long[128:]
    assert [message.payload for message in _reader().feed(data)] == [b"aud", long]


@pytest.mark.parametrize("repeats", [True, False], ids=["repeated", "left out"])
def test_extended_timestamp_of_continuations_is_optional(repeats: bool) -> None:
    stamp = struct.pack(">I", 0x01020304)
    data = _header(0, 4, _full(0xFFFFFF, 200)) + stamp + b"x" * 128
    data += _header(3, 4, b"") + (stamp if repeats else b"") + b"y" * 72
    assert list(_reader().feed(data)) == [Message(VIDEO, 1, 0x01020304, b"x" * 128 + b"y" * 72)]


def test_three_byte_chunk_stream_ids_are_understood() -> None:
    for basic in (b"\x00\x10", b"\x01\x10\x02"):
        assert list(_reader().feed(basic + _full(1, 1) + b"z")) == [Message(VIDEO, 1, 1, b"z")]


def test_abort_discards_the_partial_message() -> None:
    data = _header(0, 4, _full(5, 200)) + b"v" * 128
    data += _header(0, 2, _full(0, 4, ABORT, 0)) + struct.pack(">I", 4)
    data += _header(0, 4, _full(7, 1)) + b"w"
    assert list(_reader().feed(data)) == [Message(VIDEO, 1, 7, b"w")]


@pytest.mark.parametrize(
    "data",
    [
        _header(0, 4, _full(0, 5000)),
        _header(3, 4, b""),
        _header(1, 9, bytes(7)),
        _header(0, 2, _full(0, 4, SET_CHUNK_SIZE, 0)) + struct.pack(">I", 0),
        _header(0, 2, _full(0, 4, SET_CHUNK_SIZE, 0)) + struct.pack(">I", 1 << 30),
        _header(0, 2, _full(0, 1, SET_CHUNK_SIZE, 0)) + b"\x00",
        _header(0, 4, _full(0, 200)) + bytes(128) + _header(0, 4, _full(0, 200)),
        b"".join(_header(0, csid, _full(0, 200)) + bytes(128) for csid in range(3, 60)),
        b"".join(b"\x01" + struct.pack("<H", n) + _full(0, 0) for n in range(70)),
    ],
    ids=[
        "long message",
        "nothing to continue",
        "unknown chunk stream",
        "zero chunk size",
        "huge chunk size",
        "short control",
        "unfinished",
        "hoarding",
        "many streams",
    ],
)
def test_violations_are_refused(data: bytes) -> None:
    with pytest.raises(ChunkError):
        list(_reader().feed(data))


def test_time_runs_on_through_both_wraps() -> None:
    for wrap in (1 << 24, 1 << 32):
        clock = Unwrapper()
        raw = [wrap - 40, wrap - 20, 0, 20, wrap - 5, 40, 60]
        assert [clock.unwrap(value) - wrap for value in raw] == [-40, -20, 0, 20, -5, 40, 60]


def test_small_steps_back_are_no_wrap() -> None:
    clock = Unwrapper()
    assert [clock.unwrap(value) for value in (1000, 980, 1020)] == [1000, 980, 1020]
