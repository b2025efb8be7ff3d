"""Publishing from a browser: who gets in, what players then find, what is left afterwards."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from media.conftest import Clips
from media.harness import KEY, STREAM, ApiDouble, Media, encoder, eventually, is_rising, media_config, running, until
from media.webrtc_client import FLASH_SECONDS, SDP, Pictures, Tone, offer_text, publisher
from nightmarket.media.config import IceServer

OTHER_KEY, OTHER_STREAM = "key-of-another", "str_02other"
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


@pytest.fixture
async def offer() -> str:
    """An offer with sound and picture."""
    return await offer_text("video", "audio")


async def test_published_show_plays_by_hls_with_sound_and_picture_together(media: Media, api: ApiDouble) -> None:
    async with publisher(media) as browser:
        answer = await browser.connect()
        assert answer.status_code == 201
        await until(lambda: "started" in api.story)
        await eventually(lambda: _has_seconds(media, 4))
        health = api.named("health")[-1]
        assert (await browser.leave()).status_code == 200
    await until(lambda: api.story == ["started", "interrupted"])

    flashes, tones, video_times, size = _events(await media.whole("dvr.m3u8"))
    assert size == (160, 128)
    assert is_rising(video_times)
    assert len(flashes) >= 2
    offsets = [min(abs(flash - tone) for tone in tones) for flash in flashes if flash > 1.0]
    assert max(offsets) <= 0.08, (flashes, tones)
    assert health["protocol"] == "whip"
    assert health["packet_loss"] == 0
    assert 0 <= health["rtt_ms"] < 1000
    assert health["fps"] > 10
    assert health["video_codec"].startswith("avc1.42")


async def _has_seconds(media: Media, count: int) -> bool:
    return (await media.text("dvr.m3u8")).count("#EXTINF") >= count


def _events(data: bytes) -> tuple[list[float], list[float], list[float], tuple[int, int]]:
    """When pictures turned white, when tones began, the times of all pictures, their size."""
    flashes, tones, times = [], [], []
    bright = loud = True
    size = (0, 0)
    with av.open(io.BytesIO(data), "r") as container:
        for frame in container.decode(container.streams.video[0], container.streams.audio[0]):
            if isinstance(frame, av.VideoFrame):
                size = (frame.width, frame.height)
                times.append(frame.time or 0.0)
                was, bright = bright, bytes(frame.planes[0])[0] > 128
                if bright and not was:
                    flashes.append(frame.time or 0.0)
            elif isinstance(frame, av.AudioFrame):
                raw = bytes(frame.planes[0])[: frame.samples * 4]
                for index, (value,) in enumerate(struct.iter_unpack("<f", raw)):
                    at = (frame.time or 0.0) + index / frame.sample_rate
                    if abs(value) > 0.1:
                        if not loud and (not tones or at - tones[-1] > FLASH_SECONDS / 2):
                            tones.append(at)
                        loud = True
                        quiet_since = at
                    elif loud and (not tones or at - quiet_since > 0.1):
                        loud = False
    return flashes, tones, times, size


async def test_answer_is_a_resource_with_all_its_headers(api: ApiDouble, tmp_path: Path, offer: str) -> None:
    turn = IceServer("turn:turn.example.net?transport=udp", "somebody", "secret")
    config = media_config(
        api,
        tmp_path / "media",
        ice_servers=(IceServer("stun:stun.example.net"), turn),
        webrtc_addresses=("203.0.113.9",),
    )
    async with running(config) as media:
        answer = await media.http.post(f"/whip/{STREAM}", content=offer, headers=_as(KEY))

    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/sdp"
    assert answer.headers["location"].startswith(f"{STREAM}/")
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["accept-patch"] == "application/trickle-ice-sdpfrag"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.get_list("link") == [
        '<stun:stun.example.net>; rel="ice-server"',
        '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="somebody"; credential="secret"; '
        'credential-type="password"',
    ]
    assert "Location" in answer.headers["access-control-expose-headers"]
    assert "a=ice-lite" in answer.text
    assert f" 203.0.113.9 {media.ports.webrtc} typ host" in answer.text
    assert "127.0.0.1" not in answer.text.partition("t=0 0")[2]
    assert " H264/90000" in answer.text
    assert " VP8/90000" not in answer.text


async def test_other_origins_may_ask(media: Media) -> None:
    answer = await media.http.options(f"/whip/{STREAM}", headers={"Origin": "https://shop.example"})

    assert answer.status_code == 204
    assert {"POST", "PATCH", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["accept-post"] == "application/sdp"


@pytest.mark.parametrize(
    ("token", "status"),
    [(None, 401), ("x" * 600, 401), ("wrong", 403), (OTHER_KEY, 403)],
    ids=["none", "too long", "wrong", "other"],
)
async def test_only_the_key_of_this_show_lets_in(
    media: Media, api: ApiDouble, offer: str, token: str | None, status: int
) -> None:
    api.keys[OTHER_KEY] = OTHER_STREAM
    headers = SDP if token is None else _as(token)

    answer = await media.http.post(f"/whip/{STREAM}", content=offer, headers=headers)

    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert api.events == []
    assert not media.directory.parent.exists()


async def test_key_that_cannot_be_checked_is_asked_for_again(media: Media, api: ApiDouble, offer: str) -> None:
    api.keys = {}
    api.is_down = True

    answer = await media.http.post(f"/whip/{STREAM}", content=offer, headers=_as(KEY))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("v=0\r\n", {"Content-Type": "text/plain"}, 415),
        ("v=0\r\n" + "a=x\r\n" * 20_000, SDP, 413),
        ("", SDP, 400),
        ("hello", SDP, 400),
        ("v=0\r\nm=video\r\n", SDP, 400),
        ("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:x\r\n", SDP, 400),
        (b"v=0\r\n\xff\xfe", SDP, 400),
    ],
    ids=["type", "size", "empty", "words", "media line", "payload type", "bytes"],
)
async def test_bad_body_is_refused(
    media: Media, api: ApiDouble, body: str | bytes, headers: dict[str, str], status: int
) -> None:
    answer = await media.http.post(f"/whip/{STREAM}", content=body, headers={**_as(KEY), **headers})

    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert api.asked == []


async def test_offer_without_h264_is_refused_with_the_reason(media: Media, api: ApiDouble, offer: str) -> None:
    answer = await media.http.post(f"/whip/{STREAM}", content=offer.replace("H264", "VP9"), headers=_as(KEY))

    assert answer.status_code == 422
    assert answer.json()["detail"] == "H.264 video is needed; the offer has none."
    assert api.asked == []


async def test_methods_without_meaning_are_refused(media: Media) -> None:
    endpoint = await media.http.get(f"/whip/{STREAM}")
    session = await media.http.get(f"/whip/{STREAM}/nothing")
    gone = await media.http.delete(f"/whip/{STREAM}/nothing")

    assert (endpoint.status_code, endpoint.headers["allow"]) == (405, "POST, OPTIONS")
    assert (session.status_code, session.headers["allow"]) == (405, "PATCH, DELETE, OPTIONS")
    assert gone.status_code == 404


async def test_newer_publisher_takes_over_whatever_it_speaks(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with encoder(clips.long, media.rtmp(), real_time=True) as older:
        await until(lambda: "started" in api.story)
        async with publisher(media) as browser:
            await browser.connect()
            code, _ = await older.finished()
            assert code != 0
            await eventually(lambda: _has_run(media, 2))
            async with encoder(clips.long, media.rtmp(), real_time=True):
                await until(lambda: browser.state == "closed")
                await eventually(lambda: _has_run(media, 3))
    assert api.story[0] == "started"
    assert "interrupted" not in api.story[:-1]


async def _has_run(media: Media, number: int) -> bool:
    return f'MAP:URI="init{number}.mp4"' in await media.text("live.m3u8")


async def test_browser_that_asks_again_replaces_itself_once_it_is_connected(media: Media, api: ApiDouble) -> None:
    async with publisher(media) as older, publisher(media) as newer:
        await older.connect()
        await until(lambda: "started" in api.story)
        await newer.connect()
        await until(lambda: older.state == "closed")
        await until(lambda: newer.state == "connected")
        await eventually(lambda: _has_run(media, 2))
        assert api.story == ["started"]


async def test_second_publisher_is_refused_where_the_first_may_stay(api: ApiDouble, tmp_path: Path, offer: str) -> None:
    async with (
        running(media_config(api, tmp_path / "media", newer_replaces=False)) as media,
        publisher(media) as browser,
    ):
        await browser.connect()
        await until(lambda: "started" in api.story)

        second = await media.http.post(f"/whip/{STREAM}", content=offer, headers=_as(KEY))

        assert second.status_code == 409
        assert browser.state == "connected"


@pytest.mark.parametrize("action", ["kick", "end"])
async def test_api_can_send_the_browser_away(media: Media, api: ApiDouble, action: str) -> None:
    async with publisher(media) as browser:
        await browser.connect()
        await until(lambda: "started" in api.story)

        assert (await media.control(action)).status_code == 200

        await until(lambda: browser.state == "closed")
        assert (await browser.leave()).status_code == 404
        assert api.story[:2] == ["started", "interrupted" if action == "kick" else "ended"]


async def test_only_the_token_that_made_a_session_ends_it(media: Media, api: ApiDouble) -> None:
    async with publisher(media) as browser:
        await browser.connect()
        await until(lambda: "started" in api.story)

        forged = await media.http.delete(browser.location, headers={"Authorization": "Bearer wrong"})

        assert forged.status_code == 401
        assert browser.state == "connected"


async def test_candidates_and_a_restart_by_patch(media: Media, api: ApiDouble) -> None:
    async with publisher(media) as browser:
        answer = await browser.connect()
        await until(lambda: "started" in api.story)
        etag = answer.headers["etag"]
        names = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
        trickle = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n"

        async def patch(body: str, **headers: str) -> tuple[int, str, str]:
            named = {name.replace("_", "-").title(): value for name, value in headers.items()}
            done = await media.http.patch(browser.location, content=body, headers=browser.headers | FRAGMENT | named)
            return done.status_code, done.headers.get("etag", ""), done.text

        assert await patch(trickle, if_match=etag) == (204, etag, "")
        assert (await patch(trickle))[0] == 428
        assert (await patch(trickle, if_match='"old"'))[0] == 412
        assert (await patch("nothing", if_match=etag))[0] == 400
        assert (await patch(trickle, if_match=etag, content_type="text/plain"))[0] == 415
        status, renewed, fragment = await patch(names + trickle, if_match="*")
        assert (status, renewed != etag) == (200, True)
        assert "a=ice-ufrag:" in fragment
        assert f"127.0.0.1 {media.ports.webrtc} typ host" in fragment
        assert fragment.partition("a=ice-ufrag:")[2][:8] not in answer.text
        # Media goes on meanwhile.
        before = api.named("health")[-1]
        await until(lambda: api.named("health")[-1] != before)
        assert api.named("health")[-1]["fps"] > 5


@pytest.fixture
async def impatient(api: ApiDouble, tmp_path: Path) -> AsyncIterator[Media]:
    """A server that waits a second for media."""
    async with running(media_config(api, tmp_path / "media", idle_seconds=1.0)) as server:
        yield server


async def test_browser_that_vanishes_is_noticed_and_may_come_back(impatient: Media, api: ApiDouble) -> None:
    pictures = Pictures()
    async with publisher(impatient, pictures, Tone()) as browser:
        await browser.connect()
        await until(lambda: "started" in api.story)
        for sender in browser.pc.getSenders():
            sender._enabled = False
        await until(lambda: "interrupted" in api.story)
    assert api.named("interrupted")[0]["reason"] == "Nothing was sent for too long."

    async with publisher(impatient) as browser:
        await browser.connect()
        await until(lambda: api.story == ["started", "interrupted", "resumed"])


async def test_other_size_begins_a_new_initialisation_segment(media: Media, api: ApiDouble) -> None:
    pictures = Pictures(160, 128)
    async with publisher(media, pictures) as browser:
        await browser.connect()
        await until(lambda: "started" in api.story)
        pictures.size = (128, 160)
        await eventually(lambda: _has_run(media, 2))
        text = await media.text("live.m3u8")
        assert "#EXT-X-DISCONTINUITY\n" in text
        assert "RESOLUTION=128x160" in await media.text("index.m3u8")
    assert api.story[0] == "started"


def _as(token: str) -> dict[str, str]:
    return {**SDP, "Authorization": f"Bearer {token}"}


async def test_sessions_leave_nothing_behind(media: Media, api: ApiDouble, offer: str) -> None:
    tasks = len(asyncio.all_tasks())
    for _ in range(3):
        async with publisher(media) as browser:
            await browser.connect()
            await until(lambda: browser.state == "connected")
            await browser.leave()
    for _ in range(20):
        answer = await media.http.post(f"/whip/{STREAM}", content=offer, headers=_as(KEY))
        assert (await media.http.delete(f"/whip/{answer.headers['location']}", headers=_as(KEY))).status_code == 200

    metrics = (await media.http.get("/metrics")).text
    assert "nightmarket_media_webrtc_publishers 0.0" in metrics
    await until(lambda: len(asyncio.all_tasks()) <= tasks + 1)
