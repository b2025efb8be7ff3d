"""One suite for both stores: the local folder, and the S3 API against a real server process (moto)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import boto3
import httpx2
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from nightmarket.kernel.context import Context
from nightmarket.kernel.security import Signer
from nightmarket.kernel.settings import StorageSettings
from nightmarket.kernel.storage import LocalStorage, ObjectMissing, S3Storage, Storage, check_key


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["local", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    if request.param == "local":
        yield LocalStorage(tmp_path, Signer("secret", "upload"))
        return
    address = request.getfixturevalue("s3_address")
    boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    ).create_bucket(Bucket="nightmarket")
    yield S3Storage(
        StorageSettings(
            kind="s3",
            bucket="nightmarket",
            endpoint_url=address,
            region="us-east-1",
            access_key_id="k",
            secret_access_key=SecretStr("s"),
        )
    )


async def test_object_comes_back(storage: Storage) -> None:
    await storage.put("products/a.webp", b"picture", "image/webp")
    assert await storage.get("products/a.webp") == b"picture"
    await storage.put("products/a.webp", b"newer", "image/webp")
    assert await storage.get("products/a.webp", max_bytes=5) == b"newer"


async def test_too_large_object_is_not_read(storage: Storage) -> None:
    await storage.put("products/a.webp", b"123456", "image/webp")
    with pytest.raises(ValueError, match="too large"):
        await storage.get("products/a.webp", max_bytes=5)


async def test_deleted_object_is_missing(storage: Storage) -> None:
    await storage.put("products/b.webp", b"x", "image/webp")
    await storage.delete("products/b.webp")
    await storage.delete("products/b.webp")
    with pytest.raises(ObjectMissing):
        await storage.get("products/b.webp")


@pytest.mark.parametrize("key", ["", "a", "/etc/passwd", "a/../b", "a//b", "a/b/", "A/b", "a/b\x00", "a/" + "b" * 300])
def test_odd_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="object key"):
        check_key(key)


async def test_local_upload_takes_only_what_was_announced(ctx: Context, api: httpx2.AsyncClient) -> None:
    expires = int(ctx.clock().timestamp()) + 60
    ticket = await ctx.storage.upload("products/c.png", content_type="image/png", size=3, expires_at=expires)
    assert (await api.put(ticket.url, content=b"abcd", headers=ticket.headers)).json()["code"] == "upload-mismatch"
    assert (await api.put(ticket.url, content=b"ab", headers=ticket.headers)).status_code == 422
    assert (await api.put(ticket.url, content=b"abc", headers={"Content-Type": "text/html"})).status_code == 422
    assert (await api.put(ticket.url + "x", content=b"abc")).json()["code"] == "upload-ticket-invalid"
    assert (await api.get("/files/products/c.png")).status_code == 404
    assert (await api.put(ticket.url, content=b"abc", headers=ticket.headers)).status_code == 204
    served = await api.get("/files/products/c.png")
    assert (served.content, served.headers["content-type"]) == (b"abc", "image/png")


async def test_private_objects_are_not_served(ctx: Context, api: httpx2.AsyncClient) -> None:
    await ctx.storage.put("private/slip.png", b"x", "image/png")
    assert (await api.get("/files/private/slip.png")).status_code == 404
    assert (await api.get("/files/products/..%2f..%2fsecret.key")).status_code == 404


async def test_s3_upload_is_a_presigned_put(s3_address: str) -> None:
    boto3.client(
        "s3", endpoint_url=s3_address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    ).create_bucket(Bucket="uploads")
    settings = StorageSettings(
        kind="s3", bucket="uploads", endpoint_url=s3_address, region="us-east-1", access_key_id="k",
        secret_access_key=SecretStr("s"),
    )  # fmt: skip
    store = S3Storage(settings)
    ticket = await store.upload("products/d.png", content_type="image/png", size=3, expires_at=2**33)
    async with httpx2.AsyncClient() as client:
        answer = await client.put(ticket.url, content=b"abc", headers=ticket.headers)
    assert answer.status_code == 200
    assert await store.get("products/d.png") == b"abc"
