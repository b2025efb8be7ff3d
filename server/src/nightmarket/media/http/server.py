"""The HTTP server: uvicorn on a socket we bound, with a deadline for request heads."""

import asyncio
import contextlib
import socket
from collections.abc import Generator, Sequence

import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nightmarket.media.http import answers
from nightmarket.media.http.archive import Archive
from nightmarket.media.http.control import Control
from nightmarket.media.http.playback import Playback

CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Content-Length, Content-Range, Date, Location, ETag, Link, Accept-Patch, Retry-After",
    ),
    (b"timing-allow-origin", b"*"),
]
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Modified-Since, If-Match, Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
    "Accept-Post": "application/sdp",
}
BACKLOG = 2048


def build_app(
    playback: Playback, control: Control, archive: Archive, registry: CollectorRegistry, others: Sequence[Route] = ()
) -> ASGIApp:
    """The routes, open to every origin."""

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": answers.NO_STORE})

    async def refused(_: Request, exc: Exception) -> Response:
        return answers.problem(getattr(exc, "status_code", 404))

    app = Starlette(
        routes=[
            Route("/hls/{stream}/{name}", playback.hls),
            Route("/hls/{stream}/{rung}/{name}", playback.hls),
            Route("/recordings/{name}", playback.recording),
            Route("/archive/{stream}/{name}", archive.read),
            Route("/control/streams/{stream}/{action}", control.call, methods=["POST"]),
            Route("/healthz", health),
            Route("/metrics", metrics),
            *others,
        ],
        exception_handlers={404: refused, 405: refused},
    )
    return _OpenToAll(app)


class _OpenToAll:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *CORS]
            await send(message)

        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send_open)
        else:
            await self._app(scope, receive, send_open)


class HttpServer:
    """Runs the app until stopped."""

    def __init__(self, app: ASGIApp, *, request_deadline_seconds: float) -> None:
        config = uvicorn.Config(
            app,
            http=type("Protocol", (DeadlineProtocol,), {"deadline_seconds": request_deadline_seconds}),
            loop="none",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def connection_count(self) -> int:
        """Connections open now."""
        return len(self._server.server_state.connections)

    async def start(self, listeners: list[socket.socket]) -> None:
        """Begins to serve on bound sockets."""
        for listener in listeners:
            listener.listen(BACKLOG)
        self._task = asyncio.create_task(self._server.serve(sockets=listeners))

    async def stop(self) -> None:
        """Ends open requests and stops."""
        if self._task is not None:
            self._server.should_exit = True
            await self._task


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals belong to the entrypoint."""
        yield


class DeadlineProtocol(HttpToolsProtocol):
    """Hangs up on peers that neither ask in time nor read what they asked for."""

    deadline_seconds = 10.0
    _asking: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._watch_asking()

    def on_message_begin(self) -> None:
        """A request's head begins."""
        super().on_message_begin()
        self._watch_asking()

    def on_headers_complete(self) -> None:
        """A request's head is complete."""
        _cancel(self._asking)
        self._asking = None
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        _cancel(self._reading)
        self._reading = None
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        _cancel(self._asking)
        self._asking = None
        _cancel(self._reading)
        self._reading = None
        super().connection_lost(exc)

    def _watch_asking(self) -> None:
        if self._asking is None:
            self._asking = self.loop.call_later(self.deadline_seconds, self.transport.abort)

    def _watch_reading(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self.deadline_seconds, self._check_reading, waiting)

    def _check_reading(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._watch_reading()
        else:
            self.transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
