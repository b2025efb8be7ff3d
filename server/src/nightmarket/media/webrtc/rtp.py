"""Reads and writes RTP headers, and recognises RTCP beside it (RFC 3550, RFC 5761)."""

import struct
from dataclasses import dataclass

HEADER = struct.Struct(">BBHII")
ONE_BYTE_EXTENSIONS = 0xBEDE
TWO_BYTE_EXTENSIONS = 0x1000


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    marker: bool
    payload: bytes
    extensions: dict[int, bytes]


def is_rtcp(data: bytes) -> bool:
    """Whether a packet that begins like RTP is RTCP."""
    return len(data) >= 2 and 192 <= data[1] <= 223


def parse(data: bytes) -> Packet | None:
    """The packet, or None when it is none."""
    if len(data) < HEADER.size or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    position = HEADER.size + 4 * (first & 0x0F)
    end = len(data)
    extensions: dict[int, bytes] = {}
    if first & 0x10:
        if end < position + 4:
            return None
        profile, words = struct.unpack_from(">HH", data, position)
        position += 4
        extensions = _extensions(profile, data[position : position + 4 * words])
        position += 4 * words
    if first & 0x20:
        end -= data[-1]
    if position > end:
        return None
    return Packet(second & 0x7F, sequence, timestamp, ssrc, bool(second & 0x80), data[position:end], extensions)


def _extensions(profile: int, data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    position = 0
    while position < len(data):
        if not data[position]:
            position += 1
            continue
        if profile == ONE_BYTE_EXTENSIONS:
            number, size = data[position] >> 4, (data[position] & 0x0F) + 1
            position += 1
            if number == 15:
                break
        elif profile & 0xFFF0 == TWO_BYTE_EXTENSIONS and position + 1 < len(data):
            number, size = data[position], data[position + 1]
            position += 2
        else:
            break
        found[number] = data[position : position + size]
        position += size
    return found


def write(payload_type: int, sequence: int, timestamp: int, ssrc: int, payload: bytes, *, marker: bool) -> bytes:
    """A packet without extensions."""
    second = payload_type | (0x80 if marker else 0)
    return HEADER.pack(0x80, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def later(value: int, than: int, bits: int = 16) -> int:
    """How far a wrapping counter is ahead of another, negative when behind."""
    turn = 1 << bits
    difference = (value - than) & (turn - 1)
    return difference - turn if difference >= turn // 2 else difference


class Unwrapper:
    """Makes a wrapping counter run on."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._last: int | None = None

    def unwrap(self, value: int) -> int:
        """The value on a line that never wraps."""
        self._last = value if self._last is None else self._last + later(value, self._last, self._bits)
        return self._last
