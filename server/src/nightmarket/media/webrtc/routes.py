"""WHIP (RFC 9725) and WHEP over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nightmarket.media.config import IceServer
from nightmarket.media.http import answers
from nightmarket.media.ingest import AuthorizationUnavailable, Refused, Taken
from nightmarket.media.names import is_stream_id
from nightmarket.media.stream import State
from nightmarket.media.streams import Streams
from nightmarket.media.webrtc.answer import NoCommonCodec
from nightmarket.media.webrtc.sdp import BadOffer, read_ice
from nightmarket.media.webrtc.service import Full, NotForWebRtc, Session, WebRtc

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
MAX_BODY_BYTES = 65_536
BODY_SECONDS = 5.0
MAX_TOKEN_LENGTH = 512
RETRY_SECONDS = 2
FULL_RETRY_SECONDS = 30
KEY_REFUSED = ("key-refused", "The stream key does not open this show")
WHIP, WHEP = "whip", "whep"
ALLOW_ENDPOINT, ALLOW_SESSION = "POST, OPTIONS", "PATCH, DELETE, OPTIONS"


class _Stop(Exception):
    """The request ends here, with this answer."""

    def __init__(self, response: Response) -> None:
        self.response = response


class WebRtcRoutes:
    """`/whip/{stream}` and `/whep/{stream}`, and the sessions below them."""

    def __init__(
        self,
        webrtc: WebRtc,
        streams: Streams,
        may_watch: Callable[[Request, str], bool],
        ice_servers: tuple[IceServer, ...] = (),
    ) -> None:
        self._webrtc = webrtc
        self._streams = streams
        self._may_watch = may_watch
        self._links = [("Link", server.link) for server in ice_servers]

    def routes(self) -> list[Route]:
        """What the HTTP server serves."""
        methods = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"]
        return [
            Route("/whip/{stream}", self._guarded(self._publish), methods=methods),
            Route("/whep/{stream}", self._guarded(self._watch), methods=methods),
            Route("/{protocol:str}/{stream}/{session}", self._guarded(self._session), methods=methods),
        ]

    def _guarded(self, handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            if not self._webrtc.is_on:
                return answers.problem(404, "There is no WebRTC here.")
            try:
                return await handle(request)
            except _Stop as stop:
                return stop.response

        return guarded

    async def _publish(self, request: Request) -> Response:
        stream_id, body = await _asked(request)
        token = _bearer(request)
        if token is None:
            raise _Stop(_unauthorized("A bearer token is needed: the stream key."))
        try:
            session = await self._webrtc.publish(stream_id, token, body, remote=_remote(request), near=_near(request))
        except BadOffer as error:
            return answers.problem(400, str(error))
        except NoCommonCodec as error:
            return answers.problem(422, str(error))
        except Taken as error:
            return answers.problem(409, str(error))
        except Refused as error:
            return answers.problem(403, str(error), kind=KEY_REFUSED)
        except AuthorizationUnavailable:
            return _later(answers.problem(503, "The stream key could not be checked right now."), RETRY_SECONDS)
        return self._created(session)

    async def _watch(self, request: Request) -> Response:
        stream_id, body = await _asked(request)
        if await self._streams.is_protected(stream_id) and not self._may_watch(request, stream_id):
            return answers.problem(403)
        stream = self._streams.get(stream_id)
        if stream is None or stream.state is State.FINISHED:
            return answers.problem(404, "This show is not on the air.")
        try:
            session = await self._webrtc.watch(
                stream_id, stream.fanout, _bearer(request) or "", body, near=_near(request)
            )
        except BadOffer as error:
            return answers.problem(400, str(error))
        except NotForWebRtc as error:
            return answers.problem(409, str(error))
        except Full:
            return _later(answers.problem(503, "No more viewers fit by WebRTC: watch by HLS."), FULL_RETRY_SECONDS)
        return self._created(session)

    async def _session(self, request: Request) -> Response:
        parameters = request.path_params
        protocol = parameters["protocol"]
        if protocol not in (WHIP, WHEP) or not is_stream_id(parameters["stream"]):
            return answers.problem(404)
        if request.method not in ("PATCH", "DELETE"):
            return _allow(answers.problem(405), ALLOW_SESSION)
        session = self._webrtc.find(parameters["stream"], parameters["session"], is_viewer=protocol == WHEP)
        if session is None:
            return answers.problem(404, "This session is over.")
        if not session.belongs_to(_bearer(request) or ""):
            return _unauthorized("The token that made the session is needed.")
        if request.method == "DELETE":
            session.live.stop("The browser stopped.")
            await session.live.stopped()
            return Response(status_code=200, headers={"Cache-Control": answers.NO_STORE})
        return await self._patch(request, session)

    async def _patch(self, request: Request, session: Session) -> Response:
        """Candidates need no note: we learn paths from the checks themselves. New names mean an ICE restart."""
        body = await _body(request, FRAGMENT)
        wanted = request.headers.get("if-match")
        if wanted is None:
            return answers.problem(428, "If-Match is needed.")
        if wanted not in ("*", _quoted(session.etag)):
            return answers.problem(412, "The session has another entity tag by now.")
        try:
            names = read_ice(body)
        except BadOffer as error:
            return answers.problem(400, str(error))
        if names is None and "a=candidate:" not in body and "a=end-of-candidates" not in body:
            return answers.problem(400, "The fragment has neither candidates nor ICE names.")
        if names is None or names == session.live.connection.ice.remote:
            return Response(status_code=204, headers={"ETag": _quoted(session.etag)})
        fragment = self._webrtc.restart(session, names, near=_near(request))
        headers = {"ETag": _quoted(session.etag), "Cache-Control": answers.NO_STORE}
        return Response(fragment, headers=headers, media_type=FRAGMENT)

    def _created(self, session: Session) -> Response:
        headers = {
            # Relative: the way to us may go through a proxy with a path of its own.
            "Location": f"{session.stream_id}/{session.id}",
            "ETag": _quoted(session.etag),
            "Accept-Patch": FRAGMENT,
            "Cache-Control": answers.NO_STORE,
        }
        response = Response(session.answer, 201, headers, media_type=SDP)
        for name, value in self._links:
            response.headers.append(name, value)
        return response


async def _asked(request: Request) -> tuple[str, str]:
    """The stream and the offer of a request for a session."""
    if request.method != "POST":
        raise _Stop(_allow(answers.problem(405), ALLOW_ENDPOINT))
    stream_id = request.path_params["stream"]
    if not is_stream_id(stream_id):
        raise _Stop(answers.problem(404))
    return stream_id, await _body(request, SDP)


async def _body(request: Request, media_type: str) -> str:
    """The text of a request, if it is what it should be and comes in time."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise _Stop(answers.problem(415, f"The body must be {media_type}."))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise _Stop(answers.problem(413))
        return body.decode()
    except TimeoutError as error:
        raise _Stop(answers.problem(408)) from error
    except UnicodeDecodeError as error:
        raise _Stop(answers.problem(400, "The body is not text.")) from error


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= MAX_TOKEN_LENGTH else None


def _remote(request: Request) -> str:
    return "" if request.client is None else f"{request.client.host}:{request.client.port}"


def _near(request: Request) -> str | None:
    """The address of ours the request came to: the browser can reach it."""
    server = request.scope.get("server")
    return None if server is None else str(server[0])


def _quoted(etag: str) -> str:
    return f'"{etag}"'


def _unauthorized(detail: str) -> Response:
    response = answers.problem(401, detail)
    response.headers["WWW-Authenticate"] = 'Bearer realm="nightmarket"'
    return response


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _allow(response: Response, methods: str) -> Response:
    response.headers["Allow"] = methods
    return response
