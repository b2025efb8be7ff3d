"""What a client may send: one frame per message, checked before anything else looks at it."""

from typing import Any, Final, Literal

import msgspec

from nightmarket.modules.rooms.errors import MalformedFrame, UnknownKind

MAX_NESTING: Final = 64


class JoinRoom(msgspec.Struct, frozen=True):
    epoch: str | None = None
    seq: int | None = None
    n: int | None = None


class LeaveRoom(msgspec.Struct, frozen=True):
    pass


class ChatText(msgspec.Struct, frozen=True):
    text: str


class SendReaction(msgspec.Struct, frozen=True):
    emoji: Literal["heart", "fire", "clap", "laugh", "wow"] = "heart"
    count: int = 1


class Spotlight(msgspec.Struct, frozen=True):
    item_id: str | None
    media_time: float | None = None


class JoinQueue(msgspec.Struct, frozen=True):
    item_id: str | None = None
    leave: bool = False


class Signal(msgspec.Struct, frozen=True):
    """WebRTC signalling; what the browsers say to each other is passed on unread."""

    to: str | None = None
    sdp: str | None = None
    candidate: dict[str, Any] | str | None = None


class ClientFrame(msgspec.Struct, frozen=True):
    t: str
    id: int | None = None
    d: msgspec.Raw = msgspec.Raw(b"{}")


ClientData = JoinRoom | LeaveRoom | ChatText | SendReaction | Spotlight | JoinQueue | Signal

CLIENT_KINDS: Final[dict[str, type[ClientData]]] = {
    "join-room": JoinRoom,
    "leave-room": LeaveRoom,
    "chat-message": ChatText,
    "reaction": SendReaction,
    "spotlight-product": Spotlight,
    "join-queue": JoinQueue,
    "webrtc-offer": Signal,
    "webrtc-answer": Signal,
    "webrtc-ice-candidate": Signal,
}

_frame_decoder = msgspec.json.Decoder(ClientFrame)
_data_decoders = {kind: msgspec.json.Decoder(shape) for kind, shape in CLIENT_KINDS.items()}


def read_frame(raw: bytes) -> ClientFrame:
    """The outer frame, or MalformedFrame."""
    if nesting(raw) > MAX_NESTING:
        raise MalformedFrame("too deeply nested")
    try:
        return _frame_decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise MalformedFrame(str(error)) from error


def read_data(frame: ClientFrame) -> ClientData:
    """The checked content of a frame of a known kind."""
    decoder = _data_decoders.get(frame.t)
    if decoder is None:
        raise UnknownKind()
    try:
        return decoder.decode(frame.d)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise MalformedFrame(str(error)) from error


def nesting(raw: bytes) -> int:
    """Deepest bracket level outside strings; an upper bound is enough, so ordinary frames are not scanned."""
    if raw.count(b"{") + raw.count(b"[") <= MAX_NESTING:
        return 0
    depth = deepest = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    return deepest
