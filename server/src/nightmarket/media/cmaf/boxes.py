"""ISO base media boxes: writing them, and walking over the ones we wrote."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def box(kind: bytes, *content: bytes) -> bytes:
    """A box around its content."""
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full_box(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">I", (version << 24) | flags), *content)


@dataclass(frozen=True, slots=True)
class BoxSpan:
    """Where a box lies in a buffer."""

    kind: bytes
    start: int
    body: int
    end: int


def walk(data: bytes | memoryview, start: int = 0, end: int | None = None) -> Iterator[BoxSpan]:
    """Complete boxes between two positions; stops at the first one that is cut off or broken."""
    limit = len(data) if end is None else end
    while start + 8 <= limit:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > limit:
            return
        yield BoxSpan(kind, start, start + 8, start + size)
        start += size


def descriptor(tag: int, *content: bytes) -> bytes:
    """An MPEG-4 descriptor with the four-byte length every player understands."""
    body = b"".join(content)
    size = len(body)
    length = bytes([0x80 | (size >> 21) & 0x7F, 0x80 | (size >> 14) & 0x7F, 0x80 | (size >> 7) & 0x7F, size & 0x7F])
    return bytes([tag]) + length + body
