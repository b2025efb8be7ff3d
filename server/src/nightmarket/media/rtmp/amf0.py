"""AMF0, the encoding of RTMP commands. Input is hostile: depth and item count are bounded."""

import struct

Amf = None | bool | float | str | list["Amf"] | dict[str, "Amf"]

MAX_DEPTH = 8
MAX_ITEMS = 512
NUMBER, BOOLEAN, STRING, OBJECT, NULL, UNDEFINED, ECMA_ARRAY, OBJECT_END, STRICT_ARRAY, DATE, LONG_STRING = (
    0, 1, 2, 3, 5, 6, 8, 9, 10, 11, 12,
)  # fmt: skip


class AmfError(ValueError):
    """The bytes are not AMF0, or exceed the bounds."""


def decode_all(data: bytes) -> list[Amf]:
    """Every value in the buffer, in order."""
    reader = _Reader(data)
    values: list[Amf] = []
    while not reader.exhausted:
        values.append(reader.value())
    return values


def encode_all(*values: Amf | int) -> bytes:
    """The values one after the other."""
    out = bytearray()
    for value in values:
        _encode(out, value)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._items = 0

    @property
    def exhausted(self) -> bool:
        return self._at >= len(self._data)

    def value(self, depth: int = 0) -> Amf:
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise AmfError("too deep or too many values")
        marker = self._take(1)[0]
        if marker in (NULL, UNDEFINED):
            return None
        if marker in (OBJECT, ECMA_ARRAY, STRICT_ARRAY):
            return self._container(marker, depth + 1)
        return self._scalar(marker)

    def _scalar(self, marker: int) -> Amf:
        if marker == NUMBER:
            return float(struct.unpack(">d", self._take(8))[0])
        if marker == BOOLEAN:
            return self._take(1) != b"\x00"
        if marker == STRING:
            return self._text(2)
        if marker == LONG_STRING:
            return self._text(4)
        if marker == DATE:
            return float(struct.unpack(">dh", self._take(10))[0])
        raise AmfError("unsupported marker")

    def _container(self, marker: int, depth: int) -> Amf:
        if marker == OBJECT:
            return self._properties(depth)
        size = int.from_bytes(self._take(4), "big")
        if marker == ECMA_ARRAY:
            return self._properties(depth)
        if size > MAX_ITEMS:
            raise AmfError("array is too long")
        return [self.value(depth) for _ in range(size)]

    def _properties(self, depth: int) -> dict[str, Amf]:
        found: dict[str, Amf] = {}
        while True:
            name = self._text(2)
            if not name and self._data[self._at : self._at + 1] == bytes([OBJECT_END]):
                self._at += 1
                return found
            found[name] = self.value(depth)

    def _text(self, length_bytes: int) -> str:
        size = int.from_bytes(self._take(length_bytes), "big")
        return self._take(size).decode("utf-8", "replace")

    def _take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise AmfError("value is cut off")
        self._at += count
        return piece


def _encode(out: bytearray, value: Amf | int) -> None:
    if value is None:
        out.append(NULL)
    elif isinstance(value, bool):
        out += bytes([BOOLEAN, value])
    elif isinstance(value, int | float):
        out += struct.pack(">Bd", NUMBER, value)
    elif isinstance(value, str):
        _encode_text(out, value)
    elif isinstance(value, list):
        out += struct.pack(">BI", STRICT_ARRAY, len(value))
        for item in value:
            _encode(out, item)
    else:
        out.append(OBJECT)
        for name, item in value.items():
            raw = name.encode()
            out += struct.pack(">H", len(raw)) + raw
            _encode(out, item)
        out += b"\x00\x00\x09"


def _encode_text(out: bytearray, value: str) -> None:
    raw = value.encode()
    if len(raw) > 0xFFFF:
        out += struct.pack(">BI", LONG_STRING, len(raw)) + raw
    else:
        out += struct.pack(">BH", STRING, len(raw)) + raw
