"""Objects in any store that speaks the S3 API: Cloudflare R2, MinIO, AWS. boto3 blocks, so calls run in threads."""

import asyncio
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.settings import StorageSettings
from nightmarket.kernel.storage.base import ObjectMissing, Upload, check_key

_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Storage:
    """The adapter for `NIGHTMARKET_STORAGE__KIND=s3`. R2 takes presigned PUTs, not POST policies."""

    def __init__(self, settings: StorageSettings) -> None:
        self._bucket = settings.bucket
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
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        await self._call(
            self._client.put_object, Bucket=self._bucket, Key=check_key(key), Body=data, ContentType=content_type
        )

    async def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        answer = await self._call(self._client.get_object, Bucket=self._bucket, Key=check_key(key))
        if max_bytes is not None and answer["ContentLength"] > max_bytes:
            answer["Body"].close()
            raise ValueError("object too large")
        data: bytes = await asyncio.to_thread(answer["Body"].read)
        return data

    async def delete(self, key: str) -> None:
        await self._call(self._client.delete_object, Bucket=self._bucket, Key=check_key(key))

    async def upload(self, key: str, *, content_type: str, size: int, expires_at: int) -> Upload:
        url: str = self._client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": check_key(key),
                "ContentType": content_type,
                "ContentLength": size,
            },
            ExpiresIn=max(1, expires_at - int(time.time())),
        )
        return Upload(url=url, method="PUT", headers={"Content-Type": content_type, "Content-Length": str(size)})

    def url(self, key: str) -> str:
        return f"{self._public}/{check_key(key)}"

    async def _call(self, function: Any, **arguments: Any) -> Any:
        try:
            return await asyncio.to_thread(function, **arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                raise ObjectMissing(arguments["Key"]) from error
            raise Unavailable(retry_after=2) from error
        except BotoCoreError as error:
            raise Unavailable(retry_after=2) from error
