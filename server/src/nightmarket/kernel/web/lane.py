"""A lane: an ASGI callable in front of the application that answers one hot route by itself.

Always true here: a lane answers only what it fully understands. Anything else (another route, a body it cannot read, a
caller it does not know) goes on to the application as if the lane were not there, so errors look the same on both.
"""

import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.logging import get_logger, request_scope
from nightmarket.kernel.metrics import HTTP_SECONDS
from nightmarket.kernel.problems import MEDIA_TYPE, InternalError, Problem
from nightmarket.kernel.web.middleware import REQUEST_ID, SECURITY_HEADERS

log = get_logger(__name__)

MOST_BYTES = 16_384
Headers = dict[bytes, bytes]
Answered = tuple[int, bytes, Sequence[tuple[bytes, bytes]]]
"""Status, JSON body, headers of this answer."""


class NotForTheLane(Exception):
    """The application has to look at this request."""


class Lane:
    """Everything about a lane but what it answers: ids, logs, metrics, headers, problem documents."""

    def __init__(
        self, app: ASGIApp, *, route: str, content_security_policy: str, base_url: str, origins: Sequence[str]
    ) -> None:
        self._app = app
        self._route = route
        self._base_url = base_url
        self._origins = {origin.encode() for origin in origins}
        fixed = {"Content-Security-Policy": content_security_policy, **SECURITY_HEADERS, "Vary": "Origin"}
        self._fixed = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]
        self._seconds: dict[int, Histogram] = {}

    def takes(self, scope: Scope) -> bool:
        """Whether this may be a request of the route."""
        raise NotImplementedError

    async def answer(self, scope: Scope, headers: Headers, body: bytes) -> Answered:
        """The answer; NotForTheLane when somebody else should look at it. Problems are raised."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.takes(scope):
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        headers: Headers = dict(scope["headers"])
        seen: list[Message] = []
        if self._is_unusual(headers):
            await self._app(scope, receive, send)
            return
        body = await _read(receive, seen)
        given = headers.get(b"x-request-id", b"")
        request_id = given.decode() if REQUEST_ID.fullmatch(given) else new_id("req")
        with request_scope(request_id):
            try:
                if body is None:
                    raise NotForTheLane
                status, content, more = await self.answer(scope, headers, body)
                kind = b"application/json"
            except NotForTheLane:
                status = 0
            except Problem as problem:
                status, content, more = self._problem(problem, request_id)
                kind = MEDIA_TYPE.encode()
            except Exception as error:
                log.error("http.internal_error", exc_info=error)
                status, content, more = self._problem(InternalError(), request_id)
                kind = MEDIA_TYPE.encode()
            if status:
                self._record(status, time.perf_counter() - start)
        if not status:
            await self._app(scope, _again(seen, receive), send)
            return
        head = [(b"content-type", kind), (b"content-length", str(len(content)).encode())]
        head += [(b"x-request-id", request_id.encode()), *self._fixed, *more]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": content})

    def _is_unusual(self, headers: Headers) -> bool:
        """What other layers of the application know how to treat."""
        return (
            b"content-encoding" in headers
            or not headers.get(b"content-length", b"").isdigit()
            or headers.get(b"origin") in self._origins
        )

    def _problem(self, problem: Problem, request_id: str) -> Answered:
        document = problem.document(request_id, self._base_url)
        more = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        return problem.status, msgspec.json.encode(document), more

    def _record(self, status: int, seconds: float) -> None:
        timer = self._seconds.get(status)
        if timer is None:
            timer = self._seconds[status] = HTTP_SECONDS.labels("POST", self._route, str(status))
        timer.observe(seconds)
        log.info("http.request", method="POST", path=self._route, status=status, ms=round(seconds * 1000, 1))


async def _read(receive: Receive, seen: list[Message]) -> bytes | None:
    """The body; None when it is too long for a lane. Everything received is kept in `seen`."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        seen.append(message)
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return part if len(parts) == 1 else b"".join(parts)


def _again(seen: list[Message], receive: Receive) -> Callable[[], Awaitable[Message]]:
    """Receive what was read already, then the rest."""
    kept = iter(seen)

    async def receive_again() -> Message:
        for message in kept:
            return message
        return await receive()

    return receive_again
