"""Responses and cache rules shared by the routes."""

import gzip
import json

from starlette.requests import Request
from starlette.responses import Response

IMMUTABLE = "public, max-age=31536000, immutable"
ONE_MINUTE = "public, max-age=60"
SHORT = "public, max-age=5"
NO_STORE = "no-store"
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
DASH_TYPE = "application/dash+xml"
MEDIA_TYPE = "video/mp4"
GZIP_FROM_BYTES = 600
GZIP_LEVEL = 4

TITLES = {
    400: ("bad-request", "The request is malformed"),
    401: ("bad-signature", "The signature is missing or wrong"),
    403: ("token-refused", "The address is not signed for this, or no more"),
    404: ("not-found", "There is no such thing here"),
    405: ("method-not-allowed", "This method is not allowed here"),
    409: ("conflict", "This does not go together"),
    408: ("too-slow", "The request did not arrive in time"),
    410: ("trimmed", "This is no longer kept"),
    412: ("precondition-failed", "Something has changed since"),
    413: ("too-large", "The request is too large"),
    415: ("unsupported-type", "The body is of the wrong type"),
    422: ("unsupported-media", "There is no codec in common"),
    428: ("precondition-required", "A precondition is needed"),
    503: ("unavailable", "This cannot be done right now"),
}


def problem(status: int, detail: str | None = None, *, kind: tuple[str, str] | None = None) -> Response:
    """An RFC 9457 problem document."""
    code, title = kind or TITLES[status]
    body: dict[str, object] = {"type": f"/problems/{code}", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    raw = json.dumps(body)
    return Response(raw, status, {"Cache-Control": NO_STORE}, media_type="application/problem+json")


def accepts_gzip(request: Request) -> bool:
    """Whether the client can unpack."""
    return "gzip" in request.headers.get("accept-encoding", "")


def pack(text: str) -> bytes:
    """The text, compressed with no time stamp inside."""
    return gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)


def playlist(body: bytes, *, is_packed: bool, media_type: str = PLAYLIST_TYPE) -> Response:
    """A playlist: never cached, because the next one differs."""
    headers = {"Cache-Control": NO_STORE, "Vary": "Accept-Encoding"}
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=media_type)


def as_private(response: Response) -> Response:
    """What only some may see is kept by the player alone, not by caches on the way."""
    cache = response.headers.get("cache-control", NO_STORE)
    response.headers["Cache-Control"] = cache.replace("public", "private")
    return response


def media(body: bytes, cache: str) -> Response:
    """A piece of fragmented MP4."""
    return Response(body, headers={"Cache-Control": cache}, media_type=MEDIA_TYPE)
