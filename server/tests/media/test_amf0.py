"""AMF0 there and back, and against hostile bytes."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.media.rtmp.amf0 import Amf, AmfError, decode_all, encode_all

texts = st.text(max_size=40)
scalars = st.none() | st.booleans() | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(values, max_size=4))
def test_values_survive_the_round_trip(items: list[Amf]) -> None:
    assert decode_all(encode_all(*items)) == items


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(AmfError):
        decode_all(data)


def test_long_strings_have_their_own_marker() -> None:
    text = "x" * 70_000
    encoded = encode_all(text)
    assert encoded[0] == 12
    assert decode_all(encoded) == [text]


def test_ecma_array_reads_like_an_object() -> None:
    data = b"\x08\x00\x00\x00\x01\x00\x01a\x00\x3f\xf0\x00\x00\x00\x00\x00\x00\x00\x00\x09"
    assert decode_all(data) == [{"a": 1.0}]


@pytest.mark.parametrize(
    "data",
    [b"\x00\x00", b"\x02\x00\x05ab", b"\x0a\xff\xff\xff\xff", b"\x03\x00\x01a" * 20, b"\x0d", b"\x11\x00"],
    ids=["short number", "short string", "endless array", "too deep", "unsupported", "amf3"],
)
def test_broken_or_excessive_input_is_refused(data: bytes) -> None:
    with pytest.raises(AmfError):
        decode_all(data)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(AmfError):
        decode_all(b"\x05" * 600)
