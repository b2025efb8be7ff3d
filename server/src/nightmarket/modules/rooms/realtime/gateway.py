"""The door: upgrades are decided here, before there is a socket to speak of.

The decision is synchronous and needs nothing but the request: a signed ticket, an allowed origin, a known path. The
same door stands in front of the process of its own (`serve`) and inside the web server (`uvicorn_mount`).
"""

import asyncio
import socket
import ssl
import sys
import urllib.parse
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
from picows import WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener, ws_create_server

from nightmarket.kernel.clock import Clock, system_clock
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.metrics import render_metrics
from nightmarket.kernel.problems import MEDIA_TYPE, NotFound, Problem
from nightmarket.modules.rooms.errors import InvalidTicket, OriginNotAllowed, ServerDraining
from nightmarket.modules.rooms.realtime.hub import Hub
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.metrics import REFUSED
from nightmarket.modules.rooms.realtime.socket_viewer import SocketViewer
from nightmarket.modules.rooms.realtime.tickets import BadTicket, Ticket, TicketSigner
from nightmarket.modules.rooms.realtime.viewer import Resume

SOCKET_PATH: Final = "/ws"
_USER_TIMEOUT_MS: Final = 30_000
_BACKLOG: Final = 4096

log = get_logger(__name__)


class _Switching(WSUpgradeResponse):
    """The answer 101, which the viewer sends together with its first frames."""

    def __init__(self) -> None:
        super().__init__()
        plain = WSUpgradeResponse.create_101_response()
        self.version, self.status, self.headers, self.body = plain.version, plain.status, plain.headers, None

    def to_bytes(self) -> bytearray:
        """Nothing, yet."""
        return bytearray()


_SWITCHING: Final = _Switching()
"""One for everybody: picows writes the key of a request into it, and would keep one per viewer."""


class Gateway:
    """Lets viewers in, or says why not."""

    def __init__(
        self, hub: Hub, signer: TicketSigner, *, allowed_origins: Collection[str] = (), clock: Clock = system_clock
    ) -> None:
        self.hub = hub
        self._signer = signer
        self._allowed_origins = frozenset(origin.rstrip("/") for origin in allowed_origins)
        self._clock = clock

    def accept(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        """Called by picows with every request head."""
        try:
            return self._route(request)
        except Problem as problem:
            REFUSED.labels(problem.code).inc()
            return _refusal(problem)

    def _route(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        path, _, query = request.path.decode("ascii", "replace").partition("?")
        if path == SOCKET_PATH:
            return self._upgrade(request, _parse(query))
        if path == "/healthz":
            return _answer(msgspec.json.encode({"status": "ok"}), "application/json")
        if path == "/readyz":
            return self._readiness()
        if path == "/metrics":
            body, content_type = render_metrics()
            return _answer(body, content_type)
        raise NotFound

    def ticket_of(self, text: str, *, origin: str | None, host: str) -> Ticket:
        """The rights of somebody who asks to be let in, over whatever wire; or the problem that keeps them out."""
        if self.hub.is_draining:
            raise ServerDraining
        self._check_origin(origin, host)
        try:
            ticket = self._signer.read(text, now=int(self._clock().timestamp()))
        except BadTicket as error:
            raise InvalidTicket from error
        self.hub.sockets.check(ticket.address)
        return ticket

    def _upgrade(self, request: WSUpgradeRequest, query: dict[str, str]) -> WSUpgradeResponseWithListener:
        headers = request.headers
        ticket = self.ticket_of(query.get("ticket", ""), origin=headers.get("Origin"), host=headers.get("Host", ""))
        # Firefox sends "keep-alive, Upgrade", which is right, but picows wants to see "upgrade" alone.
        connection = headers.get("Connection", "")
        if "," in connection and "upgrade" in [token.strip().lower() for token in connection.split(",")]:
            headers["Connection"] = "upgrade"
        viewer = SocketViewer(self.hub, ticket, resume_of(query))
        return WSUpgradeResponseWithListener(_SWITCHING, viewer)

    def _check_origin(self, origin: str | None, host: str) -> None:
        if origin is None or origin.rstrip("/") in self._allowed_origins:
            return
        try:
            is_same = urllib.parse.urlsplit(origin).netloc == host
        except ValueError:
            is_same = False
        if not is_same:
            raise OriginNotAllowed

    def _readiness(self) -> WSUpgradeResponseWithListener:
        is_ready = self.hub.is_bus_up and not self.hub.is_draining
        body = msgspec.json.encode({"status": "ready" if is_ready else "not-ready", "bus": self.hub.is_bus_up})
        if is_ready:
            return _answer(body, "application/json")
        response = WSUpgradeResponse.create_error_response(503, body, {"Content-Type": "application/json"})
        return WSUpgradeResponseWithListener(response, None)


class QuietLog:
    """What picows may log to. Two lines per connection are too many; its errors are ours to see."""

    def isEnabledFor(self, _level: int) -> bool:
        """Nothing below a warning is wanted."""
        return False

    def debug(self, *_args: Any) -> None:
        """Dropped."""

    info = warning = log = debug

    def error(self, message: str, *args: Any) -> None:
        """A peer broke the protocol: ordinary on the internet."""
        log.debug("rooms.peer_error", message=message, detail=repr(args))

    def exception(self, message: str, *args: Any) -> None:
        """A callback of ours raised."""
        log.error("rooms.callback_failed", message=message, detail=repr(args), exc_info=sys.exc_info())


QUIET: Final[Any] = QuietLog()


def listening_socket(host: str, port: int, limits: RealtimeLimits, *, share_port: bool = False) -> socket.socket:
    """A listener whose sockets inherit small send buffers and give up on dead phones."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if share_port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    tune_socket(listener, limits)
    listener.bind((host, port))
    listener.setblocking(False)  # noqa: FBT003
    return listener


def tune_socket(raw: socket.socket, limits: RealtimeLimits) -> None:
    """Bounds what a peer that does not read can hold in the kernel, and for how long."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.send_buffer_bytes)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)


async def serve(gateway: Gateway, listener: socket.socket, *, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """The edge as a process of its own, with TLS or behind somebody who speaks it."""
    limits = gateway.hub.limits
    return await ws_create_server(
        gateway.accept,
        sock=listener,
        backlog=_BACKLOG,
        websocket_handshake_timeout=limits.handshake_seconds,
        logger_name=QUIET,
        max_frame_size=limits.max_message_bytes,
        read_buffer_init_size=2048,
        # Its TLS costs a fifth less than the loop's; a plain socket would pay five KiB for each viewer.
        use_aiofastnet=tls is not None,
        ssl=tls,
        ssl_handshake_timeout=None if tls is None else limits.handshake_seconds,
    )


def _parse(query: str) -> dict[str, str]:
    if "%" in query or "+" in query:
        return dict(urllib.parse.parse_qsl(query))
    return {name: value for name, _, value in (part.partition("=") for part in query.split("&"))}


def resume_of(query: Mapping[str, str]) -> Resume | None:
    """Where a returning viewer says it left off."""
    epoch, seq, n = query.get("epoch", ""), query.get("seq", ""), query.get("n", "")
    if not epoch or not _is_number(seq):
        return None
    return Resume(epoch, int(seq), int(n) if _is_number(n) else None)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def _answer(body: bytes, content_type: str) -> WSUpgradeResponseWithListener:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_ok_response(body, headers), None)


def _refusal(problem: Problem) -> WSUpgradeResponseWithListener:
    body = msgspec.json.encode(problem.document())
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(problem.status, body, headers), None)
