"""The media server's files, fetched by signed requests: it may run on another machine than the jobs."""

from collections.abc import AsyncIterator

from nightmarket.integrations.embedded_media.control import MediaControl
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.replays.ports import Footage, Segment

_PIECE_BYTES = 2**20
_LIST = "segments.json"


class EmbeddedRecordings:
    """Implements `replays.ports.RecordingSource` with the media server that ships with the product."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._control = MediaControl(ctx)

    async def describe(self, stream_id: str) -> Footage | None:
        """The server's list."""
        url, headers = await self._address(stream_id, _LIST)
        try:
            answer = await self._ctx.http.get(url, headers=headers)
        except HttpError as error:
            raise Unavailable("The media server does not answer.", retry_after=5) from error
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise Unavailable(f"The media server answered {answer.status_code}.", retry_after=5)
        said = answer.json()
        return Footage(
            segments=tuple(
                Segment(one["name"], one["init"], one["ms"], one["bytes"], one["at"]) for one in said["segments"]
            ),
            target_seconds=said["target_seconds"],
            is_finished=said["is_finished"],
            files=said["files"],
        )

    async def read(self, stream_id: str, name: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """One file, from an offset on, in large pieces."""
        url, headers = await self._address(stream_id, name)
        if offset:
            headers["Range"] = f"bytes={offset}-"
        try:
            async with self._ctx.http.stream("GET", url, headers=headers) as answer:
                if answer.status_code != (206 if offset else 200):
                    raise Unavailable(f"The media server answered {answer.status_code} for {name}.", retry_after=5)
                async for piece in answer.aiter_bytes(_PIECE_BYTES):
                    yield piece
        except HttpError as error:
            raise Unavailable("The media server hung up.", retry_after=5) from error

    async def release(self, stream_id: str) -> None:
        """Drop the video, keep the poster."""
        await self._control.tell(stream_id, "release")

    async def remove(self, stream_id: str) -> None:
        """Drop everything."""
        await self._control.tell(stream_id, "remove")

    async def _address(self, stream_id: str, name: str) -> tuple[str, dict[str, str]]:
        path = f"/archive/{stream_id}/{name}"
        return await self._control.locations.control() + path, self._control.signature(f"GET {path}".encode())
