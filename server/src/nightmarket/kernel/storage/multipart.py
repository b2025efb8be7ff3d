"""One large object in parts of equal size, as R2 wants them; an upload that was cut off goes on where it stood."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from nightmarket.kernel.storage.base import SizeDiffers, Source

PART_BYTES = 16 * 2**20
"""At most 10,000 parts, so 160 GB in one object."""
Call = Callable[..., Awaitable[Any]]


class MultipartUpload:
    """Sends parts one after the other. The store itself remembers which it has: nothing else has to."""

    def __init__(self, client: Any, call: Call, at: dict[str, str]) -> None:
        self._client = client
        self._call = call
        self._at = at

    async def run(self, source: Source, *, size: int, content_type: str) -> None:
        """Upload what is missing and put it together."""
        upload_id = await self._begun() or await self._begin(content_type)
        done = await self._done(upload_id)
        where = self._at | {"UploadId": upload_id}
        sent = len(done) * PART_BYTES
        if sent < size:
            async for part in _in_parts(source(sent)):
                sent += len(part)
                if sent > size:
                    break
                number = len(done) + 1
                answer = await self._call(self._client.upload_part, **where, PartNumber=number, Body=part)
                done.append({"PartNumber": number, "ETag": answer["ETag"]})
        if sent != size:
            await self._call(self._client.abort_multipart_upload, **where)
            raise SizeDiffers(self._at["Key"])
        await self._call(self._client.complete_multipart_upload, **where, MultipartUpload={"Parts": done})

    @staticmethod
    def check_size(key: str, sent: int, size: int) -> None:
        """SizeDiffers unless they are the same."""
        if sent != size:
            raise SizeDiffers(key)

    async def _begin(self, content_type: str) -> str:
        answer = await self._call(self._client.create_multipart_upload, **self._at, ContentType=content_type)
        return str(answer["UploadId"])

    async def _begun(self) -> str | None:
        """The upload of this very object that was begun last and not finished."""
        answer = await self._call(
            self._client.list_multipart_uploads, Bucket=self._at["Bucket"], Prefix=self._at["Key"]
        )
        mine = [one for one in answer.get("Uploads", []) if one["Key"] == self._at["Key"]]
        return str(max(mine, key=lambda one: one["Initiated"])["UploadId"]) if mine else None

    async def _done(self, upload_id: str) -> list[dict[str, Any]]:
        """Parts that are there, from the first to the first that is missing or short."""
        parts: list[dict[str, Any]] = []
        marker = 0
        while True:
            answer = await self._call(self._client.list_parts, **self._at, UploadId=upload_id, PartNumberMarker=marker)
            for one in answer.get("Parts", []):
                if one["PartNumber"] != len(parts) + 1 or one["Size"] != PART_BYTES:
                    return parts
                parts.append({"PartNumber": one["PartNumber"], "ETag": one["ETag"]})
            if not answer.get("IsTruncated"):
                return parts
            marker = answer["NextPartNumberMarker"]


async def abort_unfinished(client: Any, call: Call, bucket: str, prefix: str) -> None:
    """Drop what was uploaded in part under a prefix; it would be paid for until the store drops it by itself."""
    answer = await call(client.list_multipart_uploads, Bucket=bucket, Prefix=prefix)
    for one in answer.get("Uploads", []):
        await call(client.abort_multipart_upload, Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"])


async def _in_parts(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in parts of equal size; only the last may be shorter."""
    buffer = bytearray()
    async for piece in pieces:
        buffer += piece
        while len(buffer) >= PART_BYTES:
            yield bytes(buffer[:PART_BYTES])
            del buffer[:PART_BYTES]
    if buffer:
        yield bytes(buffer)
