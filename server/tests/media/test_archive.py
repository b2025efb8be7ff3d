"""What the api may fetch of a show to keep it, and what is dropped here afterwards."""

import io
import json
import time
from typing import Any

import httpx2
import pytest
from PIL import Image

from media.conftest import CLIP_SECONDS, Clips
from media.harness import SECRET, STREAM, ApiDouble, Media, decode, encoder, eventually, publish, until
from nightmarket.media.signing import HEADER, sign


async def fetch(media: Media, name: str, *, stream: str = STREAM, **headers: str) -> httpx2.Response:
    """As the api asks, signed."""
    path = f"/archive/{stream}/{name}"
    signature = sign(SECRET, f"GET {path}".encode(), now=int(time.time()))
    return await media.http.get(path, headers={HEADER: signature} | headers)


async def recorded(media: Media, api: ApiDouble, clips: Clips) -> dict[str, Any]:
    """A finished show; what there is of it."""
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    await media.control("end")
    await until(lambda: api.named("recorded"))
    known: dict[str, Any] = (await fetch(media, "segments.json")).json()
    return known


def recorded_seconds(known: dict[str, Any]) -> float:
    """How long the segments are together."""
    return float(sum(one["ms"] for one in known["segments"]) / 1000)


async def test_finished_show_can_be_fetched_whole(media: Media, api: ApiDouble, clips: Clips) -> None:
    known = await recorded(media, api, clips)

    assert known["is_finished"] is True
    assert sum(one["ms"] for one in known["segments"]) == pytest.approx(CLIP_SECONDS * 1000, abs=50)
    pieces = [await fetch(media, known["segments"][0]["init"])]
    pieces += [await fetch(media, one["name"]) for one in known["segments"]]
    assert [len(piece.content) for piece in pieces[1:]] == [one["bytes"] for one in known["segments"]]
    assert len(decode(b"".join(piece.content for piece in pieces)).video_times) == CLIP_SECONDS * 30
    assert set(known["files"]) == {"whole.mp4", "poster.jpg", "thumbnails.vtt", "sprite1.jpg"}
    whole = await fetch(media, "whole.mp4", Range="bytes=10-19")
    assert (whole.status_code, len(whole.content)) == (206, 10)
    assert whole.headers["content-range"].endswith(f"/{known['files']['whole.mp4']}")


async def test_seek_pictures_cover_the_show(media: Media, api: ApiDouble, clips: Clips) -> None:
    known = await recorded(media, api, clips)

    assert (await fetch(media, "thumbnails.vtt")).text.splitlines() == [
        "WEBVTT",
        "",
        "00:00:00.000 --> 00:00:05.000",
        "sprite1.jpg#xywh=0,0,160,90",
        "",
        f"00:00:05.000 --> 00:00:{recorded_seconds(known):06.3f}",
        "sprite1.jpg#xywh=160,0,160,90",
    ]
    sheet = Image.open(io.BytesIO((await fetch(media, "sprite1.jpg")).content))
    assert sheet.size == (1600, 90)
    first, second, nothing = (sheet.crop((x, 0, x + 160, 90)).resize((8, 8)).tobytes() for x in (0, 160, 320))
    assert first != second
    assert len(set(first)) > 20 > len(set(nothing))
    assert known["files"]["sprite1.jpg"] > 1000


async def test_files_are_for_the_api_alone(media: Media, api: ApiDouble, clips: Clips) -> None:
    await recorded(media, api, clips)

    assert (await media.http.get(f"/archive/{STREAM}/whole.mp4")).status_code == 401
    other = sign(SECRET, f"GET /archive/{STREAM}/poster.jpg".encode(), now=int(time.time()))
    assert (await media.http.get(f"/archive/{STREAM}/whole.mp4", headers={HEADER: other})).status_code == 401
    for name in ("journal.jsonl", "final.json", "..%2f..%2fports.json", "s999.m4s", "index.m3u8"):
        assert (await fetch(media, name)).status_code in (401, 404), name
    assert (await fetch(media, "segments.json", stream="str_unknown")).status_code == 404


async def test_show_that_goes_on_can_be_cut_from(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True):
        await until(lambda: "started" in api.story)

        async def known() -> Any:
            return (await fetch(media, "segments.json")).json()["segments"]

        segment = (await eventually(known))[0]
        init, data = await fetch(media, segment["init"]), await fetch(media, segment["name"])
    assert len(data.content) == segment["bytes"]
    assert decode(init.content + data.content).video_times


async def test_released_show_keeps_only_its_picture(media: Media, api: ApiDouble, clips: Clips) -> None:
    known = await recorded(media, api, clips)
    assert (await media.control("release")).status_code == 200

    async def is_gone() -> bool:
        return (await fetch(media, "whole.mp4")).status_code == 404

    await eventually(is_gone)
    after = (await fetch(media, "segments.json")).json()
    assert (after["segments"], after["is_finished"]) == ([], True)
    assert set(after["files"]) == set(known["files"]) - {"whole.mp4"}
    assert (await media.http.get(f"/hls/{STREAM}/dvr.m3u8")).status_code == 410
    assert (await media.http.get(f"/hls/{STREAM}/poster.jpg")).status_code == 200
    assert json.loads((media.directory / "final.json").read_text())["duration_seconds"] == recorded_seconds(known)


async def test_removed_show_leaves_nothing(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True) as ffmpeg:
        await until(lambda: "started" in api.story)
        assert (await media.control("remove")).status_code == 200
        code, _ = await ffmpeg.finished()
        assert code != 0
    await until(lambda: not media.directory.exists())
    await until(lambda: not list((media.config.data_dir / "recordings").glob("*.mp4")))
    assert (await media.control("remove")).status_code == 404
    assert (await media.control("release")).status_code == 404
