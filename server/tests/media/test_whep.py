"""Watching by WebRTC: whoever publishes, packets come through; who does not fit is told to watch by HLS."""

import asyncio
import subprocess
import time
from pathlib import Path as FilePath

import av
import imageio_ffmpeg
import pytest

from media.conftest import Clips
from media.harness import SECRET, STREAM, ApiDouble, Media, encoder, media_config, publish, running, until
from media.webrtc_client import SDP, Pictures, offer_text, publisher, viewer
from nightmarket.integrations.embedded_media.tokens import play_token
from nightmarket.media.webrtc.udp import Path, UdpPort


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> FilePath:
    """A clip without B-frames, with a tone, a key frame every half second."""
    target = tmp_path_factory.mktemp("plain") / "plain.flv"
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error",
            "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30", "-f", "lavfi", "-i", "sine=f=440:r=44100",
            "-t", "40", "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-bf", "0", "-g", "15",
            "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "1", str(target),
        ],
        check=True,
    )  # fmt: skip
    return target


async def test_browser_sees_and_hears_a_browser(media: Media, api: ApiDouble) -> None:
    async with publisher(media) as host, viewer(media) as guest:
        await host.connect()
        await until(lambda: "started" in api.story)
        answer = await guest.connect()
        assert answer.status_code == 201
        await until(lambda: len(guest.pictures) > 60 and len(guest.sounds) > 100)

        assert {(frame.width, frame.height) for frame in guest.pictures} == {(160, 128)}
        assert {bytes(frame.planes[0])[0] > 128 for frame in guest.pictures} == {True, False}
        assert {_is_loud(frame) for frame in guest.sounds} == {True, False}
        assert (await guest.leave()).status_code == 200
        assert (await guest.leave()).status_code == 404


def _is_loud(frame: av.AudioFrame) -> bool:
    return max(memoryview(frame.planes[0]).cast("h")[: frame.samples]) > 3000


async def test_browser_sees_and_hears_an_encoder_through_a_drop(media: Media, api: ApiDouble, plain: FilePath) -> None:
    async with viewer(media) as guest:
        async with encoder(plain, media.rtmp(), real_time=True):
            await until(lambda: "started" in api.story)
            assert (await guest.connect()).status_code == 201
            await until(lambda: len(guest.pictures) > 10 and any(_is_loud(frame) for frame in guest.sounds))
        await until(lambda: api.story[-1] == "interrupted")
        before = len(guest.pictures)
        assert guest.state == "connected"

        async with encoder(plain, media.rtmp(), real_time=True):
            await until(lambda: len(guest.pictures) > before + 10)
        assert {(frame.width, frame.height) for frame in guest.pictures} == {(160, 90)}

        assert (await media.control("end")).status_code == 200
        await until(lambda: guest.state == "closed")


async def test_show_with_b_frames_is_for_hls(media: Media, api: ApiDouble, clips: Clips) -> None:
    async with viewer(media) as early, viewer(media) as late:
        async with encoder(clips.long, media.rtmp(), real_time=True):
            await until(lambda: "started" in api.story)
            answer = await late.connect()
            assert answer.status_code == 409
            assert "B-frames" in answer.json()["detail"]
        await until(lambda: api.story[-1] == "interrupted")
        # Nobody publishes now, so nothing is known against it; the next encoder tells.
        assert (await early.connect()).status_code == 201
        await until(lambda: early.state == "connected")
        async with encoder(clips.long, media.rtmp(), real_time=True):
            await until(lambda: early.state == "closed")


async def test_viewers_beyond_the_limit_are_sent_to_hls(api: ApiDouble, tmp_path: FilePath, clips: Clips) -> None:
    async with running(media_config(api, tmp_path / "media", webrtc_viewers=1)) as media:
        await publish(clips.pictures_only, media.rtmp())
        await until(lambda: "interrupted" in api.story)
        async with viewer(media) as first, viewer(media) as second:
            assert (await first.connect()).status_code == 201
            answer = await second.connect()
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            await first.leave()
            assert (await second.connect()).status_code == 201


async def test_refusals(media: Media, api: ApiDouble, clips: Clips) -> None:
    offer = await offer_text("video", "audio", direction="recvonly")

    async def ask(body: str, stream: str = STREAM, query: str = "") -> int:
        return (await media.http.post(f"/whep/{stream}{query}", content=body, headers=SDP)).status_code

    assert await ask(offer, "str_unknown") == 404
    assert await ask(offer, "..") == 404
    await publish(clips.pictures_only, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    assert await ask("v=0") == 400
    assert await ask(offer.replace("recvonly", "sendonly")) == 400
    assert await ask(offer.replace("H264", "AV1")) == 409
    await media.control("protect")
    assert await ask(offer) == 403
    assert await ask(offer, query="?token=1.x") == 403
    assert await ask(offer, query=f"?token={play_token(SECRET, STREAM, int(time.time()) + 60)}") == 201
    await media.control("end")
    assert await ask(offer, query=f"?token={play_token(SECRET, STREAM, int(time.time()) + 60)}") == 404


async def test_viewers_leave_nothing_behind(media: Media, api: ApiDouble, plain: FilePath) -> None:
    async with encoder(plain, media.rtmp(), real_time=True):
        await until(lambda: "started" in api.story)
        tasks = len(asyncio.all_tasks())
        for _ in range(3):
            async with viewer(media) as guest:
                await guest.connect()
                pictures = guest.pictures
                await until(lambda: len(pictures) > 2)  # noqa: B023
                # Gone without a word over HTTP: the goodbye is in the connection itself.
        await until(lambda: len(asyncio.all_tasks()) <= tasks + 1)
        metrics = (await media.http.get("/metrics")).text
    assert "nightmarket_media_webrtc_viewers 0.0" in metrics


async def test_lost_packets_are_sent_again(media: Media, api: ApiDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = {"in": 0, "out": 0}
    dispatch, send = UdpPort._dispatch, Path.send

    def is_unlucky(data: bytes, way: str) -> bool:
        """Every tenth packet of media."""
        if data[0] < 128 or 192 <= data[1] <= 223:
            return False
        lost[way] += 1
        return lost[way] % 10 == 0

    def lossy_dispatch(self: UdpPort, data: bytes, path: Path) -> None:
        if not is_unlucky(data, "in"):
            dispatch(self, data, path)

    def lossy_send(self: Path, data: bytes) -> bool:
        return True if is_unlucky(data, "out") else send(self, data)

    async with publisher(media, Pictures(640, 480)) as host, viewer(media) as guest:
        await host.connect()
        await until(lambda: "started" in api.story)
        await guest.connect()
        await until(lambda: len(guest.pictures) > 5)
        monkeypatch.setattr(UdpPort, "_dispatch", lossy_dispatch)
        monkeypatch.setattr(Path, "send", lossy_send)
        before = len(guest.pictures)
        await until(lambda: len(guest.pictures) > before + 60)
        health = api.named("health")[-1]
    assert min(lost.values()) > 60
    assert health["packet_loss"] == 0
    assert health["dropped_pictures"] == 0
