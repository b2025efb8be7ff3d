"""Ending a show, losing the process, losing the api: what is kept and what the api hears."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from media.conftest import CLIP_SECONDS, Clips
from media.harness import (
    SECRET,
    STREAM,
    ApiDouble,
    Media,
    decode,
    encoder,
    eventually,
    is_rising,
    media_config,
    publish,
    running,
    until,
)
from nightmarket.media.signing import HEADER, sign


async def test_ended_show_becomes_a_recording(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)

    assert (await media.control("end")).status_code == 200
    (recorded,) = await until(lambda: api.named("recorded"))

    assert api.story == ["started", "interrupted", "ended", "recorded"]
    assert recorded["duration_seconds"] == pytest.approx(CLIP_SECONDS, abs=0.1)
    assert recorded["hls_path"] == f"/hls/{STREAM}/index.m3u8"
    mp4 = await media.http.get(recorded["mp4_path"])
    assert recorded["bytes"] == len(mp4.content)
    assert (media.config.data_dir / recorded["mp4_file"]).stat().st_size == recorded["bytes"]
    assert mp4.content.index(b"moov") < mp4.content.index(b"mdat")
    played = decode(mp4.content)
    assert len(played.video_times) == CLIP_SECONDS * 30
    assert is_rising(played.video_times)
    assert played.audio_end == pytest.approx(CLIP_SECONDS, abs=0.15)
    part = await media.http.get(recorded["mp4_path"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, mp4.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{recorded['bytes']}"
    poster = await media.http.get(recorded["poster_path"])
    assert decode(poster.content).sizes == {(320, 180)}


async def test_playlists_of_an_ended_show_are_complete(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    await media.control("end")
    ended_at_once = await media.text("live.m3u8")
    await until(lambda: api.named("recorded"))

    assert ended_at_once.endswith("#EXT-X-ENDLIST\n")
    assert (await media.text("index.m3u8")).endswith("\ndvr.m3u8\n")
    for name in ("dvr.m3u8", "live.m3u8"):
        text = await media.text(name)
        assert "PLAYLIST-TYPE:VOD" in text
        assert text.endswith("#EXT-X-ENDLIST\n")
        assert len(decode(await media.whole(name)).video_times) == CLIP_SECONDS * 30


async def test_ending_drops_the_publisher_for_good(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True) as ffmpeg:
        await until(lambda: "started" in api.story)
        await media.control("end")
        code, _ = await ffmpeg.finished()
        assert code != 0
    await until(lambda: api.named("recorded"))
    async with encoder(clips.show, media.rtmp()) as late:
        code, _ = await late.finished()
        assert code != 0
    assert (await media.control("end")).status_code == 200
    assert api.story == ["started", "ended", "recorded"]


async def test_recording_joins_runs_of_different_sizes(media: Media, api: ApiDouble, clips: Clips) -> None:
    for number, clip in enumerate((clips.show, clips.show, clips.other_size), 1):
        await publish(clip, media.rtmp())
        await _count_of(api, "interrupted", number)
    await media.control("end")
    (recorded,) = await until(lambda: api.named("recorded"))

    played = decode((await media.http.get(recorded["mp4_path"])).content)
    assert played.sizes == {(320, 180), (256, 144)}
    assert len(played.video_times) == 3 * CLIP_SECONDS * 30
    assert is_rising(played.video_times)
    assert played.video_times[-1] == pytest.approx(3 * CLIP_SECONDS, abs=0.4)


async def _count_of(api: ApiDouble, event: str, count: int, *, stream: str = STREAM) -> None:
    await until(lambda: len(api.named(event, stream)) == count)


async def test_kick_drops_the_publisher_and_keeps_the_show_open(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True) as ffmpeg:
        await until(lambda: "started" in api.story)
        assert (await media.control("kick")).status_code == 200
        code, _ = await ffmpeg.finished()
        assert code != 0
    await until(lambda: api.story == ["started", "interrupted"])
    await publish(clips.show, media.rtmp())
    await until(lambda: "resumed" in api.story)


async def test_control_calls_must_be_signed_for_what_they_say(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    path = f"/control/streams/{STREAM}/end"
    kick = json.dumps({"stream": STREAM, "action": "kick"}).encode()
    end = json.dumps({"stream": STREAM, "action": "end"}).encode()
    now = int(time.time())

    async def answered(body: bytes, signature: str) -> int:
        return (await media.http.post(path, content=body, headers={HEADER: signature})).status_code

    assert await answered(end, "") == 401
    assert await answered(end, sign("another secret", end, now=now)) == 401
    assert await answered(end, sign(SECRET, end, now=now - 1000)) == 401
    assert await answered(kick, sign(SECRET, end, now=now)) == 401
    assert await answered(kick, sign(SECRET, kick, now=now)) == 400
    assert await answered(b"[]", sign(SECRET, b"[]", now=now)) == 400
    assert await answered(bytes(20_000), "") == 413
    assert (await media.control("end", "str_unknown")).status_code == 404
    assert (await media.control("pause")).status_code == 404
    assert (await media.http.get(path)).status_code == 405
    assert "ENDLIST" not in await media.text("dvr.m3u8")
    assert api.story == ["started", "interrupted"]


async def test_absent_encoder_is_reported_after_the_grace(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    async with running(media_config(api, tmp_path, grace_seconds=0.3)) as media:
        await publish(clips.show, media.rtmp())
        await until(lambda: api.story == ["started", "interrupted", "ended"])
        assert api.named("ended")[0]["reason"] == "grace_over"
        assert "ENDLIST" not in await media.text("dvr.m3u8")
        await publish(clips.show, media.rtmp())
        await until(lambda: "resumed" in api.story)


async def test_events_wait_for_the_api_and_keep_their_order(api: ApiDouble, media: Media, clips: Clips) -> None:
    api.failing = 2
    await publish(clips.show, media.rtmp())
    await media.control("end")
    await until(lambda: api.named("recorded"))

    assert api.failing == 0
    assert api.story == ["started", "interrupted", "ended", "recorded"]
    times = [event["at"] for event in api.events]
    assert times == sorted(times)
    assert len({event["id"] for event in api.events}) == len(api.events)


async def test_restart_continues_an_interrupted_show(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    config = media_config(api, tmp_path)
    async with running(config) as media, encoder(clips.long, media.rtmp(), real_time=True):
        await until(lambda: "started" in api.story)
    assert api.story == ["started", "interrupted"]
    async with running(config) as media:
        before = await media.text("dvr.m3u8")
        assert decode(await media.whole("dvr.m3u8")).video_times
        await publish(clips.other_size, media.rtmp())
        await until(lambda: api.story == ["started", "interrupted", "resumed", "interrupted"])
        after = await media.text("dvr.m3u8")
    assert after.startswith(before)
    assert after.count("#EXT-X-DISCONTINUITY\n") == 1


async def test_unreported_recording_is_reported_after_a_restart(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    config = media_config(api, tmp_path)
    async with running(config) as media:
        await publish(clips.show, media.rtmp())
        await until(lambda: "interrupted" in api.story)
        api.failing = 10_000
        await media.control("end")
        await until((media.directory / "final.json").is_file)
    api.failing = 0
    async with running(config) as media:
        (recorded,) = await until(lambda: api.named("recorded"))
        assert (await media.http.get(recorded["mp4_path"])).status_code == 200
    async with running(config) as media:
        await eventually(lambda: media.text("dvr.m3u8"))
        assert len(api.named("recorded")) == 1


SERVER = """
import sys
from pathlib import Path
from nightmarket.entrypoints.media import run
from nightmarket.media.config import MediaConfig
run(MediaConfig(data_dir=Path(sys.argv[1]), hook_url=sys.argv[2], secret=sys.argv[3], host="127.0.0.1", rtmp_port=0,
                http_port=0, segment_seconds=1.0))
"""


async def test_killed_server_loses_at_most_the_open_part(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(tmp_path), api.url, SECRET, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        ports = json.loads(await until(lambda: _read(tmp_path / "ports.json")))
        target = f"rtmp://127.0.0.1:{ports['rtmp']}/live/key-of-the-show"
        async with encoder(clips.long, target, real_time=True):
            journal = tmp_path / "streams" / STREAM / "journal.jsonl"
            await until(lambda: _read(journal).count('"part"') >= 8)
            os.kill(process.pid, signal.SIGKILL)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    parts = _read(journal).count('"part"')
    with journal.open("a") as file:
        file.write('{"type":"par')
    open_segment = max(journal.parent.glob("s*.m4s"), key=lambda path: int(path.stem[1:]))
    with open_segment.open("ab") as file:
        file.write(bytes(1000))

    async with running(media_config(api, tmp_path)) as media:
        await until(lambda: api.story == ["started", "interrupted"])
        kept = decode(await media.whole("dvr.m3u8"))
        assert is_rising(kept.video_times)
        assert len(kept.video_times) / 30 >= (parts - 1) * 0.3
        await publish(clips.show, media.rtmp())
        await until(lambda: "resumed" in api.story)
        await media.control("end")
        (recorded,) = await until(lambda: api.named("recorded"))
        mp4 = decode((await media.http.get(recorded["mp4_path"])).content)
        assert len(mp4.video_times) == len(kept.video_times) + CLIP_SECONDS * 30


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


async def test_kill_between_end_and_recording_is_made_good(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    config = media_config(api, tmp_path)
    async with running(config) as media:
        await publish(clips.show, media.rtmp())
        await until(lambda: "interrupted" in api.story)
    with (tmp_path / "streams" / STREAM / "journal.jsonl").open("a") as file:
        file.write('{"type":"state","state":"finished","at_ms":1}\n')
    async with running(config) as media:
        (recorded,) = await until(lambda: api.named("recorded"))
        assert len(decode((await media.http.get(recorded["mp4_path"])).content).video_times) == CLIP_SECONDS * 30


async def test_oldest_finished_show_is_trimmed_to_the_budget(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    api.keys |= {"old": "str_old", "new": "str_new"}
    async with running(media_config(api, tmp_path)) as media:
        for name in ("old", "new"):
            await publish(clips.show, media.rtmp(name))
            await _count_of(api, "interrupted", 1, stream=f"str_{name}")
            await media.control("end", f"str_{name}")
            await _count_of(api, "recorded", 1, stream=f"str_{name}")
            await until((tmp_path / "streams" / f"str_{name}" / "reported").exists)
    config = media_config(api, tmp_path, disk_budget_bytes=_used(tmp_path) - 50_000, disk_check_seconds=0.1)
    async with running(config) as media:
        await eventually(lambda: _is_gone(media, "/hls/str_old/dvr.m3u8"))
        assert (await media.http.get("/hls/str_old/s0.m4s")).status_code == 410
        assert (await media.http.get("/recordings/str_old.mp4")).status_code == 200
        assert (await media.http.get("/hls/str_new/dvr.m3u8")).status_code == 200


def _used(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def _is_gone(media: Media, path: str) -> bool:
    return (await media.http.get(path)).status_code == 410
