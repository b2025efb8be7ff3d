"""Frames for one person: to all their sockets here, in the order of their own numbering, each once.

Who comes back is first sent what was said meanwhile. What arrives while that is being read waits behind it: a client
ignores a number below one it has seen.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.log import RoomLog
from nightmarket.modules.rooms.realtime.viewer import Resume, Viewer

log = get_logger(__name__)


class PrivateFrames:
    """The signed-in viewers of one room, by person."""

    def __init__(self, room: str, room_log: RoomLog, spawn: Callable[[Coroutine[Any, Any, None]], Any]) -> None:
        self._room = room
        self._log = room_log
        self._spawn = spawn
        self._by_user: dict[str, set[Viewer]] = {}

    def add(self, viewer: Viewer) -> None:
        """A viewer has come in."""
        if viewer.ticket.user is not None:
            self._by_user.setdefault(viewer.ticket.user, set()).add(viewer)

    def discard(self, viewer: Viewer) -> None:
        """A viewer has gone; safe to repeat."""
        user = viewer.ticket.user
        if user is not None and user in self._by_user:
            self._by_user[user].discard(viewer)
            if not self._by_user[user]:
                del self._by_user[user]

    def deliver(self, user: str, number: int, frame: bytes) -> None:
        """A frame for this person from the bus."""
        for viewer in list(self._by_user.get(user, ())):
            if viewer.held is not None:
                viewer.held.append((number, frame))
            else:
                self._send(viewer, frame)

    def replay(self, viewer: Viewer, resume: Resume) -> None:
        """Send what this person has missed, and hold back what comes meanwhile."""
        if viewer.ticket.user is not None and viewer.held is None:
            viewer.held = []
            self._spawn(self._replay(viewer, viewer.ticket.user, resume))

    async def _replay(self, viewer: Viewer, user: str, resume: Resume) -> None:
        missed: list[tuple[int, bytes]] = []
        try:
            missed = await self._log.user_tail(self._room, user, after=resume.n, since_seq=resume.seq)
        except (RedisError, OSError) as error:
            log.warning("rooms.private_replay_failed", room=self._room, error=repr(error))
        held, viewer.held = viewer.held or [], None
        last = missed[-1][0] if missed else 0
        for _, frame in [*missed, *((number, frame) for number, frame in held if number > last)]:
            self._send(viewer, frame)

    @staticmethod
    def _send(viewer: Viewer, frame: bytes) -> None:
        if not viewer.send(frame):
            viewer.close(CloseCode.RESYNC, "missed a private frame")
