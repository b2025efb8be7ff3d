"""Publishing with the real ffmpeg: who gets in, what players then find."""

import asyncio
import re
from pathlib import Path

import pytest

from media.conftest import CLIP_SECONDS, Clips
from media.harness import (
    KEY,
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


async def test_wrong_key_is_refused_and_leaves_nothing(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.show, media.rtmp("wrong")) as ffmpeg:
        code, _ = await ffmpeg.finished()

    assert code != 0
    assert [asked["key"] for asked in api.asked] == ["wrong"]
    assert api.events == []
    assert not media.directory.parent.exists()
    assert (await media.http.get(f"/hls/{STREAM}/index.m3u8")).status_code == 404


async def test_published_show_plays_from_first_to_last_picture(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: api.story == ["started", "interrupted"])

    master = await media.text("index.m3u8")
    assert re.search(r'CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=320x180\nlive\.m3u8\n$', master)
    played = decode(await media.whole("dvr.m3u8"))
    assert played.sizes == {(320, 180)}
    assert len(played.video_times) == CLIP_SECONDS * 30
    assert is_rising(played.video_times)
    assert is_rising(played.audio_times)
    assert played.video_times[-1] - played.video_times[0] == pytest.approx(CLIP_SECONDS - 1 / 30, abs=0.005)
    assert played.audio_end == pytest.approx(CLIP_SECONDS, abs=0.1)
    durations = [float(text) for text in re.findall(r"#EXTINF:([\d.]+)", await media.text("dvr.m3u8"))]
    assert sum(durations) == pytest.approx(CLIP_SECONDS, abs=0.1)
    assert max(durations) <= 1.1


@pytest.mark.parametrize(
    "path", [f"live/{KEY}?bandwidth=1", f"live?user=obs/{KEY}", f"live/{KEY}/"], ids=["key query", "app query", "slash"]
)
async def test_key_is_found_however_the_encoder_writes_it(
    media: Media, api: ApiDouble, clips: Clips, path: str
) -> None:
    await publish(clips.show, f"rtmp://127.0.0.1:{media.ports.rtmp}/{path}")

    assert [asked["key"] for asked in api.asked] == [KEY]
    await until(lambda: "started" in api.story)


async def test_live_playlist_lists_parts_that_join_to_the_segment(media: Media, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True):
        live = await eventually(lambda: _with_parts(media, 3))
        names = re.findall(r'#EXT-X-PART:DURATION=[\d.]+,URI="(s0\.p\d+\.m4s)"', live)
        parts = [await media.http.get(f"/hls/{STREAM}/{name}") for name in names]
        segment = await media.http.get(f"/hls/{STREAM}/s0.m4s")

    assert "PART-TARGET=0.334" in live
    assert 's0.p0.m4s",INDEPENDENT=YES' in live
    assert b"".join(part.content for part in parts) == segment.content
    assert {part.headers["cache-control"] for part in parts} == {"public, max-age=60"}
    assert "immutable" in segment.headers["cache-control"]
    assert segment.headers["access-control-allow-origin"] == "*"
    assert segment.headers["content-type"] == "video/mp4"


async def _with_parts(media: Media, count: int) -> str:
    text = await media.text("live.m3u8")
    return text if text.count("#EXT-X-PART:") >= count else ""


async def test_blocking_reload_answers_with_the_part_it_waited_for(media: Media, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True):
        await eventually(lambda: media.text("live.m3u8"))
        hinted = _hint(await media.text("live.m3u8"))
        for _ in range(4):
            sequence, part = hinted
            ask = f"/hls/{STREAM}/live.m3u8?_HLS_msn={sequence}&_HLS_part={part}"
            answer, piece = await asyncio.gather(
                media.http.get(ask), media.http.get(f"/hls/{STREAM}/s{sequence}.p{part}.m4s")
            )
            assert f'URI="s{sequence}.p{part}.m4s"' in answer.text
            assert answer.headers["cache-control"] == "no-store"
            assert piece.status_code == 200
            assert _hint(answer.text) > hinted
            hinted = _hint(answer.text)
        ahead = await media.http.get(f"/hls/{STREAM}/live.m3u8?_HLS_msn={hinted[0] + 50}")
        assert ahead.status_code == 400


def _hint(playlist: str) -> tuple[int, int]:
    found = re.search(r'PRELOAD-HINT:TYPE=PART,URI="s(\d+)\.p(\d+)\.m4s"', playlist)
    assert found
    return int(found[1]), int(found[2])


async def test_blocking_reload_gives_up_soon_when_nobody_publishes(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    before = await media.text("live.m3u8")
    sequence = before.count("#EXTINF")

    async with asyncio.timeout(3):
        answer = await media.http.get(f"/hls/{STREAM}/live.m3u8?_HLS_msn={sequence}&_HLS_part=0")

    assert answer.text == before
    assert "PRELOAD-HINT" not in before
    assert "ENDLIST" not in before


@pytest.mark.parametrize("query", ["_HLS_msn=x", "_HLS_msn=-1", "_HLS_part=1", "_HLS_msn=99999999999"])
async def test_malformed_reload_is_refused(media: Media, clips: Clips, query: str) -> None:
    await publish(clips.show, media.rtmp())
    await eventually(lambda: media.text("live.m3u8"))

    answer = await media.http.get(f"/hls/{STREAM}/live.m3u8?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "bad-request"


async def test_newer_publisher_takes_over_without_an_interruption(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True) as older:
        await until(lambda: "started" in api.story)
        async with encoder(clips.long, media.rtmp(), real_time=True):
            code, _ = await older.finished()
            assert code != 0
            live = await eventually(lambda: _with_run(media, 2))
            assert api.story == ["started"]

    assert live.index("#EXT-X-DISCONTINUITY\n") < live.index('MAP:URI="init2.mp4"')


async def _with_run(media: Media, number: int) -> str:
    text = await media.text("live.m3u8")
    return text if f"init{number}.mp4" in text else ""


async def test_show_goes_on_after_an_encoder_drop(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True) as ffmpeg:
        await until(lambda: "started" in api.story)
        ffmpeg.process.kill()
        await until(lambda: "interrupted" in api.story)
    await publish(clips.other_size, media.rtmp())
    await until(lambda: api.story == ["started", "interrupted", "resumed", "interrupted"])

    dvr = await media.text("dvr.m3u8")
    assert dvr.count("#EXT-X-DISCONTINUITY\n") == 1
    assert re.findall(r'MAP:URI="(\w+\.mp4)"', dvr) == ["init1.mp4", "init2.mp4"]
    assert "PLAYLIST-TYPE:EVENT" in dvr
    second = dvr[dvr.index("#EXT-X-DISCONTINUITY\n") :]
    names = re.findall(r"^s\d+\.m4s$", second, re.MULTILINE)
    pieces = [(await media.http.get(f"/hls/{STREAM}/{name}")).content for name in ["init2.mp4", *names]]
    played = decode(b"".join(pieces))
    first_part = dvr[: dvr.index("#EXT-X-DISCONTINUITY\n")]
    first_seconds = sum(float(text) for text in re.findall(r"#EXTINF:([\d.]+)", first_part))
    assert played.sizes == {(256, 144)}
    assert len(played.video_times) == CLIP_SECONDS * 30
    assert played.video_times[0] == pytest.approx(first_seconds, abs=0.15)


async def test_shows_with_one_kind_of_track_play(media: Media, api: ApiDouble, clips: Clips) -> None:
    api.keys |= {"sound": "str_sound", "pictures": "str_pictures"}
    await asyncio.gather(
        publish(clips.sound_only, media.rtmp("sound")), publish(clips.pictures_only, media.rtmp("pictures"))
    )
    await until(lambda: api.named("interrupted", "str_sound") and api.named("interrupted", "str_pictures"))

    sound = decode(await media.whole("dvr.m3u8", "str_sound"))
    assert sound.video_times == []
    assert is_rising(sound.audio_times)
    assert sound.audio_end == pytest.approx(CLIP_SECONDS, abs=0.1)
    assert 'CODECS="mp4a.40.2"' in await media.text("index.m3u8", "str_sound")
    pictures = decode(await media.whole("dvr.m3u8", "str_pictures"))
    assert pictures.audio_times == []
    assert len(pictures.video_times) == CLIP_SECONDS * 30


async def test_health_is_reported_while_publishing(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True):
        await until(lambda: len(api.named("health")) >= 4)

    health = api.named("health")[3]
    assert (health["width"], health["height"]) == (160, 90)
    assert health["key_interval_seconds"] == pytest.approx(0.5, abs=0.01)
    assert 15 < health["fps"] < 60
    assert health["bitrate_kbps"] > 20
    assert health["dropped"] == 0
    assert (health["protocol"], health["keyframe_interval_ms"]) == ("rtmp", 500)
    assert 0 <= health["latency_ms"] < 1000
    assert (health["disk_full"], type(health["cpu_high"])) == (False, bool)
    metrics = (await media.http.get("/metrics")).text
    assert "nightmarket_media_disk_full 0.0" in metrics


async def test_poster_is_a_picture_of_the_show(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: "started" in api.story)

    answer = await media.http.get(f"/hls/{STREAM}/poster.jpg")

    assert answer.headers["content-type"] == "image/jpeg"
    assert decode(answer.content).sizes == {(320, 180)}


async def test_ports_are_known_when_the_wished_ones_are_taken(media: Media, api: ApiDouble, tmp_path: Path) -> None:
    taken = media_config(api, tmp_path / "second", rtmp_port=media.ports.rtmp, http_port=media.ports.http)
    async with running(taken) as second:
        assert second.ports.rtmp not in (0, media.ports.rtmp)
        assert (await second.http.get("/healthz")).json() == {"status": "ok"}
        assert f'"rtmp": {second.ports.rtmp}' in (tmp_path / "second" / "ports.json").read_text()
    assert not (tmp_path / "second" / "ports.json").exists()
