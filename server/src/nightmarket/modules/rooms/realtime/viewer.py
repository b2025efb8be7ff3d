"""A viewer of a room, whatever wire carries it: what the room, the commands and the fan-out need to know.

A wire (`socket_viewer`, say) derives from `Viewer`, sets `send_framed` before it calls `Hub.admit`, tells of a peer
that reads too slowly and of one that is gone, and says goodbye in its own way. Everything is called from the loop only
and nothing waits: a slow peer fills its own bounded buffer, is taken off the room's list, and is hung up on when it
does not recover.
"""

import abc
import time
from typing import TYPE_CHECKING, Final

from picows import WSMsgType

from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM, message_of
from nightmarket.modules.rooms.realtime.limits import TokenBucket
from nightmarket.modules.rooms.realtime.metrics import CLOSED, PAUSED
from nightmarket.modules.rooms.realtime.tickets import Ticket

if TYPE_CHECKING:
    from nightmarket.modules.rooms.realtime.fanout import SendFramed
    from nightmarket.modules.rooms.realtime.hub import Hub
    from nightmarket.modules.rooms.realtime.room import Room

VIEWER_SLOTS: Final = (
    "_hub",
    "comments_pending",
    "followed_at",
    "held",
    "is_closing",
    "is_connected",
    "is_heard",
    "is_invited",
    "message_bucket",
    "missed_after",
    "paused_at",
    "refusals",
    "resume",
    "room",
    "send_framed",
    "standing_bucket",
    "ticket",
)
"""For the `__slots__` of a wire: its library's class has a layout of its own, which leaves no room for them here."""

_NONE: Final[tuple[str, ...]] = ()


class Resume:
    """Where a returning viewer left off."""

    __slots__ = ("epoch", "n", "seq")

    def __init__(self, epoch: str, seq: int, n: int | None = None) -> None:
        self.epoch = epoch
        self.seq = seq
        self.n = n


class Viewer:
    """A connected viewer of one room."""

    __slots__ = _NONE

    send_framed: "SendFramed"
    """Takes a finished message at once, for good or not; the fan-out calls it bound."""

    descriptor: int = -1
    """Of the socket, where plain WebSocket frames may be written to it whenever this viewer is not paused."""

    def send_rest(self, _rest: bytes) -> None:
        """What the socket did not take of a frame; only for a wire with a descriptor."""
        raise NotImplementedError

    def __init__(self, hub: "Hub", ticket: Ticket, resume: Resume | None) -> None:
        self._hub = hub
        self.ticket = ticket
        self.resume = resume
        self.room: Room | None = None
        self.message_bucket = TokenBucket(hub.limits.messages_per_second, hub.limits.message_burst)
        self.followed_at = ticket.followed_at
        self.standing_bucket: TokenBucket | None = None
        self.comments_pending = 0
        self.held: list[tuple[int, bytes]] | None = None
        self.refusals = 0
        self.is_invited = False
        self.is_connected = False
        self.is_closing = False
        self.is_heard = True
        self.paused_at: float | None = None
        self.missed_after = 0

    # -- what a wire does its own way ---------------------------------------------------------------------------------

    @property
    @abc.abstractmethod
    def unsent_bytes(self) -> int:
        """What waits in this process for the peer to read."""

    @abc.abstractmethod
    def ping(self) -> None:
        """Ask for a sign of life."""

    @abc.abstractmethod
    def abort(self) -> None:
        """Cut the connection; safe to repeat."""

    @abc.abstractmethod
    def _say_goodbye(self, code: CloseCode, reason: str) -> None:
        """Tell the peer why it has to go."""

    # -- a peer that reads too slowly ---------------------------------------------------------------------------------

    @property
    def is_paused(self) -> bool:
        """Whether the peer takes nothing more at the moment."""
        return self.paused_at is not None

    def fall_behind(self) -> None:
        """The peer reads slower than the room speaks."""
        if self.paused_at is None:
            PAUSED.inc()
            self.paused_at = time.monotonic()
            if self.room is not None:
                self.room.pause(self)

    def catch_up(self) -> None:
        """The peer has caught up with its buffer."""
        self.paused_at = None
        if self.room is not None and not self.is_closing:
            self.room.catch_up(self)

    # -- out ----------------------------------------------------------------------------------------------------------

    def send(self, *frames: bytes) -> bool:
        """Frames for this viewer alone; False when the peer is gone or behind and they were dropped."""
        if self.is_closing or not self.is_connected or self.paused_at is not None:
            return False
        if frames:
            self.send_framed(WSMsgType.TEXT, message_of(frames), SENDER_ROOM)
        return True

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Say goodbye and hang up when the peer has answered, or soon after."""
        if self.is_closing or not self.is_connected:
            return
        self.is_closing = True
        CLOSED.labels(str(int(code))).inc()
        self._hub.dismiss(self)
        self._say_goodbye(code, reason)
        self._hub.loop.call_later(self._hub.limits.close_wait_seconds, self.abort)
