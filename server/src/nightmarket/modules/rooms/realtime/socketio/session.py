"""One client as the library holds it. All that leans on the library's insides is here; its version is pinned."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from engineio.packet import CLOSE
from engineio.packet import Packet as EnginePacket

from nightmarket.modules.rooms.realtime.socketio.packets import Outgoing


class Line(Protocol):
    """The WebSocket under a session."""

    def hang_up(self) -> None:
        """Say goodbye once everything before it has been written."""

    def abort(self) -> None:
        """Cut it now."""


class Session:
    """A queue that the client's transport empties, whichever it is at the moment."""

    __slots__ = ("_engine", "_is_leaving", "_is_told", "_socket", "_spawn", "line")

    def __init__(self, engine: Any, sid: str, spawn: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self._engine = engine
        self._socket = engine.sockets[sid]
        self._spawn = spawn
        self._is_leaving = False
        self._is_told = False
        self.line: Line | None = None

    def put(self, outgoing: Outgoing) -> None:
        """What the client is sent next."""
        self._socket.queue.put_nowait(outgoing.packet)

    @property
    def is_drained(self) -> bool:
        """Whether the transport has taken everything. What it has in hand is at most what was there before."""
        return bool(self._socket.queue.empty())

    def before_poll(self) -> None:
        """The client has taken everything so far. The end comes by itself: it would take the events beside it along."""
        if self._is_leaving and self.is_drained:
            self._is_told = True
            self._socket.queue.put_nowait(EnginePacket(CLOSE))

    def after_request(self) -> None:
        """A request of the polling transport has been answered."""
        if self._socket.closed:
            self.release()
        elif self._is_told:
            self.cut()

    def hang_up(self) -> None:
        """Close the transport behind what waits. A client that did not ask for that comes back by itself."""
        self._is_leaving = True
        if self.line is not None:
            self.line.hang_up()

    def cut(self) -> None:
        """End it whatever the peer does."""
        if self.line is not None:
            self.line.abort()
        self._spawn(self._end())

    def release(self) -> None:
        """The session is over: a poll that still waits for news of it would wait for most of a minute."""
        self._socket.queue.put_nowait(None)

    async def _end(self) -> None:
        await self._socket.close(wait=False, abort=True, reason=self._engine.reason.SERVER_DISCONNECT)
        self.release()
        self._engine.sockets.pop(self._socket.sid, None)
