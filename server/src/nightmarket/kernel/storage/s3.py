"""Objects in any store that speaks the S3 API: Cloudflare R2, MinIO, AWS. boto3 blocks, so calls run in threads."""

import asyncio
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.settings import StorageSettings
from nightmarket.kernel.storage.base import PRIVATE, ObjectMissing, Source, Upload, check_key, check_prefix
from nightmarket.kernel.storage.multipart import PART_BYTES, MultipartUpload, abort_unfinished

_MISSING = {"404", "NoSuchKey", "NotFound"}
_LONGEST_SIGNED_SECONDS = 604_800
_DELETED_AT_ONCE = 1000


class S3Storage:
    """The adapter for `NIGHTMARKET_STORAGE__KIND=s3`. R2 takes presigned PUTs, not POST policies.

    Objects under `private/` lie in a bucket of their own if one is set: a public domain of a bucket shows all of it.
    """

    def __init__(self, settings: StorageSettings) -> None:
        self._bucket = settings.bucket
        self._private_bucket = settings.private_bucket or settings.bucket
        self._public = (settings.public_url or f"{settings.endpoint_url or ''}/{settings.bucket}").rstrip("/")
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=settings.endpoint_url,
            region_name=settings.region,
            aws_access_key_id=settings.access_key_id,
            aws_secret_access_key=settings.secret_access_key.get_secret_value(),
            config=Config(
                signature_version="s3v4",
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 3, "mode": "standard"},
                # R2 refuses the checksums that boto3 adds by itself since 1.36.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        await self._call(self._client.put_object, **self._at(key), Body=data, ContentType=content_type)

    async def put_large(self, key: str, source: Source, *, size: int, content_type: str) -> None:
        if size <= PART_BYTES:
            # One request, so that a small object is never seen in part and costs one operation.
            data = b"".join([piece async for piece in source(0)])
            MultipartUpload.check_size(key, len(data), size)
            await self.put(key, data, content_type)
            return
        await MultipartUpload(self._client, self._call, self._at(key)).run(source, size=size, content_type=content_type)

    async def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        answer = await self._call(self._client.get_object, **self._at(key))
        if max_bytes is not None and answer["ContentLength"] > max_bytes:
            answer["Body"].close()
            raise ValueError("object too large")
        return await self._body(answer)

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        if length < 1:
            return b""
        try:
            answer = await self._call(
                self._client.get_object, **self._at(key), Range=f"bytes={start}-{start + length - 1}"
            )
        except _PastTheEnd:
            return b""
        return await self._body(answer)

    async def size(self, key: str) -> int | None:
        try:
            answer = await self._call(self._client.head_object, **self._at(key))
        except ObjectMissing:
            return None
        return int(answer["ContentLength"])

    async def keys(self, prefix: str) -> list[str]:
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            where = {"Bucket": self._bucket_of(prefix), "Prefix": check_prefix(prefix)}
            answer = await self._call(self._client.list_objects_v2, **where, **more)
            found += [one["Key"] for one in answer.get("Contents", [])]
            if not answer.get("IsTruncated"):
                return sorted(found)
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    async def delete(self, key: str) -> None:
        await self._call(self._client.delete_object, **self._at(key))

    async def delete_all(self, prefix: str) -> int:
        bucket = self._bucket_of(check_prefix(prefix))
        await abort_unfinished(self._client, self._call, bucket, prefix)
        found = await self.keys(prefix)
        for first in range(0, len(found), _DELETED_AT_ONCE):
            batch = [{"Key": key} for key in found[first : first + _DELETED_AT_ONCE]]
            answer = await self._call(
                self._client.delete_objects, Bucket=bucket, Delete={"Objects": batch, "Quiet": True}
            )
            if answer.get("Errors"):
                raise Unavailable(retry_after=5)
        return len(found)

    async def upload(self, key: str, *, content_type: str, size: int, expires_at: int) -> Upload:
        url = self._presigned("put_object", expires_at, **self._at(key), ContentType=content_type, ContentLength=size)
        return Upload(url=url, method="PUT", headers={"Content-Type": content_type, "Content-Length": str(size)})

    def url(self, key: str) -> str:
        return f"{self._public}/{check_key(key)}"

    def signed_url(self, key: str, *, expires_at: int) -> str:
        return self._presigned("get_object", expires_at, **self._at(key))

    def _presigned(self, operation: str, expires_at: int, **params: Any) -> str:
        seconds = min(_LONGEST_SIGNED_SECONDS, max(1, expires_at - int(time.time())))
        url: str = self._client.generate_presigned_url(operation, Params=params, ExpiresIn=seconds)
        return url

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket_of(key), "Key": check_key(key)}

    def _bucket_of(self, key: str) -> str:
        return self._private_bucket if key.startswith(PRIVATE) else self._bucket

    async def _body(self, answer: Any) -> bytes:
        try:
            data: bytes = await asyncio.to_thread(answer["Body"].read)
        except BotoCoreError as error:
            raise Unavailable(retry_after=2) from error
        return data

    async def _call(self, function: Any, **arguments: Any) -> Any:
        try:
            return await asyncio.to_thread(function, **arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code in _MISSING:
                raise ObjectMissing(arguments.get("Key", "")) from error
            if code == "InvalidRange":
                raise _PastTheEnd from error
            raise Unavailable(retry_after=2) from error
        except BotoCoreError as error:
            raise Unavailable(retry_after=2) from error


class _PastTheEnd(LookupError):
    """The range begins behind the last byte."""
