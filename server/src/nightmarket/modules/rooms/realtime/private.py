"""Frames for one person: to all their sockets here, in the order of their own numbering, each once.

Who comes back is first sent what was said meanwhile. What arrives while that is being read waits behind it: a client
ignores a number below one it has seen.
"""

from collections.abc import Callable, Coroutine, Iterable
from itertools import islice
from typing import Any, Final

from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import Envelope
from nightmarket.modules.rooms.realtime.log import Position, RoomLog
from nightmarket.modules.rooms.realtime.viewer import Resume, Viewer

MOST_HELD: Final = 200
READ_AT_ONCE: Final = 200

log = get_logger(__name__)


class PrivateFrames:
    """The signed-in viewers of one room, by person."""

    def __init__(self, room: str, room_log: RoomLog, spawn: Callable[[Coroutine[Any, Any, None]], Any]) -> None:
        self._room = room
        self._log = room_log
        self._spawn = spawn
        self._by_user: dict[str, set[Viewer]] = {}
        self._owed: dict[Viewer, Resume] = {}
        """Those who have not been sent yet what they missed."""
        self._last: dict[str, int] = {}
        """Number of the last frame from the bus, by person."""
        self._is_reading = False

    def add(self, viewer: Viewer) -> None:
        """A viewer has come in."""
        if viewer.ticket.user is not None:
            self._by_user.setdefault(viewer.ticket.user, set()).add(viewer)

    def discard(self, viewer: Viewer) -> None:
        """A viewer has gone; safe to repeat."""
        if self._owed.pop(viewer, None) is not None:
            viewer.held = None  # nobody will send what waits: who comes in again says anew what is missing
        user = viewer.ticket.user
        if user is not None and user in self._by_user:
            self._by_user[user].discard(viewer)
            if not self._by_user[user]:
                del self._by_user[user]
                self._last.pop(user, None)

    def deliver(self, user: str, number: int, frame: bytes) -> None:
        """A frame for this person from the bus."""
        viewers = self._by_user.get(user)
        if viewers is None:
            return
        self._last[user] = number
        for viewer in list(viewers):
            if viewer.held is None:
                self._send(viewer, frame)
                continue
            viewer.held.append((number, frame))
            if len(viewer.held) > MOST_HELD:
                viewer.close(CloseCode.RESYNC, "too much waits")

    def say(self, user: str, frame: bytes) -> None:
        """A frame without a number, which nothing has to wait for."""
        for viewer in list(self._by_user.get(user, ())):
            viewer.send(frame)

    def replay(self, viewer: Viewer, resume: Resume) -> None:
        """Send what this person has missed, and hold back what comes meanwhile."""
        if viewer.ticket.user is not None and viewer.held is None:
            viewer.held = []
            self._owed[viewer] = resume
            self.retry()

    def catch_up(self, since: Position) -> None:
        """Everybody may have missed something since the room was there."""
        for user, viewers in self._by_user.items():
            for viewer in viewers:
                self.replay(viewer, Resume(since.epoch, since.seq, self._last.get(user)))

    def retry(self) -> None:
        """Read what is owed, many people at a time; what cannot be read now stays owed."""
        if self._owed and not self._is_reading:
            self._is_reading = True
            self._spawn(self._read())

    async def _read(self) -> None:
        try:
            while self._owed:
                batch = list(islice(self._owed.items(), READ_AT_ONCE))
                asked = [
                    (viewer.ticket.user or "", resume.n, Position(resume.epoch, resume.seq)) for viewer, resume in batch
                ]
                for (viewer, _), missed in zip(batch, await self._log.user_tails(self._room, asked), strict=True):
                    if self._owed.pop(viewer, None) is not None:
                        self._release(viewer, missed)
        except (RedisError, OSError) as error:
            # What comes meanwhile goes on waiting behind it: sent first, it would make the client ignore the rest.
            log.warning("rooms.private_replay_failed", room=self._room, error=repr(error))
        finally:
            self._is_reading = False

    def _release(self, viewer: Viewer, missed: list[tuple[int, bytes]]) -> None:
        held, viewer.held = viewer.held or [], None
        last = missed[-1][0] if missed else 0
        for _, frame in [*missed, *((number, frame) for number, frame in held if number > last)]:
            self._send(viewer, frame)

    @staticmethod
    def _send(viewer: Viewer, frame: bytes) -> None:
        if not viewer.send(frame):
            viewer.close(CloseCode.RESYNC, "missed a private frame")


def pass_signal(viewers: Iterable[Viewer], envelope: Envelope) -> None:
    """A WebRTC signal to the hosts, or to the one it names; who has got one may answer."""
    for viewer in viewers:
        ticket = viewer.ticket
        if ticket.is_host if envelope.klass == "h" else envelope.key in (ticket.viewer, ticket.user):
            viewer.is_invited = True
            viewer.send(envelope.frame)
