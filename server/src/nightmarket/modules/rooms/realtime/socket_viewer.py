"""One room socket of our own protocol: frames in, finished messages out, and an orderly end. Called by picows."""

import contextlib
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import wire_of
from nightmarket.modules.rooms.realtime.tickets import Ticket
from nightmarket.modules.rooms.realtime.viewer import VIEWER_SLOTS, Resume, Viewer

if TYPE_CHECKING:
    from nightmarket.modules.rooms.realtime.hub import Hub

_SWITCHING: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %b\r\n\r\n"
)
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class SocketViewer(Viewer, WSListener):
    """A viewer on a WebSocket of its own."""

    __slots__ = (*VIEWER_SLOTS, "_fragments", "_opening", "_transport", "descriptor", "is_pinged", "on_gone")

    def __init__(self, hub: "Hub", ticket: Ticket, resume: Resume | None) -> None:
        super().__init__(hub, ticket, resume)
        self._transport: WSTransport | None = None
        self._fragments: bytearray | None = None
        self._opening: list[bytes] | None = None
        self.on_gone: Callable[[], None] | None = None
        self.is_pinged = False
        self.descriptor = -1

    # -- picows callbacks ---------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade is decided: into the room. The answer 101 travels with what the room says first, in one write."""
        self._transport = transport
        key = transport.response.headers["Sec-WebSocket-Accept"]
        self._opening = [_SWITCHING % key.encode()]
        self.send_framed = self._gather
        self.is_connected = True
        # Whatever the kernel does not take pauses the viewer, except where TLS has records to keep.
        high = self._hub.limits.write_high_water_bytes if transport.is_secure else 0
        transport.underlying_transport.set_write_buffer_limits(high=high)
        del transport.request.headers  # several KiB per viewer that nobody reads again
        self._hub.admit(self)
        self._open_up(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Puts messages together and refuses what the protocol or the room does not allow."""
        self.is_heard = True
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            self._answer_close(transport, frame)
        elif self.is_closing or kind == WSMsgType.PONG:
            return
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.close(CloseCode.PROTOCOL_ERROR, "reserved bit")
        elif kind == WSMsgType.BINARY:
            self.close(CloseCode.UNSUPPORTED_DATA, "text only")
        elif kind == WSMsgType.TEXT and self._fragments is None:
            if frame.fin:
                self._message(frame.get_payload_as_bytes())
            else:
                self._fragments = bytearray(frame.get_payload_as_memoryview())
        elif kind == WSMsgType.CONTINUATION and self._fragments is not None:
            self._continue(frame, self._fragments)
        else:
            self.close(CloseCode.PROTOCOL_ERROR, "unexpected fragment")

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The socket is gone, for whatever reason."""
        del transport
        self.is_connected = False
        self._hub.dismiss(self)
        if self.on_gone is not None:
            self.on_gone()

    def pause_writing(self) -> None:
        """The write buffer is full."""
        self.fall_behind()

    def resume_writing(self) -> None:
        """The write buffer has drained."""
        self.catch_up()

    # -- out ----------------------------------------------------------------------------------------------------------

    def _gather(self, _kind: WSMsgType, framed: bytearray, _room: int) -> None:
        if self._opening is not None:
            self._opening.append(wire_of(framed))

    def _open_up(self, transport: WSTransport) -> None:
        opening, self._opening = self._opening, None
        if opening is None:
            return
        self.send_framed = transport.send_reuse_external_bytearray
        if not transport.is_secure:
            # On the list, nothing waits in the transport, and the fan-out may write to the socket itself.
            self.descriptor = transport.underlying_transport.get_extra_info("socket").fileno()
        transport.underlying_transport.write(b"".join(opening))

    @property
    def unsent_bytes(self) -> int:
        """What waits in this process for the peer to read."""
        if not self.is_connected or self._transport is None:
            return 0
        return self._transport.underlying_transport.get_write_buffer_size()

    def send_rest(self, rest: bytes) -> None:
        """What the socket did not take of a frame: the transport keeps it, and pauses this viewer."""
        if self._transport is not None:
            self._transport.underlying_transport.write(rest)

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self._transport is not None and not self.is_closing:
            self.is_pinged = True
            self._transport.send_ping()

    def abort(self) -> None:
        """Cut the connection without leaving its unsent bytes in the kernel."""
        if not self.is_connected or self._transport is None:
            return
        raw: socket.socket | None = self._transport.underlying_transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.disconnect(False)  # noqa: FBT003  (picows takes no keywords here)

    def _say_goodbye(self, code: CloseCode, reason: str) -> None:
        if self._transport is not None:
            self._open_up(self._transport)
            self._transport.send_close(_wire_code(code), reason)

    # -- in -----------------------------------------------------------------------------------------------------------

    def _continue(self, frame: WSFrame, fragments: bytearray) -> None:
        if len(fragments) + frame.payload_size > self._hub.limits.max_message_bytes:
            self.close(CloseCode.TOO_BIG, "message too big")
            return
        fragments += frame.get_payload_as_memoryview()
        if frame.fin:
            self._fragments = None
            self._message(bytes(fragments))

    def _message(self, raw: bytes) -> None:
        try:
            raw.decode()
        except UnicodeDecodeError:
            self.close(CloseCode.INVALID_TEXT, "not UTF-8")
            return
        self._hub.commands.receive(self, raw)

    def _answer_close(self, transport: WSTransport, frame: WSFrame) -> None:
        if not self.is_closing:
            self.is_closing = True
            self._hub.dismiss(self)
            code = frame.get_close_code()
            transport.send_close(_wire_code(CloseCode.NORMAL) if code == WSCloseCode.NO_INFO else code)
        transport.disconnect()


def _wire_code(code: int) -> WSCloseCode:
    # The library declares an enumeration but takes, and documents, any number from 3000 to 4999.
    return code  # type: ignore[return-value]
