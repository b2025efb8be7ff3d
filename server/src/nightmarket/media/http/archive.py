"""The show's files for the api, which carries them to object storage: signed reading, in ranges.

`GET /archive/{stream}/{name}` with the signature of `GET {path}` in the header: private shows are behind it too.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from nightmarket.media.archive import SEGMENTS, WHOLE, describe_finished, describe_segments, is_archived
from nightmarket.media.http import answers
from nightmarket.media.names import is_stream_id
from nightmarket.media.playlist import LiveRules
from nightmarket.media.signing import HEADER, verify
from nightmarket.media.streams import Streams


class Archive:
    """Answers the api."""

    def __init__(
        self, streams: Streams, recordings: Path, *, rules: LiveRules, secret: str, now: Callable[[], float]
    ) -> None:
        self._streams = streams
        self._recordings = recordings
        self._rules = rules
        self._secret = secret
        self._now = now

    async def read(self, request: Request) -> Response:
        """A file, or what there is."""
        signed = f"GET {request.url.path}".encode()
        if not verify(self._secret, signed, request.headers.get(HEADER, ""), now=int(self._now())):
            return answers.problem(401)
        stream_id, name = request.path_params["stream"], request.path_params["name"]
        if not is_stream_id(stream_id):
            return answers.problem(404)
        if name == SEGMENTS:
            return await self._describe(stream_id)
        path = await asyncio.to_thread(self._find, stream_id, name)
        if path is None:
            return answers.problem(404)
        return FileResponse(path, headers={"Cache-Control": answers.NO_STORE})

    async def _describe(self, stream_id: str) -> Response:
        stream = self._streams.get(stream_id)
        headers = {"Cache-Control": answers.NO_STORE}
        if stream is not None:
            known = describe_segments(stream.timeline, self._rules)
            return JSONResponse(known | {"files": {}, "is_finished": False}, headers=headers)
        directory = await asyncio.to_thread(self._streams.finished_directory, stream_id)
        if directory is None:
            return answers.problem(404)
        known = await asyncio.to_thread(describe_finished, directory, self._recordings / f"{stream_id}.mp4")
        return JSONResponse(known, headers=headers)

    def _find(self, stream_id: str, name: str) -> Path | None:
        if name == WHOLE:
            path = self._recordings / f"{stream_id}.mp4"
        elif is_archived(name):
            path = self._streams.directory / stream_id / name
        else:
            return None
        return path if path.is_file() else None
