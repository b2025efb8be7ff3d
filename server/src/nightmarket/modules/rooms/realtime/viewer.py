"""One room socket: frames in, finished messages out, and an orderly end.

Called by picows from the loop only. Nothing here waits: a slow peer fills its own bounded buffer, is taken off the
room's list, and is hung up on when it does not recover.
"""

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM, message_of
from nightmarket.modules.rooms.realtime.limits import TokenBucket
from nightmarket.modules.rooms.realtime.metrics import CLOSED, PAUSED
from nightmarket.modules.rooms.realtime.tickets import Ticket

if TYPE_CHECKING:
    from nightmarket.modules.rooms.realtime.fanout import SendFramed
    from nightmarket.modules.rooms.realtime.hub import Hub
    from nightmarket.modules.rooms.realtime.room import Room

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Resume:
    """Where a returning viewer left off."""

    __slots__ = ("epoch", "n", "seq")

    def __init__(self, epoch: str, seq: int, n: int | None = None) -> None:
        self.epoch = epoch
        self.seq = seq
        self.n = n


class Viewer(WSListener):
    """A connected viewer of one room."""

    __slots__ = (
        "_fragments",
        "_gone",
        "_hub",
        "_transport",
        "chat_bucket",
        "comments_pending",
        "held",
        "is_closing",
        "is_heard",
        "is_invited",
        "is_pinged",
        "message_bucket",
        "missed_after",
        "on_gone",
        "paused_at",
        "refusals",
        "resume",
        "room",
        "send_framed",
        "ticket",
    )

    send_framed: "SendFramed"

    def __init__(self, hub: "Hub", ticket: Ticket, resume: Resume | None) -> None:
        self._hub = hub
        self.ticket = ticket
        self.resume = resume
        self.room: Room | None = None
        self._transport: WSTransport | None = None
        self._fragments: bytearray | None = None
        self._gone = False
        self.on_gone: Callable[[], None] | None = None
        self.message_bucket = TokenBucket(hub.limits.messages_per_second, hub.limits.message_burst)
        self.chat_bucket = TokenBucket(hub.limits.chat_per_second, hub.limits.chat_burst)
        self.comments_pending = 0
        self.held: list[tuple[int, bytes]] | None = None
        self.refusals = 0
        self.is_invited = False
        self.is_closing = False
        self.is_heard = True
        self.is_pinged = False
        self.paused_at: float | None = None
        self.missed_after = 0

    # -- picows callbacks ---------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade is through: into the room."""
        self._transport = transport
        self.send_framed = transport.send_reuse_external_bytearray
        limits = self._hub.limits
        transport.underlying_transport.set_write_buffer_limits(high=limits.write_high_water_bytes)
        del transport.request.headers  # several KiB per viewer that nobody reads again
        self._hub.admit(self)

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
        self._gone = True
        self._hub.dismiss(self)
        if self.on_gone is not None:
            self.on_gone()

    def pause_writing(self) -> None:
        """The peer reads slower than the room speaks."""
        if self.paused_at is None:
            PAUSED.inc()
            self.paused_at = time.monotonic()
            if self.room is not None:
                self.room.pause(self)

    def resume_writing(self) -> None:
        """The peer has caught up with its buffer."""
        self.paused_at = None
        if self.room is not None and not self.is_closing:
            self.room.catch_up(self)

    # -- out ----------------------------------------------------------------------------------------------------------

    @property
    def is_paused(self) -> bool:
        """Whether the socket takes nothing more at the moment."""
        return self.paused_at is not None

    @property
    def unsent_bytes(self) -> int:
        """What waits in this process for the peer to read."""
        if self._gone or self._transport is None:
            return 0
        return self._transport.underlying_transport.get_write_buffer_size()

    def send(self, *frames: bytes) -> bool:
        """Frames for this viewer alone; False when the socket is full and they were dropped."""
        if self.is_closing or self._gone or self._transport is None or self.paused_at is not None:
            return False
        self.send_framed(WSMsgType.TEXT, message_of(frames), SENDER_ROOM)
        return True

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self._transport is not None and not self.is_closing:
            self.is_pinged = True
            self._transport.send_ping()

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Say goodbye and hang up when the peer has answered, or soon after."""
        if self.is_closing or self._transport is None:
            return
        self.is_closing = True
        CLOSED.labels(str(int(code))).inc()
        self._hub.dismiss(self)
        self._transport.send_close(_wire_code(code), reason)
        self._hub.loop.call_later(self._hub.limits.close_wait_seconds, self.abort)

    def abort(self) -> None:
        """Cut the connection without leaving its unsent bytes in the kernel."""
        if self._gone or self._transport is None:
            return
        raw: socket.socket | None = self._transport.underlying_transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.disconnect(False)  # noqa: FBT003  (picows takes no keywords here)

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
