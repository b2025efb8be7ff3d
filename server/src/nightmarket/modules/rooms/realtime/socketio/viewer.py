"""A viewer who came by Socket.IO: the same rights, limits and frames, on a slower wire.

What waits for one client is bounded. Over half of the bound lossy frames are left out; over it the viewer is taken off
the room's list until the wire has caught up, and hung up on when it does not. The others never wait.
"""

from typing import TYPE_CHECKING, Final

from picows import WSMsgType

from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM, message_of
from nightmarket.modules.rooms.realtime.metrics import DROPPED
from nightmarket.modules.rooms.realtime.socketio.packets import (
    Outgoing,
    PacketMaker,
    closing_packet,
    disconnect_packet,
)
from nightmarket.modules.rooms.realtime.socketio.session import Session
from nightmarket.modules.rooms.realtime.tickets import Ticket
from nightmarket.modules.rooms.realtime.viewer import VIEWER_SLOTS, Resume, Viewer

if TYPE_CHECKING:
    from nightmarket.modules.rooms.realtime.hub import Hub

FIRST_FINAL_CODE: Final = 4500
LOOK_AGAIN_SECONDS: Final = 0.05


class SocketIoViewer(Viewer):
    """A viewer on the Socket.IO endpoint."""

    __slots__ = (*VIEWER_SLOTS, "_backlog", "_packets", "session")

    def __init__(
        self, hub: "Hub", ticket: Ticket, resume: Resume | None, session: Session, packets: PacketMaker
    ) -> None:
        super().__init__(hub, ticket, resume)
        self.session = session
        self._packets = packets
        self._backlog = 0
        self.send_framed = self._take

    def enter(self) -> None:
        """The handshake is through: into the room. Safe to repeat."""
        if not self.is_connected:
            self.is_connected = True
            self._hub.admit(self)

    def gone(self) -> None:
        """The client is away, for whatever reason."""
        self.is_connected = False
        self._hub.dismiss(self)

    # -- out ----------------------------------------------------------------------------------------------------------

    def send(self, *frames: bytes) -> bool:
        """Frames for this viewer alone, none of them left out; False when the client is gone or behind."""
        if self.is_closing or not self.is_connected or self.paused_at is not None:
            return False
        for outgoing in self._packets.packets_of(message_of(frames), SENDER_ROOM):
            self._put(outgoing)
        if self._backlog > self._hub.limits.write_high_water_bytes:
            self._fall_behind()
        return True

    def _take(self, _kind: WSMsgType, message: bytearray, offset: int) -> None:
        limit = self._hub.limits.write_high_water_bytes
        for outgoing in self._packets.packets_of(message, offset):
            if outgoing.is_lossy and self._backlog > limit // 2 and not self.session.is_drained:
                DROPPED.inc()
            else:
                self._put(outgoing)
        if self._backlog > limit:
            self._fall_behind()

    def _put(self, outgoing: Outgoing) -> None:
        if self.session.is_drained:
            self._backlog = 0
        self._backlog += outgoing.size
        self.session.put(outgoing)

    def _fall_behind(self) -> None:
        if self.paused_at is None and self.is_connected and not self.is_closing:
            self.fall_behind()
            self._hub.loop.call_later(LOOK_AGAIN_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if not self.is_connected or self.is_closing:
            return
        if self.session.is_drained:
            self._backlog = 0
            self.catch_up()
        else:
            self._hub.loop.call_later(LOOK_AGAIN_SECONDS, self._look_again)

    # -- the rest -----------------------------------------------------------------------------------------------------

    @property
    def unsent_bytes(self) -> int:
        """At most what waits in this process for the client to read."""
        return 0 if self.session.is_drained else self._backlog

    def ping(self) -> None:
        """The transport has a heartbeat of its own."""
        self.is_heard = True

    def abort(self) -> None:
        """Cut the connection; safe to repeat."""
        if self.is_connected:
            self.session.cut()

    def _say_goodbye(self, code: CloseCode, reason: str) -> None:
        self.session.put(closing_packet(code, reason))
        if code >= FIRST_FINAL_CODE:
            self.session.put(disconnect_packet())
        self.session.hang_up()
