"""Frames of a room: their kinds, classes and bytes.

Always true here: a frame is encoded once, by whoever announces it, and is carried as bytes from then on. A server
message is a JSON array of frames, so several frames travel together without being parsed again.
"""

import enum
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

SENDER_ROOM: Final = 14
"""Bytes left free in front of a framed message for the WebSocket header."""


class FrameClass(enum.StrEnum):
    """What may happen to a frame on its way."""

    KEPT = "k"
    """Numbered, kept in the room log, replayed after a reconnect, sent at once."""
    CHAT = "c"
    """Numbered and kept like KEPT, but gathered for some milliseconds under load."""
    LOSSY = "l"
    """Not numbered; the last value of its key wins."""
    DIRECT = "d"
    """Passed on to the addressee when connected; never stored."""


KINDS: Final[Mapping[str, FrameClass]] = {
    "room-state": FrameClass.KEPT,
    "resync": FrameClass.KEPT,
    "chat-message": FrameClass.CHAT,
    "chat-deleted": FrameClass.KEPT,
    "message-pinned": FrameClass.KEPT,
    "announcement": FrameClass.KEPT,
    "viewer-count": FrameClass.LOSSY,
    "reaction": FrameClass.LOSSY,
    "spotlight-product": FrameClass.KEPT,
    "item-updated": FrameClass.KEPT,
    "stock-changed": FrameClass.LOSSY,
    "claim-result": FrameClass.KEPT,
    "order-updated": FrameClass.KEPT,
    "sold": FrameClass.LOSSY,
    "queue-position": FrameClass.KEPT,
    "stream-status": FrameClass.KEPT,
    "webrtc-offer": FrameClass.DIRECT,
    "webrtc-answer": FrameClass.DIRECT,
    "webrtc-ice-candidate": FrameClass.DIRECT,
    "slow-mode": FrameClass.KEPT,
    "muted": FrameClass.KEPT,
}


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who wrote a message, as everybody in the room may see it."""

    id: str
    name: str
    role: str = "buyer"


class ChatMessage(msgspec.Struct, frozen=True):
    id: str
    user: Person
    text: str


class ViewerCount(msgspec.Struct, frozen=True):
    count: int


class Reaction(msgspec.Struct, frozen=True):
    """Reactions of one kind summed since the frame before."""

    emoji: str
    count: int


class Envelope(NamedTuple):
    """A frame on the bus between processes: how to deliver it, and its finished bytes."""

    klass: str
    key: str
    epoch: str
    seq: int
    frame: bytes


_encoder = msgspec.json.Encoder()


def encode_data(data: Any) -> bytes:
    """JSON of the `d` part of a frame."""
    return _encoder.encode(data)


def encode_frame(kind: str, data: Any, *, at: int, seq: int | None = None) -> bytes:
    """One finished frame."""
    before, after = split_frame(kind, data, at=at)
    if seq is None:
        return b'{"t":"%s"%s' % (kind.encode(), after)
    return b"%s%d%s" % (before, seq, after)


def split_frame(kind: str, data: Any, *, at: int) -> tuple[bytes, bytes]:
    """A frame's bytes before and after its number, for whoever gives out the numbers."""
    return b'{"t":"%s","s":' % kind.encode(), b',"at":%d,"d":%s}' % (at, encode_data(data))


def encode_reply(kind: str, client_id: int | None, data: Any) -> bytes:
    """An `ack` or `error` answering the client frame with that id."""
    return _encoder.encode({"t": kind, "id": client_id, "d": data})


def message_of(frames: Iterable[bytes]) -> bytearray:
    """A server message ready to be sent: room for the WebSocket header, then the array of frames."""
    return bytearray(SENDER_ROOM) + b"[" + b",".join(frames) + b"]"


def envelope_header(klass: str, key: str = "", epoch: str = "", seq: int | str = "") -> bytes:
    """First line of a bus message; the frame follows after a line feed."""
    return f"{klass}|{key}|{epoch}|{seq}\n".encode()


def read_envelope(raw: bytes) -> Envelope:
    """The delivery line and the untouched frame of a bus message."""
    head, _, frame = raw.partition(b"\n")
    klass, key, epoch, seq = head.decode().split("|")
    return Envelope(klass, key, epoch, int(seq or 0), frame)
