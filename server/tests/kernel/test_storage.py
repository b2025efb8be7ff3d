"""One suite for both stores: the local folder, and the S3 API against a real server process (moto)."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import boto3
import httpx2
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.security import Signer
from nightmarket.kernel.settings import StorageSettings
from nightmarket.kernel.storage import LocalStorage, ObjectMissing, S3Storage, SizeDiffers, Source, Storage, check_key
from nightmarket.kernel.storage.multipart import PART_BYTES

BIG = bytes(range(256)) * (2 * PART_BYTES // 256) + b"the last part is short"


def s3_settings(address: str, **changes: Any) -> StorageSettings:
    """A store on the test's server."""
    known = {"kind": "s3", "bucket": "nightmarket", "private_bucket": "nightmarket-private", "region": "us-east-1"}
    secret = {"access_key_id": "k", "secret_access_key": SecretStr("s")}
    return StorageSettings.model_validate(known | secret | {"endpoint_url": address} | changes)


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    for bucket in ("nightmarket", "nightmarket-private"):
        client.create_bucket(Bucket=bucket)
    yield address
    server.stop()


@pytest.fixture(params=["local", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    if request.param == "local":
        yield LocalStorage(tmp_path, Signer("secret", "upload"))
        return
    store = S3Storage(s3_settings(request.getfixturevalue("s3_address")))
    for folder in ("products/t/", "private/t/"):
        await store.delete_all(folder)
    yield store


def source_of(data: bytes, *, asked: list[int] | None = None, breaks_at: int | None = None) -> Source:
    """Something large, in pieces that fit no part; it may break off."""

    async def read(offset: int) -> AsyncIterator[bytes]:
        if asked is not None:
            asked.append(offset)
        step = 1_000_003
        for start in range(offset, len(data), step):
            if breaks_at is not None and start >= breaks_at:
                raise ConnectionResetError
            yield data[start : min(start + step, len(data))]

    return read


async def test_object_comes_back(storage: Storage) -> None:
    await storage.put("products/t/a.webp", b"picture", "image/webp")
    assert await storage.get("products/t/a.webp") == b"picture"
    await storage.put("products/t/a.webp", b"newer", "image/webp")
    assert await storage.get("products/t/a.webp", max_bytes=5) == b"newer"
    assert await storage.size("products/t/a.webp") == 5
    assert await storage.get_range("products/t/a.webp", 1, 3) == b"ewe"
    assert await storage.get_range("products/t/a.webp", 3, 100) == b"er"
    assert await storage.get_range("products/t/a.webp", 9, 4) == b""


async def test_too_large_object_is_not_read(storage: Storage) -> None:
    await storage.put("products/t/a.webp", b"123456", "image/webp")
    with pytest.raises(ValueError, match="too large"):
        await storage.get("products/t/a.webp", max_bytes=5)


async def test_deleted_object_is_missing(storage: Storage) -> None:
    await storage.put("products/t/b.webp", b"x", "image/webp")
    await storage.delete("products/t/b.webp")
    await storage.delete("products/t/b.webp")
    with pytest.raises(ObjectMissing):
        await storage.get("products/t/b.webp")
    with pytest.raises(ObjectMissing):
        await storage.get_range("products/t/b.webp", 0, 1)
    assert await storage.size("products/t/b.webp") is None


async def test_folder_is_listed_and_removed_alone(storage: Storage) -> None:
    names = ["private/t/one/a.mp4", "private/t/one/deep/b.mp4", "private/t/onemore/c.mp4"]
    for name in names:
        await storage.put(name, b"x", "video/mp4")
    assert await storage.keys("private/t/") == names
    assert await storage.delete_all("private/t/one/") == 2
    assert await storage.delete_all("private/t/one/") == 0
    assert await storage.keys("private/t/") == ["private/t/onemore/c.mp4"]


@pytest.mark.parametrize("size", [0, 5, PART_BYTES, len(BIG)])
async def test_large_object_arrives_whole(storage: Storage, size: int) -> None:
    await storage.put_large("products/t/big.mp4", source_of(BIG[:size]), size=size, content_type="video/mp4")
    assert await storage.size("products/t/big.mp4") == size
    assert await storage.get_range("products/t/big.mp4", PART_BYTES - 3, 6) == BIG[:size][PART_BYTES - 3 :][:6]


@pytest.mark.parametrize("told", [4, 6, len(BIG) - 1, len(BIG) + 1])
async def test_object_of_another_size_is_not_stored(storage: Storage, told: int) -> None:
    data = b"12345" if told < 10 else BIG
    with pytest.raises(SizeDiffers):
        await storage.put_large("products/t/lie.mp4", source_of(data), size=told, content_type="video/mp4")
    assert await storage.size("products/t/lie.mp4") is None
    assert await storage.keys("products/t/") == []


async def test_upload_that_broke_off_is_taken_up_again(storage: Storage) -> None:
    broken = source_of(BIG, breaks_at=PART_BYTES + 2_000_000)
    with pytest.raises(ConnectionResetError):
        await storage.put_large("products/t/big.mp4", broken, size=len(BIG), content_type="video/mp4")
    assert await storage.size("products/t/big.mp4") is None
    asked: list[int] = []
    whole = source_of(BIG, asked=asked)
    await storage.put_large("products/t/big.mp4", whole, size=len(BIG), content_type="video/mp4")
    assert asked == [PART_BYTES if isinstance(storage, S3Storage) else 0]
    assert await storage.get("products/t/big.mp4") == BIG


async def test_removing_a_folder_drops_what_was_uploaded_in_part(storage: Storage) -> None:
    broken = source_of(BIG, breaks_at=PART_BYTES + 2_000_000)
    with pytest.raises(ConnectionResetError):
        await storage.put_large("products/t/big.mp4", broken, size=len(BIG), content_type="video/mp4")
    assert await storage.delete_all("products/t/") == 0
    asked: list[int] = []
    whole = source_of(BIG, asked=asked)
    await storage.put_large("products/t/big.mp4", whole, size=len(BIG), content_type="video/mp4")
    assert asked == [0]


def sign_again(address: str, headers: dict[str, str]) -> str:
    """The signature (AWS version 4) that a request to this presigned address with these headers must carry."""
    url = urlsplit(address)
    pairs = [pair for pair in parse_qsl(url.query) if pair[0] != "X-Amz-Signature"]
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(pairs))
    said = dict(pairs)
    lines = "".join(f"{name}:{value}\n" for name, value in sorted((headers | {"host": url.netloc}).items()))
    request = "\n".join(["PUT", url.path, query, lines, said["X-Amz-SignedHeaders"], "UNSIGNED-PAYLOAD"])
    scope = said["X-Amz-Credential"].partition("/")[2]
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = b"AWS4s"
    for step in [*scope.split("/"), f"AWS4-HMAC-SHA256\n{said['X-Amz-Date']}\n{scope}\n{digest}"]:
        key = hmac.digest(key, step.encode(), "sha256")
    return key.hex()


@pytest.mark.parametrize("key", ["", "a", "/etc/passwd", "a/../b", "a//b", "a/b/", "A/b", "a/b\x00", "a/" + "b" * 300])
def test_odd_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="object key"):
        check_key(key)


@pytest.mark.parametrize("prefix", ["", "/", "a/", "recordings/", "a/b", "../b/", "a/../b/"])
async def test_no_more_than_a_folder_of_one_thing_is_removed(storage: Storage, prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        await storage.delete_all(prefix)


async def test_local_upload_takes_only_what_was_announced(ctx: Context, api: httpx2.AsyncClient) -> None:
    expires = int(ctx.clock().timestamp()) + 60
    ticket = await ctx.storage.upload("products/c.png", content_type="image/png", size=3, expires_at=expires)
    assert (await api.put(ticket.url, content=b"abcd", headers=ticket.headers)).json()["code"] == "upload-mismatch"
    assert (await api.put(ticket.url, content=b"ab", headers=ticket.headers)).status_code == 422
    assert (await api.put(ticket.url, content=b"abc", headers={"Content-Type": "text/html"})).status_code == 422
    assert (await api.put(ticket.url + "x", content=b"abc")).json()["code"] == "upload-ticket-invalid"

    async def unannounced() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"cd"

    assert (await api.put(ticket.url, content=unannounced(), headers=ticket.headers)).status_code == 422
    assert (await api.get("/files/products/c.png")).status_code == 404
    assert (await api.put(ticket.url, content=b"abc", headers=ticket.headers)).status_code == 204
    served = await api.get("/files/products/c.png")
    assert (served.content, served.headers["content-type"]) == (b"abc", "image/png")


async def test_private_objects_need_their_own_signed_address(ctx: Context, api: httpx2.AsyncClient) -> None:
    for name in ("slip", "other"):
        await ctx.storage.put(f"private/{name}.png", b"x", "image/png")
    until = int(ctx.clock().timestamp()) + 60
    address = ctx.storage.signed_url("private/slip.png", expires_at=until)
    assert (await api.get(address)).content == b"x"
    assert (await api.get(address)).headers["cache-control"].startswith("private")
    assert (await api.get("/files/private/slip.png")).status_code == 404
    assert (await api.get(address.replace("slip", "other"))).status_code == 404
    assert (await api.get(address + "x")).status_code == 404
    upload = await ctx.storage.upload("private/slip.png", content_type="image/png", size=1, expires_at=until)
    assert (await api.get(f"/files/private/slip.png?ticket={upload.url.rpartition('/')[2]}")).status_code == 404
    assert (await api.put(f"/uploads/{address.rpartition('=')[2]}", content=b"y")).status_code == 403
    assert (await api.get(ctx.storage.signed_url("private/slip.png", expires_at=until - 60))).status_code == 404
    assert (await api.get("/files/products/..%2f..%2fsecret.key")).status_code == 404


async def test_local_files_are_served_in_ranges(ctx: Context, api: httpx2.AsyncClient) -> None:
    await ctx.storage.put("recordings/r/a.mp4", b"0123456789", "video/mp4")
    part = await api.get("/files/recordings/r/a.mp4", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert (await api.get("/files/recordings/r/a.mp4", headers={"Range": "bytes=-2"})).content == b"89"
    assert (await api.get("/files/recordings/r/a.mp4", headers={"Range": "bytes=10-"})).status_code == 416
    head = await api.head("/files/recordings/r/a.mp4")
    assert (head.status_code, head.headers["accept-ranges"], head.headers["content-length"]) == (200, "bytes", "10")


async def test_s3_upload_is_a_presigned_put(s3_address: str) -> None:
    store = S3Storage(s3_settings(s3_address))
    ticket = await store.upload("products/d.png", content_type="image/png", size=3, expires_at=2**33)
    async with httpx2.AsyncClient() as client:
        answer = await client.put(ticket.url, content=b"abc", headers=ticket.headers)
    assert answer.status_code == 200
    assert await store.get("products/d.png") == b"abc"


async def test_s3_signature_binds_type_size_and_time(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The test server does not check signatures, so the address itself is looked at, and signed again by hand.
    monkeypatch.setattr("nightmarket.kernel.storage.s3.time.time", lambda: 1_000_000)
    store = S3Storage(s3_settings(s3_address))
    ticket = await store.upload("private/u/d.png", content_type="image/png", size=3, expires_at=1_000_900)
    address = urlsplit(ticket.url)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == s3_address
    assert address.path == "/nightmarket-private/private/u/d.png"
    assert query["X-Amz-Expires"] == "900"
    assert query["X-Amz-SignedHeaders"] == "content-length;content-type;host"
    assert query["X-Amz-Signature"] == sign_again(ticket.url, {"content-length": "3", "content-type": "image/png"})
    assert query["X-Amz-Signature"] != sign_again(ticket.url, {"content-length": "4", "content-type": "image/png"})
    assert query["X-Amz-Signature"] != sign_again(ticket.url, {"content-length": "3", "content-type": "text/html"})
    read = urlsplit(store.signed_url("private/u/d.png", expires_at=2**33))
    assert parse_qs(read.query)["X-Amz-Expires"] == ["604800"]


async def test_s3_private_objects_lie_in_their_own_bucket(s3_address: str) -> None:
    store = S3Storage(s3_settings(s3_address, public_url="https://media.example/"))
    await store.put("private/u/slip.png", b"x", "image/png")
    plain = boto3.client(
        "s3", endpoint_url=s3_address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    listed = plain.list_objects_v2(Bucket="nightmarket").get("Contents", [])
    assert "private/u/slip.png" not in {one["Key"] for one in listed}
    assert store.url("products/a.webp") == "https://media.example/products/a.webp"
    async with httpx2.AsyncClient() as client:
        assert (await client.get(store.signed_url("private/u/slip.png", expires_at=2**33))).content == b"x"


async def test_s3_sends_no_checksum_that_r2_refuses(s3_address: str) -> None:
    store = S3Storage(s3_settings(s3_address))
    seen: list[Any] = []
    store._client.meta.events.register("before-send.s3", lambda request, **_: seen.append(request))
    await store.put("products/t/a.webp", b"picture", "image/webp")
    await store.put_large("products/t/b.mp4", source_of(BIG), size=len(BIG), content_type="video/mp4")
    names = {name.lower() for request in seen for name in request.headers}
    assert len(seen) >= 6
    assert not {name for name in names if "checksum" in name or "trailer" in name}


async def test_s3_that_is_away_heals(unused_address: str) -> None:
    store = S3Storage(s3_settings(unused_address))
    with pytest.raises(Unavailable):
        await store.put("products/t/a.webp", b"x", "image/webp")


@pytest.fixture
def unused_address() -> str:
    """Where nothing listens."""
    return "http://127.0.0.1:9"
