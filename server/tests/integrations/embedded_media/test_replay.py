"""A real show until its replay lies in object storage: files for SQLite, an S3 server for the other database."""

import io
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import av
import boto3
import httpx2
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from media.harness import decode, encoder, eventually, is_rising
from nightmarket.kernel.context import Context
from nightmarket.kernel.settings import StorageSettings
from nightmarket.kernel.storage import S3Storage
from support.shops import seller_with_shop
from support.streams import add_item, make_product, make_stream

from .conftest import Studio

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def s3(ctx: Context) -> Iterator[bool]:
    """Whether storage is a real server that speaks S3."""
    if ctx.db.url.drivername.startswith("sqlite"):
        yield False
        return
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    client.create_bucket(Bucket="media")
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media/*"}
    client.put_bucket_policy(Bucket="media", Policy=json.dumps({"Version": "2012-10-17", "Statement": [anybody]}))
    ctx.storage = S3Storage(
        StorageSettings(
            kind="s3", bucket="media", endpoint_url=address, region="us-east-1",
            access_key_id="k", secret_access_key=SecretStr("s"),
        )
    )  # fmt: skip
    yield True
    server.stop()


async def played(client: httpx2.AsyncClient, address: str) -> bytes:
    """What a player of this playlist downloads."""
    playlist = await client.get(address)
    assert playlist.status_code == 200, playlist.text
    text = playlist.text
    out, span = b"", ""
    for line in text.splitlines():
        if line.startswith("#EXT-X-MAP"):
            out += (await client.get(urljoin(address, line.split('"')[1]))).content
        elif line.startswith("#EXT-X-BYTERANGE"):
            length, _, offset = line.partition(":")[2].partition("@")
            span = f"bytes={offset}-{int(offset) + int(length) - 1}"
        elif line and not line.startswith("#"):
            piece = await client.get(urljoin(address, line), headers={"Range": span})
            assert piece.status_code == 206, piece.text
            out += piece.content
    return out


def starts_at(data: bytes) -> tuple[float, float]:
    """When the first shown picture comes, and how long the file lasts."""
    with av.open(io.BytesIO(data), "r") as container:
        first = next(frame for frame in container.decode(video=0) if (frame.time or 0) >= 0)
        return first.time or 0.0, (container.duration or 0) / 1_000_000


async def test_show_ends_up_in_storage_with_everything_around_it(
    ctx: Context, studio: Studio, clip: Path, drain: Drain, *, s3: bool
) -> None:
    api = studio.api
    headers, shop = await seller_with_shop(api)
    stream = await make_stream(api, headers, shop["id"])
    path = f"/api/v1/streams/{stream['id']}"
    item = await add_item(api, headers, stream["id"], await make_product(ctx, shop), code="A1")
    rtmp = (await api.get(f"{path}/ingest", headers=headers)).json()["rtmp"]

    async def playback() -> Any:
        return (await api.get(f"{path}/playback")).json()

    async def has_seven_seconds() -> bool:
        return bool((await playback()).get("dvr_seconds", 0) > 7)

    async with encoder(clip, f"{rtmp['url']}/{rtmp['key']}", real_time=True):
        await eventually(has_seven_seconds)
        await api.post(f"{path}/items/{item['id']}/pin", headers=headers)
        body = {"title": "While it runs", "start": 1.5, "end": 4}
        assert (await api.post(f"{path}/clips", json=body, headers=headers)).status_code == 202
        await drain()
        (live_clip,) = (await api.get(f"{path}/clips")).json()["items"]
        await api.post(f"{path}/end", headers=headers)
        await drain()

    async def is_stored() -> bool:
        await drain()
        return (await playback())["thumbnails"] is not None

    await eventually(is_stored)
    replay = await playback()
    async with httpx2.AsyncClient(base_url=str(api.base_url), trust_env=False) as anybody:
        assert ("/media/recordings/" if s3 else "/files/recordings/") in replay["hls"]
        whole = decode(await played(anybody, replay["hls"]))
        assert is_rising(whole.video_times)
        assert len(whole.video_times) == pytest.approx(replay["recording_seconds"] * 15, abs=2)
        mp4 = await anybody.get(replay["recording"])
        assert len(decode(mp4.content).video_times) == len(whole.video_times)
        assert mp4.content.index(b"moov") < mp4.content.index(b"mdat")
        assert (await anybody.get(replay["thumbnails"])).text.count("#xywh=") >= 2
        assert "A1 Paper lantern" in (await anybody.get(replay["chapters"])).text
        assert (await anybody.get(replay["poster"])).content[:2] == b"\xff\xd8"
        first, lasts = starts_at((await anybody.get(live_clip["url"])).content)
        assert (first, lasts) == (pytest.approx(0, abs=0.1), pytest.approx(2.5, abs=0.3))

        body = {"title": "Afterwards", "start": 2.5, "end": 6}
        assert (await api.post(f"{path}/clips", json=body, headers=headers)).status_code == 202
        await drain()
        clips = (await api.get(f"{path}/clips")).json()["items"]
        assert [one["title"] for one in clips] == ["Afterwards", "While it runs"]
        first, lasts = starts_at((await anybody.get(clips[0]["url"])).content)
        assert (first, lasts) == (pytest.approx(0, abs=0.1), pytest.approx(3.5, abs=0.3))

        media = ctx.settings.data_dir / "media"
        assert list((media / "recordings").glob("*.mp4"))
        assert (await api.delete(f"{path}/replay", headers=headers)).status_code == 204
        await drain()
        for address in (replay["hls"], replay["recording"], replay["thumbnails"]):
            assert (await anybody.get(address)).status_code in (403, 404)

        async def is_forgotten() -> bool:
            return not (media / "streams" / stream["id"]).exists()

        await eventually(is_forgotten)
        assert not list((media / "recordings").glob("*.mp4"))
