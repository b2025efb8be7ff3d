"""Protected shows: only an address with a token plays, and the token reaches every file."""

import re
import time
from pathlib import Path

import pytest

from media.conftest import Clips
from media.harness import SECRET, STREAM, ApiDouble, Media, media_config, publish, running, until
from nightmarket.integrations.embedded_media.tokens import play_token
from nightmarket.media.tokens import allows, with_token


def soon() -> int:
    """Ten minutes from now: these tests may run long after this file was read."""
    return int(time.time()) + 600


def test_token_is_good_for_one_show_until_its_time() -> None:
    token = play_token(SECRET, STREAM, 1000)
    assert allows(SECRET, STREAM, token, now=1000)
    assert not allows(SECRET, STREAM, token, now=1001)
    assert not allows(SECRET, "str_other", token, now=1000)
    assert not allows("another secret", STREAM, token, now=1000)
    assert not allows(SECRET, STREAM, token.replace("1000.", "2000."), now=1000)


@pytest.mark.parametrize("token", ["", "1", "1.", ".x", "9999999999." + "A" * 24, "९९९." + "A" * 24, "1000.x\n"])
def test_malformed_tokens_open_nothing(token: str) -> None:
    assert not allows(SECRET, STREAM, token, now=1)


def test_every_address_of_a_playlist_gets_the_token() -> None:
    text = '#EXTM3U\n#EXT-X-MAP:URI="init1.mp4"\n#EXT-X-PART:DURATION=0.3,URI="s0.p0.m4s",INDEPENDENT=YES\ns0.m4s\n'
    assert with_token(text, "T") == (
        '#EXTM3U\n#EXT-X-MAP:URI="init1.mp4?token=T"\n'
        '#EXT-X-PART:DURATION=0.3,URI="s0.p0.m4s?token=T",INDEPENDENT=YES\ns0.m4s?token=T\n'
    )


async def test_protected_show_plays_with_a_token_and_never_without(media: Media, api: ApiDouble, clips: Clips) -> None:
    api.protected.add(STREAM)
    token = play_token(SECRET, STREAM, soon())
    other = play_token(SECRET, "str_other", soon())
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    names = ["index.m3u8", "live.m3u8", "dvr.m3u8", "manifest.mpd", "init1.mp4", "s0.m4s", "poster.jpg"]
    await _only_with(media, [f"/hls/{STREAM}/{name}" for name in names], token, other)
    assert await _addresses(media, token) > 8

    assert (await media.control("end")).status_code == 200
    await until(lambda: "recorded" in api.story)
    paths = [f"/hls/{STREAM}/{name}" for name in names]
    await _only_with(media, [*paths, f"/recordings/{STREAM}.mp4"], token, other)
    assert await _addresses(media, token) > 8


async def _only_with(media: Media, paths: list[str], token: str, other: str) -> None:
    for path in paths:
        answers = [await media.http.get(f"{path}{query}") for query in ("", f"?token={other}", f"?token={token}")]
        assert [answer.status_code for answer in answers] == [403, 403, 200], path
        assert answers[0].json()["code"] == "token-refused"
        assert "public" not in answers[2].headers["cache-control"]


async def _addresses(media: Media, token: str) -> int:
    """Fetches all that the playlist and the manifest name, as they name it; how many there were."""
    playlist = (await media.http.get(f"/hls/{STREAM}/dvr.m3u8?token={token}")).text
    found = [line for line in playlist.splitlines() if line and not line.startswith("#")]
    found += re.findall(r'URI="([^"]+)"', playlist)
    manifest = (await media.http.get(f"/hls/{STREAM}/manifest.mpd?token={token}")).text
    found += [name.replace("$Number$", "0") for name in re.findall(r'(?:initialization|media)="([^"]+)"', manifest)]
    for name in found:
        assert (await media.http.get(f"/hls/{STREAM}/{name}")).status_code == 200, name
    return len(found)


async def test_show_is_opened_and_protected_while_it_lasts_and_after_a_restart(
    api: ApiDouble, tmp_path: Path, clips: Clips
) -> None:
    config = media_config(api, tmp_path / "media")
    path = f"/hls/{STREAM}/index.m3u8"
    async with running(config) as media:
        await publish(clips.show, media.rtmp())
        await until(lambda: "started" in api.story)
        seen = [(await media.http.get(path)).status_code]
        for action in ("protect", "open", "protect"):
            assert (await media.control(action)).status_code == 200
            seen.append((await media.http.get(path)).status_code)
        assert seen == [200, 403, 200, 403]
    async with running(config) as media:
        assert (await media.http.get(path)).status_code == 403
        assert (await media.control("end")).status_code == 200
        await until(lambda: "recorded" in api.story)
        assert (await media.http.get(path)).status_code == 403
        assert (await media.control("open")).status_code == 200
        assert (await media.http.get(path)).status_code == 200
        assert (await media.control("protect", "str_unknown")).status_code == 404
        assert not (tmp_path / "media" / "streams" / "str_unknown").exists()
