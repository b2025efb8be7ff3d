"""Signed calls from the api.

The signature covers the body only, so the body repeats what the path says: a captured call cannot be turned into
another.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nightmarket.media.clearing import Clearing
from nightmarket.media.http import answers
from nightmarket.media.names import is_stream_id
from nightmarket.media.relay.relays import Relays
from nightmarket.media.signing import HEADER, verify
from nightmarket.media.streams import Streams

MAX_BODY_BYTES = 16384
BODY_SECONDS = 5.0


class Control:
    """`POST /control/streams/{stream}/{action}`."""

    def __init__(
        self, streams: Streams, clearing: Clearing, relays: Relays, *, secret: str, now: Callable[[], float]
    ) -> None:
        self._secret = secret
        self._now = now
        self._streams = streams
        self._clearing = clearing
        self._relays = relays

    async def call(self, request: Request) -> Response:
        """Verifies and obeys."""
        try:
            body = await _read(request)
        except TimeoutError:
            return answers.problem(408)
        if body is None:
            return answers.problem(413)
        if not verify(self._secret, body, request.headers.get(HEADER, ""), now=int(self._now())):
            return answers.problem(401)
        stream, action = request.path_params["stream"], request.path_params["action"]
        if not _repeats(body, stream, action):
            return answers.problem(400, 'the body must be {"stream": …, "action": …}, the same as in the path')
        if not await self._act(stream, action, json.loads(body)):
            return answers.problem(404)
        return JSONResponse({"stream": stream, "action": action}, headers={"Cache-Control": answers.NO_STORE})

    async def _act(self, stream: str, action: str, said: dict[str, Any]) -> bool:
        """False for what is not known here."""
        if not is_stream_id(stream):
            return False
        if action == "outputs":
            return self._relays.order(stream, said.get("outputs"))
        if action in ("protect", "open"):
            return await self._streams.protect(stream, on=action == "protect")
        act = {
            "end": self._streams.finish,
            "kick": self._streams.kick,
            "release": self._clearing.release,
            "remove": self._clearing.remove,
        }.get(action)
        return act is not None and act(stream)


async def _read(request: Request) -> bytes | None:
    """The body; None when it is too large. One that dawdles ends the request."""
    body = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY_BYTES:
                return None
    return bytes(body)


def _repeats(body: bytes, stream: str, action: str) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("stream") == stream and said.get("action") == action
