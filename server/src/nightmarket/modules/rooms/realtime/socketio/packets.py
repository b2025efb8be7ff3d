"""Socket.IO packets. Theirs are read strictly; ours are made once per room message, for all clients together.

The library would parse whatever a client sends before anybody could object, and encode every event per client. Its
packet class and JSON module are ours to choose, so neither happens.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, NoReturn

import msgspec
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio import packet as socketio_packet

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.client_frames import MAX_NESTING, nesting
from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.kinds.registry import SERVER_KINDS

ASKED: Final = "asked"
"""The one event the library's dispatcher knows. The client's name for it could be `connect`, which is a handler too."""

_PACKET: Final = re.compile(
    r"(?P<kind>[0-6])(?:[0-9]{1,10}-)?(?:(?P<namespace>/[^,?]*)(?:\?[^,]*)?(?:,|\Z))?(?P<ack>[0-9]{1,15})?(?P<body>.*)",
    re.DOTALL,
)
_REFUSED: Final = b'{"t":"join-room","id":%s,"d":0}'
"""Counted, and refused as malformed, like any other frame with such data."""

_LOSSY: Final = frozenset(kind for kind, shape in SERVER_KINDS.items() if shape.klass is FrameClass.LOSSY)

_arguments = msgspec.json.Decoder(list[msgspec.Raw])
_anything = msgspec.json.Decoder()
log = get_logger(__name__)


class UnreadJson:
    """For the library: it writes JSON, and leaves what it receives as it is."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(_text: Any, **_options: Any) -> NoReturn:
        """ValueError is how the library learns that a payload is plain text."""
        raise ValueError


@dataclass(frozen=True, slots=True)
class Asked:
    """An event from a client, unread. `ack` is the number to answer under, when the client waits for an answer."""

    ack: int | None
    arguments: str | None

    def frame(self) -> bytes:
        """The same as a client frame of our own protocol."""
        number = b"null" if self.ack is None else b"%d" % self.ack
        try:
            name, *data = _arguments.decode(self.arguments or "")
        except (ValueError, RecursionError):
            return _REFUSED % number
        if len(data) > 1:
            return _REFUSED % number
        given = bytes(data[0]) if data else b"null"
        return b'{"t":%s,"id":%s,"d":%s}' % (bytes(name), number, b"{}" if given == b"null" else given)


class RoomPacket(socketio_packet.Packet):  # type: ignore[misc]  # the library has no types
    """A packet whose content stays unread, and which always can be decoded: nonsense becomes an event to refuse."""

    uses_binary_events = False

    def __init__(self, *args: Any, encoded_packet: Any = None, **named: Any) -> None:
        super().__init__(*args, **named)
        if encoded_packet is not None:
            self.decode(encoded_packet)

    def decode(self, encoded_packet: Any) -> int:
        """Fill this packet; returns the number of attachments to wait for, which is none."""
        found = _PACKET.fullmatch(encoded_packet) if isinstance(encoded_packet, str) else None
        self.packet_type: int = socketio_packet.EVENT
        self.data: Any = [ASKED, Asked(None, None)]
        if found is None:
            return 0
        kind, ack, body = int(found["kind"]), found["ack"], found["body"]
        self.namespace = found["namespace"]
        if kind == socketio_packet.CONNECT:
            self.packet_type, self.data = kind, _auth(body)
        elif kind == socketio_packet.DISCONNECT:
            self.packet_type, self.data = kind, None
        elif kind == socketio_packet.EVENT:
            self.data = [ASKED, Asked(_number(ack), body)]
        elif kind == socketio_packet.BINARY_EVENT:
            self.data = [ASKED, Asked(_number(ack), None)]
        return 0


class Outgoing(NamedTuple):
    """A packet for the library to send, as often as there are clients."""

    packet: Any
    size: int
    is_lossy: bool


class _WireFrame(msgspec.Struct):
    t: str
    d: msgspec.Raw
    s: int | None = None
    n: int | None = None
    at: int | None = None
    id: int | None = None


class PacketMaker:
    """Turns finished messages of the room into packets; each message once, however many clients ask in a row."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(list[_WireFrame])
        self._message: bytearray | None = None
        self._made: list[Outgoing] = []

    def packets_of(self, message: bytearray, offset: int) -> list[Outgoing]:
        """The packets of a message whose text begins at `offset`."""
        if message is not self._message:
            self._message = message
            try:
                frames = self._decoder.decode(memoryview(message)[offset:])
                self._made = [made for frame in frames if (made := _packet_of(frame)) is not None]
            except ValueError:
                # Called from the fan-out: what we cannot read must not keep the others from reading it.
                log.exception("rooms.socketio_message_unreadable")
                self._made = []
        return self._made


def closing_packet(code: CloseCode, reason: str) -> Outgoing:
    """Why we hang up, for a protocol without close codes."""
    return _outgoing(f'2["closing",{json.dumps({"code": int(code), "reason": reason})}]')


def disconnect_packet() -> Outgoing:
    """The end for good: a client does not come back by itself after this."""
    return _outgoing(str(socketio_packet.DISCONNECT))


def _packet_of(frame: _WireFrame) -> Outgoing | None:
    data = bytes(frame.d).decode()
    if frame.t == "ack":
        return None if frame.id is None else _outgoing(f"3{frame.id}[{data}]")
    if frame.t == "error":
        return _outgoing(f'2["error",{data}]' if frame.id is None else f'3{frame.id}[{{"error":{data}}}]')
    meta = {"s": frame.s, "n": frame.n, "at": frame.at}
    known = msgspec.json.encode({name: value for name, value in meta.items() if value is not None}).decode()
    kind = msgspec.json.encode(frame.t).decode()
    return _outgoing(f"2[{kind},{data},{known}]", is_lossy=frame.t in _LOSSY)


def _outgoing(text: str, *, is_lossy: bool = False) -> Outgoing:
    return Outgoing(EnginePacket(MESSAGE, data=text), len(text), is_lossy)


def _auth(body: str) -> Any:
    raw = body.encode(errors="replace")
    if nesting(raw) > MAX_NESTING:
        return None
    try:
        return _anything.decode(raw)
    except (ValueError, RecursionError):
        return None


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)
