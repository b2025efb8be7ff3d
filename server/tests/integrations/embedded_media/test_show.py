"""A whole show: a real encoder, the real media server, the real hooks and control calls."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from media.harness import encoder, eventually
from support.shops import seller_with_shop
from support.streams import make_stream

from .conftest import Studio

Drain = Callable[[], Awaitable[list[str]]]


async def test_show_from_key_to_replay(studio: Studio, clip: Path, drain: Drain) -> None:
    api = studio.api
    headers, shop = await seller_with_shop(api)
    stream = await make_stream(api, headers, shop["id"])
    path = f"/api/v1/streams/{stream['id']}"

    async def shown() -> dict[str, Any]:
        body: dict[str, Any] = (await api.get(path, headers=headers)).json()
        return body

    async def is_live() -> bool:
        return bool((await shown())["state"] == "live")

    async def is_interrupted() -> bool:
        return bool((await shown())["state"] == "interrupted")

    async def has_health() -> bool:
        return (await api.get(f"{path}/stats", headers=headers)).json()["health"] is not None

    async def has_replay() -> bool:
        return bool((await shown())["has_recording"])

    rtmp = (await api.get(f"{path}/ingest", headers=headers)).json()["rtmp"]
    assert rtmp["url"] == f"rtmp://127.0.0.1:{studio.rtmp_port}/live"
    async with encoder(clip, f"{rtmp['url']}/wrong-key", real_time=True) as wrong:
        code, _ = await wrong.finished()
        assert code != 0
    assert (await shown())["state"] == "draft"

    async with encoder(clip, f"{rtmp['url']}/{rtmp['key']}", real_time=True) as first:
        await eventually(is_live)
        playback = (await api.get(f"{path}/playback")).json()
        master = await studio.media.get(playback["hls"])
        assert (master.status_code, master.text.startswith("#EXTM3U")) == (200, True)
        await eventually(has_health)
        poster = await studio.media.get((await shown())["poster"])
        assert (poster.status_code, poster.headers["content-type"]) == (200, "image/jpeg")
        fresh = (await api.post(f"{path}/ingest/rotate", headers=headers)).json()["rtmp"]
        assert "streams.kick_publisher.v1" in await drain()
        code, _ = await first.finished()
        assert code != 0
    await eventually(is_interrupted)

    async with encoder(clip, f"{rtmp['url']}/{rtmp['key']}", real_time=True) as revoked:
        code, _ = await revoked.finished()
        assert code != 0
    async with encoder(clip, f"{fresh['url']}/{fresh['key']}", real_time=True) as second:
        await eventually(is_live)
        ended = await api.post(f"{path}/end", headers=headers)
        assert ended.json()["state"] == "ended"
        assert "streams.end_media.v1" in await drain()
        code, _ = await second.finished()
        assert code != 0
    await eventually(has_replay)
    replay = (await api.get(f"{path}/playback")).json()
    assert replay["recording_seconds"] > 1
    file = await studio.media.get(replay["recording"], headers={"Range": "bytes=4-7"})
    assert (file.status_code, file.content) == (206, b"ftyp")
    assert "#EXT-X-ENDLIST" in (await studio.media.get(replay["dvr"])).text
    listed = (await api.get("/api/v1/streams?state=ended")).json()["items"]
    assert [one["id"] for one in listed] == [stream["id"]]
