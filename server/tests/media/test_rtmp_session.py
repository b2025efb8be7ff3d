"""The RTMP door against encoders that are wrong, slow, silent or hostile."""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from media.conftest import Clips
from media.harness import KEY, STREAM, ApiDouble, Media, eventually, media_config, publish, running, until
from media.rtmp_client import HANDSHAKE, RtmpClient, described, rtmp_client
from nightmarket.media.rtmp.amf0 import Amf
from nightmarket.media.rtmp.chunks import ACKNOWLEDGEMENT, AUDIO, USER_CONTROL, VIDEO, WINDOW_ACK_SIZE, Message

Behaviour = Callable[[RtmpClient], Awaitable[None]]


async def test_wrong_key_is_told_so_and_hung_up_on(media: Media) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        status = await client.publish("wrong")
        assert described(status) == ("NetStream.Publish.BadName", "The stream key is not valid.")
        await client.closed(within=2)


async def test_missing_key_is_refused_without_asking(media: Media, api: ApiDouble) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        code, _ = described(await client.publish(""))
        assert code == "NetStream.Publish.BadName"
    assert api.asked == []


async def test_unknown_application_is_refused(media: Media) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        await client.shake_hands()
        client.command("connect", 1, {"app": "vod"})
        answer = await client.next_command()
        assert answer[0] == "_error"
        await client.closed(within=2)


async def test_playing_by_rtmp_is_refused(media: Media) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        await client.shake_hands()
        client.command("connect", 1, {"app": "live"})
        client.command("play", 2, None, KEY, stream_id=1)
        assert described(await client.status())[0] == "NetStream.Play.Failed"
        await client.closed(within=2)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        (VIDEO, b"\x90hvc1" + bytes(8), "HEVC"),
        (VIDEO, b"\x90av01" + bytes(8), "AV1"),
        (VIDEO, b"\x12" + bytes(8), "video codec 2"),
        (AUDIO, b"\x2f\x00" + bytes(8), "audio codec 2"),
        (AUDIO, b"\x90Opus" + bytes(8), "Opus"),
    ],
    ids=["hevc", "av1", "sorenson", "mp3", "opus"],
)
async def test_other_codecs_are_refused_with_the_reason(media: Media, kind: int, body: bytes, reason: str) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        assert described(await client.publish(KEY))[0] == "NetStream.Publish.Start"
        client.send(Message(kind, 1, 0, body))
        code, text = described(await client.status())
        assert code == "NetStream.Publish.BadName"
        assert "H.264 video and AAC audio" in text
        assert reason in text
        await client.closed(within=2)


@pytest.mark.parametrize("version", [bytes(4), b"\x80\x00\x07\x02"], ids=["simple", "digest"])
async def test_handshake_is_simple_whatever_the_encoder_offers(media: Media, version: bytes) -> None:
    """A zero version in the answer tells an encoder with the digest handshake to do without."""
    async with rtmp_client(media.ports.rtmp) as client:
        hello = os.urandom(4) + version + os.urandom(1528)
        client.writer.write(b"\x03" + hello)
        answer = await client.reader.readexactly(1 + 2 * 1536)
        assert (answer[0], answer[5:9]) == (3, bytes(4))
        assert answer[1537:] == hello
        client.writer.write(os.urandom(1536))
        client.command("connect", 1, {"app": "live", "fourCcList": ["hvc1"]})
        welcome = (await client.next_command())[3]
        assert isinstance(welcome, dict)
        assert welcome["fourCcList"] == ["avc1", "mp4a"]
        client.command("createStream", 2, None)
        client.command("publish", 3, None, KEY, "live", stream_id=1)
        assert described(await client.status())[0] == "NetStream.Publish.Start"


async def test_ping_is_answered_and_bytes_are_acknowledged(media: Media) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        await client.shake_hands()
        client.send(Message(USER_CONTROL, 0, 0, b"\x00\x06\x01\x02\x03\x04"))
        assert (await client.next_of(USER_CONTROL)).payload == b"\x00\x07\x01\x02\x03\x04"
        client.send(Message(WINDOW_ACK_SIZE, 0, 0, (4096).to_bytes(4, "big")))
        client.send(Message(99, 0, 0, bytes(5000)))
        acknowledged = int.from_bytes((await client.next_of(ACKNOWLEDGEMENT)).payload, "big")
        assert acknowledged > 2048


async def _garbage(client: RtmpClient) -> None:
    client.writer.write(os.urandom(5000))


async def _garbage_after_handshake(client: RtmpClient) -> None:
    await client.shake_hands()
    client.writer.write(random.Random(7).randbytes(20_000))


async def _huge_message(client: RtmpClient) -> None:
    await client.shake_hands()
    client.writer.write(bytes([3, 0, 0, 0, 0xFF, 0xFF, 0xFF, 9, 0, 0, 0, 0]))


async def _media_first(client: RtmpClient) -> None:
    await client.shake_hands()
    client.send(Message(VIDEO, 1, 0, b"\x17\x00"))


async def _encrypted(client: RtmpClient) -> None:
    client.writer.write(b"\x06" + HANDSHAKE[1:])


@pytest.mark.parametrize("misbehave", [_garbage, _garbage_after_handshake, _huge_message, _media_first, _encrypted])
async def test_protocol_errors_end_the_connection_at_once(media: Media, api: ApiDouble, misbehave: Behaviour) -> None:
    async with rtmp_client(media.ports.rtmp) as client:
        await misbehave(client)
        await client.closed(within=2)
    assert api.asked == []


async def _silent(client: RtmpClient) -> None:
    """Says nothing at all."""


async def _half_open(client: RtmpClient) -> None:
    client.writer.write(HANDSHAKE[:700])


async def _never_publishes(client: RtmpClient) -> None:
    await client.shake_hands()
    client.command("connect", 1, {"app": "live"})


@pytest.mark.parametrize("dawdle", [_silent, _half_open, _never_publishes])
async def test_squatters_are_closed_at_the_deadline(api: ApiDouble, tmp_path: Path, dawdle: Behaviour) -> None:
    config = media_config(api, tmp_path, publish_deadline_seconds=0.5)
    async with running(config) as media, rtmp_client(media.ports.rtmp) as client:
        started = time.monotonic()
        await dawdle(client)
        await client.closed(within=3)
        assert time.monotonic() - started > 0.4


async def test_key_check_that_never_answers_ends_at_the_deadline(api: ApiDouble, tmp_path: Path) -> None:
    api.is_silent = True
    config = media_config(api, tmp_path, publish_deadline_seconds=5.0, hook_timeout_seconds=0.3)
    async with running(config) as media, rtmp_client(media.ports.rtmp) as client:
        code, _ = described(await client.publish(KEY))
        assert code == "NetStream.Publish.Failed"
        await client.closed(within=2)


async def test_publisher_without_media_is_idle_however_much_it_talks(api: ApiDouble, tmp_path: Path) -> None:
    async with running(media_config(api, tmp_path, idle_seconds=0.6)) as media:
        async with rtmp_client(media.ports.rtmp) as client:
            assert described(await client.publish(KEY))[0] == "NetStream.Publish.Start"

            async def chatter() -> None:
                while True:
                    client.send(Message(USER_CONTROL, 0, 0, b"\x00\x06\x00\x00\x00\x00"))
                    await asyncio.sleep(0.05)

            talking = asyncio.create_task(chatter())
            await client.closed(within=3)
            talking.cancel()
        await eventually(lambda: media.http.get("/metrics"))
        assert api.story == []


async def test_stalled_publishers_do_not_hold_up_others(media: Media, api: ApiDouble, clips: Clips) -> None:
    api.keys |= {f"key{number}": f"str_{number}" for number in range(5)}
    async with rtmp_client(media.ports.rtmp) as first, rtmp_client(media.ports.rtmp) as second:
        await first.publish("key3")
        await second.shake_hands()
        await asyncio.gather(*(publish(clips.show, media.rtmp(f"key{number}")) for number in range(3)))
        await until(lambda: all(api.named("interrupted", f"str_{number}") for number in range(3)))
        for number in range(3):
            assert (await media.text("dvr.m3u8", f"str_{number}")).count("#EXTINF") == 6


async def test_full_house_turns_the_next_away(api: ApiDouble, tmp_path: Path) -> None:
    async with (
        running(media_config(api, tmp_path, max_connections=1)) as media,
        rtmp_client(media.ports.rtmp) as first,
        rtmp_client(media.ports.rtmp) as second,
    ):
        await first.shake_hands()
        await second.closed(within=2)
        assert described(await _publish_after_handshake(first))[0] == "NetStream.Publish.Start"


async def _publish_after_handshake(client: RtmpClient) -> list[Amf]:
    client.command("connect", 1, {"app": "live"})
    client.command("publish", 3, None, KEY, "live", stream_id=1)
    return await client.status()


async def test_paths_outside_the_shows_do_not_exist(media: Media, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await eventually(lambda: media.text("dvr.m3u8"))
    for path in (
        f"/hls/{STREAM}/..%2F..%2Fports.json",
        f"/hls/{STREAM}/journal.jsonl",
        f"/hls/{STREAM}/s0.m4s%00",
        f"/hls/{STREAM}/s%D9%A0.m4s",
        "/hls/..%2Fstreams/index.m3u8",
        "/hls/../ports.json",
        "/recordings/..%2Fports.json",
        f"/recordings/{STREAM}.mp4",
        f"/hls/{STREAM}/s99.m4s",
        f"/hls/{STREAM}/s99.p0.m4s",
        "/nothing",
    ):
        answer = await media.http.get(path)
        assert (path, answer.status_code) == (path, 404)
        assert answer.json()["code"] == "not-found"


async def test_slow_request_heads_are_hung_up_on(api: ApiDouble, tmp_path: Path) -> None:
    async with running(media_config(api, tmp_path, request_deadline_seconds=0.5)) as media:
        reader, writer = await asyncio.open_connection("127.0.0.1", media.ports.http)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        async with asyncio.timeout(3):
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
        writer.close()


async def test_viewer_that_stops_reading_is_hung_up_on(api: ApiDouble, tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    (recordings / "str_big.mp4").write_bytes(bytes(64 * 1024 * 1024))
    async with running(media_config(api, tmp_path, request_deadline_seconds=0.3)) as media:
        reader, writer = await asyncio.open_connection("127.0.0.1", media.ports.http, limit=1024)
        writer.write(b"GET /recordings/str_big.mp4 HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await eventually(lambda: _has_viewers(media, 1))
        await eventually(lambda: _has_viewers(media, 0), within=5)
        writer.close()


async def _has_viewers(media: Media, count: int) -> bool:
    text = (await media.http.get("/metrics")).text
    return f"nightmarket_media_http_connections {count + 1}.0" in text
