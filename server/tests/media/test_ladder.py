"""Smaller pictures of a running show: in step with it, and the first to go when the machine is busy."""

import os
import re
import signal
from pathlib import Path

from media.conftest import Clips
from media.harness import SECRET, STREAM, ApiDouble, Media, decode, encoder, eventually, media_config, running, until
from nightmarket.integrations.embedded_media.tokens import play_token
from nightmarket.media.ladder.ladder import LadderRules, Ladders
from nightmarket.media.ladder.rung import bitrate_of

RUNG = f"/hls/{STREAM}/60p"


def test_places_are_for_so_many_shows_and_none_while_the_machine_is_busy() -> None:
    ladders = Ladders(Path("ffmpeg"), LadderRules((480,), max_shows=1, kept_segments=4))
    assert [ladders.take("a"), ladders.take("a"), ladders.take("b")] == [True, True, False]
    ladders.give_back("a")
    assert ladders.take("b")
    ladders.is_held = True
    assert not ladders.take("b")
    assert not Ladders(Path("ffmpeg"), LadderRules((), max_shows=9, kept_segments=4)).take("a")


def test_bitrate_follows_the_height() -> None:
    assert [bitrate_of(height) for height in (360, 480, 540, 1080)] == [700, 1200, 1350, 4500]


async def test_smaller_picture_is_in_step_with_the_show(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    config = media_config(api, tmp_path / "media", ladder=(720, 60), machine_limit=9)
    async with running(config) as media, encoder(clips.long, media.rtmp(), real_time=True):
        master = await eventually(lambda: _master(media))
        assert re.findall(r"RESOLUTION=(\S+)\n(\S+)", master) == [("160x90", "live.m3u8"), ("106x60", "60p/live.m3u8")]
        await eventually(lambda: _closed(media, 3))
        small, whole = (await media.http.get(f"{RUNG}/live.m3u8")).text, await media.text("dvr.m3u8")
        assert _begins(small)
        assert _begins(small).items() <= _begins(whole).items()
        assert "#EXT-X-PART:" in small
        names = [re.findall(r'MAP:URI="([^"]+)"', small)[0], *re.findall(r"^s\d+\.m4s$", small, re.M)]
        data = b"".join([(await media.http.get(f"{RUNG}/{name}")).content for name in names])
        played = decode(data)
        assert played.sizes == {(106, 60)}
        assert played.audio_times
        first = int(re.findall(r"MEDIA-SEQUENCE:(\d+)", small)[0])
        assert abs(played.video_times[0] - first) < 0.05

        api.protected.add(STREAM)
        assert (await media.control("protect")).status_code == 200
        assert (await media.http.get(f"{RUNG}/live.m3u8")).status_code == 403
        token = play_token(SECRET, STREAM, 4_000_000_000)
        assert f"s{first + 1}.m4s?token={token}" in (await media.http.get(f"{RUNG}/live.m3u8?token={token}")).text
        for path in (f"/hls/{STREAM}/61p/live.m3u8", f"{RUNG}/dvr.m3u8", f"{RUNG}/poster.jpg", f"{RUNG}/s99.m4s"):
            assert (await media.http.get(f"{path}?token={token}")).status_code == 404
    assert not (tmp_path / "media" / "streams" / STREAM / "60p").exists()


async def test_failed_transcoder_comes_back_and_the_show_does_not_notice(
    api: ApiDouble, tmp_path: Path, clips: Clips
) -> None:
    config = media_config(api, tmp_path / "media", ladder=(60,), machine_limit=9)
    async with running(config) as media, encoder(clips.long, media.rtmp(), real_time=True):
        await eventually(lambda: _master(media))
        for process in _ffmpegs():
            os.kill(process, signal.SIGKILL)
        await eventually(lambda: _is_gone(media))
        master = await eventually(lambda: _master(media))
        assert "60p/live.m3u8" in master
        small = (await media.http.get(f"{RUNG}/live.m3u8")).text
        assert int(re.findall(r"MEDIA-SEQUENCE:(\d+)", small)[0]) >= 2
        assert _begins(small).items() <= _begins(await media.text("dvr.m3u8")).items()
        assert api.story == ["started"]
        await until(lambda: len(api.named("health")) > 2)


def _ffmpegs() -> list[int]:
    """Transcoders among our children."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(child) for child in children if b"-force_key_frames" in Path(f"/proc/{child}/cmdline").read_bytes()]


def _begins(playlist: str) -> dict[str, str]:
    """When each complete segment begins."""
    found = re.findall(r"DATE-TIME:(\S+)\n(?:#EXT-X-PART:\S+\n)*#EXTINF:\S+\n(s\d+\.m4s)", playlist)
    return {name: date for date, name in found}


async def _master(media: Media) -> str:
    text = await media.text("index.m3u8")
    return text if "60p" in text else ""


async def _is_gone(media: Media) -> bool:
    return (await media.http.get(f"{RUNG}/live.m3u8")).status_code == 404


async def _closed(media: Media, count: int) -> bool:
    return (await media.http.get(f"{RUNG}/live.m3u8")).text.count("#EXTINF") >= count
