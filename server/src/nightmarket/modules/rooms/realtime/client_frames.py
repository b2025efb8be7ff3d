"""What a client may send: one frame per message, checked before anything else looks at it."""

from typing import Final

import msgspec

from nightmarket.modules.rooms.errors import MalformedFrame, UnknownKind
from nightmarket.modules.rooms.realtime.kinds.base import ClientData
from nightmarket.modules.rooms.realtime.kinds.registry import CLIENT_KINDS

MAX_NESTING: Final = 64


class ClientFrame(msgspec.Struct, frozen=True):
    t: str
    id: int | None = None
    d: msgspec.Raw = msgspec.Raw(b"{}")


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
