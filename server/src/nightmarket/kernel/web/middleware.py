"""Pure ASGI middleware: request id, access log, metrics, body limit, security headers."""

import re
import time
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.logging import get_logger, request_scope
from nightmarket.kernel.metrics import HTTP_SECONDS
from nightmarket.kernel.problems import InternalError, TooLarge
from nightmarket.kernel.web.errors import problem_response

log = get_logger(__name__)

REQUEST_ID = re.compile(rb"[A-Za-z0-9_\-.]{8,64}")
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}
_QUIET = ("/healthz", "/readyz", "/metrics", "/assets/", "/files/")


class RequestScope:
    """Gives every request an id (its own `X-Request-ID` when well-formed), logs and measures it.

    It is also where our bugs end: here their answer still carries the id that leads to the log.
    """

    def __init__(self, app: ASGIApp, *, base_url: str = "") -> None:
        self._app = app
        self._base_url = base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given.decode() if REQUEST_ID.fullmatch(given) else new_id("req")
        start = time.perf_counter()
        status = 500
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with request_scope(request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as error:
                log.error("http.internal_error", exc_info=error)
                if started:
                    raise
                await problem_response(InternalError(), self._base_url)(scope, receive, send_with_id)
            finally:
                self._record(scope, status, time.perf_counter() - start)

    @staticmethod
    def _record(scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        HTTP_SECONDS.labels(scope["method"], route, str(status)).observe(seconds)
        if not scope["path"].startswith(_QUIET):
            log.info(
                "http.request",
                method=scope["method"],
                path=route if route != "unmatched" else scope["path"][:200],
                status=status,
                ms=round(seconds * 1000, 1),
            )


class BodyLimit:
    """Refuses bodies above a limit, declared or streamed. Paths with their own limit are exempt."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, exempt: Iterable[str] = ()) -> None:
        self._app = app
        self._max = max_bytes
        self._exempt = tuple(exempt)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._exempt):
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._max:
            await problem_response(TooLarge(max_bytes=self._max))(scope, receive, send)
            return
        seen = 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self._max:
                    raise TooLarge(max_bytes=self._max)
            return message

        async def send_unless_too_large(message: Message) -> None:
            # The framework turns what `limited` raises into an answer of its own; ours says what was wrong.
            if seen <= self._max:
                await send(message)
            elif message["type"] == "http.response.start":
                await problem_response(TooLarge(max_bytes=self._max))(scope, receive, send)

        await self._app(scope, limited, send_unless_too_large)


class SecurityHeaders:
    """The headers that keep a page from being framed, sniffed, or fed foreign scripts."""

    def __init__(self, app: ASGIApp, *, content_security_policy: str) -> None:
        self._app = app
        self._headers = {"Content-Security-Policy": content_security_policy, **SECURITY_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
