"""Socket.IO for third-party clients: a second door to the same rooms.

The library keeps sessions, transports, upgrades and heartbeats. Who may come in is decided by the gateway, what they
may do by the commands, and what they are sent by the room: this only carries it across.
"""

import asyncio
import contextlib
import time
import urllib.parse
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import socketio
from engineio.payload import Payload

from nightmarket.kernel.problems import MEDIA_TYPE, BadRequest, NotFound, Problem
from nightmarket.modules.rooms.errors import ServerDraining
from nightmarket.modules.rooms.realtime.ending import end_task
from nightmarket.modules.rooms.realtime.gateway import QUIET, Gateway, resume_of
from nightmarket.modules.rooms.realtime.metrics import REFUSED, SOCKETIO
from nightmarket.modules.rooms.realtime.socketio.intake import BadIntake, Intake, Receive, Scope, Send
from nightmarket.modules.rooms.realtime.socketio.packets import ASKED, Asked, PacketMaker, RoomPacket, UnreadJson
from nightmarket.modules.rooms.realtime.socketio.session import Line, Session
from nightmarket.modules.rooms.realtime.socketio.viewer import SocketIoViewer

Application = Callable[[Any, Any, Any], Awaitable[None]]

PATH: Final = "/socket.io"
LINE: Final = "nightmarket.line"
"""Where the scope of a WebSocket holds the line under it."""

_SWEEP_SECONDS: Final = 1.0


def is_ours(path: str) -> bool:
    """Whether a request is for this endpoint."""
    return path.rstrip("/") == PATH


class SocketIoEndpoint:
    """An ASGI application beside the gateway, for the rooms of the same hub."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._hub = gateway.hub
        self.limits = limits = gateway.hub.limits
        # A client that batches may send as many packets as its body holds; the commands count them.
        Payload.max_decode_packets = limits.max_message_bytes
        self._server: Any = socketio.AsyncServer(
            async_mode="asgi",
            serializer=RoomPacket,
            json=UnreadJson,
            async_handlers=False,
            ping_interval=limits.ping_seconds,
            ping_timeout=limits.ping_seconds,
            max_http_buffer_size=limits.max_message_bytes,
            http_compression=False,
            # No cookie is read here. A page of a foreign site gets as far as reading that it is refused.
            cors_allowed_origins="*",
            cors_credentials=False,
            logger=QUIET,
            engineio_logger=QUIET,
        )
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on(ASKED, self._receive)
        self._packets = PacketMaker()
        self._viewers: dict[str, SocketIoViewer] = {}
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._sessions: dict[str, Session] = {}
        self._intakes: dict[str, Intake] = {}
        self._lines: dict[str, Line] = {}
        self._strangers: dict[str, float] = {}
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def sessions(self) -> int:
        """Clients the library holds, whether or not they are in a room."""
        return len(self._server.environ)

    # -- life ---------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Ready for clients, once the hub is."""
        self._sweeper = self._hub.loop.create_task(self._sweep_forever())

    async def stop(self) -> None:
        """After the hub has drained, before the web server stops: everybody has had time to hear why, and is gone."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.close_wait_seconds):
                await self._nobody.wait()
        await end_task(self._sweeper)
        for sid in list(self._server.environ):
            self._session_of(sid).cut()
        await self._server.shutdown()
        await end_task(self._server.eio.service_task_handle)

    def in_front_of(self, app: Application) -> Application:
        """An application that answers what is ours and leaves the rest to `app`."""

        async def choose(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] in ("http", "websocket") and is_ours(scope["path"]):
                await self(scope, receive, send)
            else:
                await app(scope, receive, send)

        return choose

    # -- requests -----------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or WebSocket."""
        query = dict(urllib.parse.parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        try:
            if scope["type"] not in ("http", "websocket") or not is_ours(scope["path"]):
                raise NotFound
            if "j" in query:
                raise BadRequest("JSONP is not offered")
            if "sid" not in query and self._hub.is_draining:
                # Not as an answer to the handshake: a client told so would not come back by itself.
                raise ServerDraining
            if scope["type"] == "websocket":
                await self._serve_socket(scope, receive, send, query.get("sid"))
            else:
                await self._serve_request(scope, receive, send, query.get("sid"))
        except Problem as problem:
            REFUSED.labels(problem.code).inc()
            await _refuse(scope, send, problem)

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send, sid: str | None) -> None:
        intake = Intake()
        if sid is not None and sid in self._server.environ:
            self._lines[sid] = scope[LINE]
            if sid in self._sessions:
                self._sessions[sid].line = scope[LINE]
        await self._server.handle_request(scope, intake.from_socket(receive), send)

    async def _serve_request(self, scope: Scope, receive: Receive, send: Send, sid: str | None) -> None:
        if sid is None or sid not in self._server.environ:
            await self._server.handle_request(scope, receive, send)
            return
        session = self._session_of(sid)
        if scope["method"] == "GET":
            session.before_poll()
        elif scope["method"] == "POST":
            intake = self._intakes.setdefault(sid, Intake())
            try:
                scope, receive = await intake.from_body(scope, receive, self.limits.max_message_bytes)
            except BadIntake as error:
                session.cut()
                raise BadRequest from error
        await self._server.handle_request(scope, receive, send)
        session.after_request()

    # -- the library's events -----------------------------------------------------------------------------------------

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        given = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        if isinstance(auth, dict):
            given |= {name: str(value) for name, value in auth.items() if isinstance(value, str | int)}
        try:
            ticket = self._gateway.ticket_of(
                given.get("ticket", ""), origin=environ.get("HTTP_ORIGIN"), host=environ.get("HTTP_HOST", "")
            )
        except Problem as problem:
            REFUSED.labels(problem.code).inc()
            raise socketio.exceptions.ConnectionRefusedError(problem.title, problem.document()) from problem
        session = self._session_of(self._server.manager.eio_sid_from_sid(sid, "/"))
        self._viewers[sid] = SocketIoViewer(self._hub, ticket, resume_of(given), session, self._packets)
        self._count()
        # The library tells the client that it is in after this returns; only then may the room speak.
        self._hub.loop.call_soon(self._enter, sid)

    def _enter(self, sid: str) -> None:
        viewer = self._viewers.get(sid)
        if viewer is not None and self._server.manager.is_connected(sid, "/"):
            viewer.enter()

    def _disconnect(self, sid: str, _reason: str) -> None:
        viewer = self._viewers.pop(sid, None)
        self._count()
        if viewer is not None:
            viewer.gone()

    def _receive(self, sid: str, asked: Asked) -> None:
        self._enter(sid)
        viewer = self._viewers.get(sid)
        if viewer is not None and viewer.is_connected and not viewer.is_closing:
            viewer.is_heard = True
            self._hub.commands.receive(viewer, asked.frame())

    def _count(self) -> None:
        SOCKETIO.set(len(self._viewers))
        if self._viewers:
            self._nobody.clear()
        else:
            self._nobody.set()

    # -- sessions -----------------------------------------------------------------------------------------------------

    def _session_of(self, sid: str) -> Session:
        session = self._sessions.get(sid)
        if session is None:
            session = self._sessions[sid] = Session(self._server.eio, sid, self._hub.spawn)
            session.line = self._lines.get(sid) or self._server.environ[sid]["asgi.scope"].get(LINE)
        return session

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self._sweep()

    def _sweep(self) -> None:
        """End sessions that never came in, and forget those that are over."""
        now, alive = time.monotonic(), self._server.environ
        inside = {viewer.session for viewer in self._viewers.values()}
        for kept in (self._sessions, self._intakes, self._lines):
            for sid in [sid for sid in kept if sid not in alive]:
                if kept is self._sessions:
                    self._sessions[sid].release()
                del kept[sid]
        outside = [sid for sid in alive if self._sessions.get(sid) not in inside]
        self._strangers = {sid: self._strangers.get(sid, now) for sid in outside}
        for sid, since in self._strangers.items():
            if now - since > self.limits.handshake_seconds:
                self._session_of(sid).cut()


async def _refuse(scope: Scope, send: Send, problem: Problem) -> None:
    body = msgspec.json.encode(problem.document())
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"access-control-allow-origin", b"*"),
    ]
    await send({"type": f"{kind}.start", "status": problem.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
