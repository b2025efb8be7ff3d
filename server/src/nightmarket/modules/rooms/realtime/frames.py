"""The bytes of frames; their kinds are in `kinds/`.

Always true here: a frame is encoded once, by whoever announces it, and is carried as bytes from then on. A server
message is a JSON array of frames, so several frames travel together without being parsed again.
"""

import struct
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple

import msgspec

from nightmarket.modules.rooms.realtime.kinds.base import ServerData

SENDER_ROOM: Final = 14
"""Bytes left free in front of a framed message for the WebSocket header."""

STAFF: Final = "staff"
"""Key of a control message whose frame is for the people of the shop."""


class Envelope(NamedTuple):
    """A frame on the bus between processes: how to deliver it, and its finished bytes."""

    klass: str
    key: str
    epoch: str
    seq: int
    frame: bytes


_encoder = msgspec.json.Encoder()


def encode_data(data: Any) -> bytes:
    """JSON of what is part of a frame."""
    return _encoder.encode(data)


def encode_frame(data: ServerData, *, at: int) -> bytes:
    """One finished frame without a number."""
    return b'{"t":"%s","at":%d,"d":%s}' % (data.kind.encode(), at, _encoder.encode(data))


def split_frame(data: ServerData, *, at: int, number: bytes = b"s") -> tuple[bytes, bytes]:
    """A frame's bytes before and after its number, for whoever gives out the numbers."""
    return b'{"t":"%s","%s":' % (data.kind.encode(), number), b',"at":%d,"d":%s}' % (at, _encoder.encode(data))


def encode_reply(kind: Literal["ack", "error"], client_id: int | None, data: Any) -> bytes:
    """The answer to the client frame with that id."""
    return _encoder.encode({"t": kind, "id": client_id, "d": data})


def message_of(frames: Iterable[bytes]) -> bytearray:
    """A server message ready to be sent: room for the WebSocket header, then the array of frames."""
    return bytearray(SENDER_ROOM) + b"[" + b",".join(frames) + b"]"


def wire_of(framed: bytearray) -> bytes:
    """A server message with its WebSocket header in place, as a socket takes it."""
    size = len(framed) - SENDER_ROOM
    if size < 126:
        header = struct.pack("!BB", 0x81, size)
    elif size < 65536:
        header = struct.pack("!BBH", 0x81, 126, size)
    else:
        header = struct.pack("!BBQ", 0x81, 127, size)
    return header + framed[SENDER_ROOM:]


def envelope_header(klass: str, key: str = "", epoch: str = "", seq: int | str = "") -> bytes:
    """First line of a bus message; the frame follows after a line feed."""
    return f"{klass}|{key}|{epoch}|{seq}\n".encode()


def read_envelope(raw: bytes) -> Envelope:
    """The delivery line and the untouched frame of a bus message."""
    head, _, frame = raw.partition(b"\n")
    klass, key, epoch, seq = head.decode().split("|")
    return Envelope(klass, key, epoch, int(seq or 0), frame)
