"""Addresses and control calls of the embedded provider."""

import json
from pathlib import Path

import httpx2
import pytest

from nightmarket.integrations.embedded_media import EmbeddedMedia
from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.security import BodySignature, derive_key
from nightmarket.modules.streams.ports import PublicBase
from support.engines import test_settings as settings_for_tests

STREAM = "str_01show"
BASE = PublicBase("http", "shop.example")


def write_ports(ctx: Context, text: str) -> Path:
    """What the media server leaves in the data folder."""
    file = ctx.settings.data_dir / "media" / "ports.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


async def test_addresses_use_the_ports_the_server_reports(ctx: Context) -> None:
    write_ports(ctx, '{"rtmp": 19350, "http": 8936, "webrtc": 8189, "pid": 1}')
    media = EmbeddedMedia(ctx)
    assert await media.ingest(STREAM, "key", BASE) == {
        "rtmp": {"url": "rtmp://shop.example:19350/live", "key": "key"},
        "whip": {"url": f"http://shop.example:8936/whip/{STREAM}", "token": "key"},
    }
    urls = await media.playback(STREAM, PublicBase("https", "[::1]"))
    assert urls.hls == f"https://[::1]:8936/hls/{STREAM}/index.m3u8"
    assert urls.dvr == f"https://[::1]:8936/hls/{STREAM}/dvr.m3u8"
    assert urls.whep == f"https://[::1]:8936/whep/{STREAM}"
    assert urls.dash == f"https://[::1]:8936/hls/{STREAM}/manifest.mpd"
    assert urls.poster == f"https://[::1]:8936/hls/{STREAM}/poster.jpg"
    assert await media.recording_url("/recordings/x.mp4", BASE) == "http://shop.example:8936/recordings/x.mp4"


@pytest.mark.parametrize("ports", ['{"rtmp": 1, "http": 2}', '{"rtmp": 1, "http": 2, "webrtc": 0}'])
async def test_without_webrtc_nothing_is_said_of_it(ctx: Context, ports: str) -> None:
    write_ports(ctx, ports)
    media = EmbeddedMedia(ctx)
    assert set(await media.ingest(STREAM, "key", BASE)) == {"rtmp"}
    assert (await media.playback(STREAM, BASE)).whep is None


async def test_rtmps_is_named_where_the_server_offers_it(ctx: Context) -> None:
    write_ports(ctx, '{"rtmp": 19350, "http": 8936, "rtmps": 19360}')
    ways = await EmbeddedMedia(ctx).ingest(STREAM, "key", BASE)
    assert ways["rtmps"] == {"url": "rtmps://shop.example:19360/live", "key": "key"}
    ctx.settings = settings_for_tests(ctx.settings.data_dir, media={"rtmps_public_url": "rtmps://in.example/live/"})
    ways = await EmbeddedMedia(ctx).ingest(STREAM, "key", BASE)
    assert ways["rtmps"] == {"url": "rtmps://in.example/live", "key": "key"}


async def test_configured_addresses_win(ctx: Context) -> None:
    write_ports(ctx, '{"rtmp": 19350, "http": 8936}')
    ctx.settings = settings_for_tests(
        ctx.settings.data_dir,
        media={"public_url": "https://video.example/", "rtmp_public_url": "rtmps://in.example/live"},
    )
    media = EmbeddedMedia(ctx)
    assert (await media.ingest(STREAM, "key", BASE))["rtmp"]["url"] == "rtmps://in.example/live"
    assert (await media.playback(STREAM, BASE)).hls == f"https://video.example/hls/{STREAM}/index.m3u8"


async def test_configured_ports_hold_while_the_server_is_down(ctx: Context) -> None:
    ctx.settings = settings_for_tests(ctx.settings.data_dir, media={"rtmp_port": 1940, "http_port": 8940})
    assert (await EmbeddedMedia(ctx).playback(STREAM, BASE)).hls.startswith("http://shop.example:8940/")


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"rtmp": 1}', '{"rtmp": "x", "http": 2}'])
async def test_unknown_ports_are_unavailable(ctx: Context, text: str | None) -> None:
    if text is not None:
        write_ports(ctx, text)
    with pytest.raises(Unavailable):
        await EmbeddedMedia(ctx).playback(STREAM, BASE)


@pytest.mark.parametrize("action", ["end", "kick"])
async def test_control_calls_are_signed(ctx: Context, action: str) -> None:
    write_ports(ctx, '{"rtmp": 1, "http": 8936}')
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={})

    await ctx.http.aclose()
    ctx.http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    await getattr(EmbeddedMedia(ctx), action)(STREAM)
    (request,) = seen
    assert str(request.url) == f"http://127.0.0.1:8936/control/streams/{STREAM}/{action}"
    assert json.loads(request.content) == {"stream": STREAM, "action": action}
    checker = BodySignature(derive_key(ctx.secret, "media-hooks").hex())
    checker.verify(request.headers[BodySignature.header], request.content, now=int(ctx.clock().timestamp()))


@pytest.mark.parametrize(("status", "heals"), [(404, False), (401, True), (500, True), (None, True)])
async def test_refused_control_call(ctx: Context, *, status: int | None, heals: bool) -> None:
    write_ports(ctx, '{"rtmp": 1, "http": 8936}')

    def answer(_request: httpx2.Request) -> httpx2.Response:
        if status is None:
            raise httpx2.ConnectError("down")
        return httpx2.Response(status)

    await ctx.http.aclose()
    ctx.http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    if not heals:
        await EmbeddedMedia(ctx).end(STREAM)
        return
    with pytest.raises(Unavailable):
        await EmbeddedMedia(ctx).end(STREAM)
