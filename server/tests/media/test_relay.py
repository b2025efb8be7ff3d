"""A running show is sent on to other RTMP servers: good ones, and those that refuse, hang, die."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from media.conftest import Clips
from media.harness import (
    SECRET,
    STREAM,
    ApiDouble,
    Media,
    api_double,
    decode,
    encoder,
    is_rising,
    media_config,
    running,
    until,
)
from nightmarket.media.relay.target import TargetRefused, check_target, is_public
from nightmarket.media.signing import HEADER, sign

SECRET_KEY = "key-nobody-may-see"


async def order(media: Media, *targets: tuple[str, str, str]) -> httpx2.Response:
    """As the api orders."""
    outputs = [dict(zip(("id", "url", "key"), target, strict=True)) for target in targets]
    return await order_raw(media, outputs)


async def order_raw(media: Media, outputs: Any) -> httpx2.Response:
    """The same with anything in it."""
    body = json.dumps({"stream": STREAM, "action": "outputs", "outputs": outputs}).encode()
    headers = {HEADER: sign(SECRET, body, now=int(time.time()))}
    return await media.http.post(f"/control/streams/{STREAM}/outputs", content=body, headers=headers)


def states(api: ApiDouble, output: str = "out_a") -> list[tuple[str, str | None]]:
    """What was said about an output."""
    return [(one["state"], one["reason"]) for one in api.named("output") if one["output"] == output]


@asynccontextmanager
async def show(api: ApiDouble, folder: Path, clips: Clips, **changes: Any) -> AsyncIterator[Media]:
    """A server on which a show runs."""
    quick = {"private_outputs": True, "output_wait_seconds": 0.1, "output_answer_seconds": 1.5}
    async with (
        running(media_config(api, folder, **(quick | changes))) as media,
        encoder(clips.long, media.rtmp(), real_time=True),
    ):
        await until(lambda: "started" in api.story)
        yield media


@asynccontextmanager
async def silent_server() -> AsyncIterator[tuple[int, list[int]]]:
    """Takes connections and says nothing; the port, and how many came."""
    came: list[int] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(1)
        try:
            while await reader.read(4096):
                pass
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], came
    finally:
        server.close()


async def goes_on(media: Media) -> None:
    """The show's own viewers notice nothing."""
    before = (await media.text("dvr.m3u8")).count("#EXTINF")
    deadline = time.monotonic() + 10
    while (await media.text("dvr.m3u8")).count("#EXTINF") < before + 2:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_show_arrives_at_the_other_server_and_stops_with_the_show(
    api: ApiDouble, tmp_path: Path, clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    async with api_double() as other_api:
        other_api.keys[SECRET_KEY] = "str_other"
        async with (
            running(media_config(other_api, tmp_path / "other")) as other,
            show(api, tmp_path / "own", clips) as media,
        ):
            url = f"rtmp://127.0.0.1:{other.ports.rtmp}/live"
            assert (await order(media, ("out_a", url, SECRET_KEY))).status_code == 200
            await until(lambda: other_api.named("started", "str_other"))
            await until(lambda: ("live", None) in states(api))
            assert (await order(media, ("out_a", url, SECRET_KEY))).status_code == 200
            await media.control("end")
            await until(lambda: states(api)[-1] == ("stopped", None))
            await until(lambda: other_api.named("interrupted", "str_other"))
            assert states(api) == [("connecting", None), ("live", None), ("stopped", None)]
            assert len(other_api.asked) == 1
            received = decode(await other.whole("dvr.m3u8", "str_other"))
            assert is_rising(received.video_times)
            assert received.sizes == {(160, 90)}
            assert received.audio_times
    told = json.dumps(api.events)
    captured = capsys.readouterr()
    assert SECRET_KEY not in told + captured.err
    own = [line for line in captured.out.splitlines() if "relay" in line]
    assert own
    assert not [line for line in own if SECRET_KEY in line]


async def test_output_is_switched_off_and_on_while_the_show_runs(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    async with api_double() as other_api:
        other_api.keys[SECRET_KEY] = "str_other"
        async with (
            running(media_config(other_api, tmp_path / "other")) as other,
            show(api, tmp_path / "own", clips) as media,
        ):
            target = ("out_a", f"rtmp://127.0.0.1:{other.ports.rtmp}/live", SECRET_KEY)
            await order(media, target)
            await until(lambda: ("live", None) in states(api))
            await order(media)
            await until(lambda: states(api)[-1] == ("stopped", None))
            await until(lambda: other_api.named("interrupted", "str_other"))
            await order(media, target)
            await until(lambda: other_api.named("resumed", "str_other"))
            await goes_on(media)


async def test_bad_targets_are_tried_again_and_disturb_nobody(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    async with (
        api_double() as other_api,
        silent_server() as (silent, came),
        running(media_config(other_api, tmp_path / "other")) as other,
        show(api, tmp_path / "own", clips) as media,
    ):
        await order(
            media,
            ("out_a", "rtmp://127.0.0.1:9/live", "x"),
            ("out_b", f"rtmp://127.0.0.1:{silent}/live", "x"),
            ("out_c", f"rtmp://127.0.0.1:{other.ports.rtmp}/live", "wrong-key"),
        )
        for output, reason in (("out_a", "refused"), ("out_b", "no_answer"), ("out_c", "rejected")):
            await until(lambda name=output, why=reason: states(api, name).count(("failing", why)) >= 2)
            assert ("live", None) not in states(api, output)
        assert len(came) >= 2
        await goes_on(media)
        assert api.story.count("interrupted") == 0


async def test_target_that_dies_is_taken_up_again(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    async with api_double() as other_api, show(api, tmp_path / "own", clips) as media:
        other_api.keys[SECRET_KEY] = "str_other"
        async with running(media_config(other_api, tmp_path / "other")) as other:
            port = other.ports.rtmp
            await order(media, ("out_a", f"rtmp://127.0.0.1:{port}/live", SECRET_KEY))
            await until(lambda: ("live", None) in states(api))
        await until(lambda: any(state == "failing" for state, _ in states(api)))
        async with running(media_config(other_api, tmp_path / "other", rtmp_port=port)):
            await until(lambda: other_api.named("resumed", "str_other"))
            await until(lambda: states(api)[-1] == ("live", None))
        await goes_on(media)


async def test_private_places_are_not_reached(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    async with silent_server() as (port, came), show(api, tmp_path, clips, private_outputs=False) as media:
        await order(media, ("out_a", f"rtmp://127.0.0.1:{port}/live", "x"))
        await until(lambda: ("failing", "not_a_public_address") in states(api))
        assert came == []


async def test_orders_that_make_no_sense_are_refused(media: Media, api: ApiDouble) -> None:
    assert (await order(media, ("out_a", "rtmp://127.0.0.1:9/live", "x"))).status_code == 404
    for odd in (None, "x", [1], [{"id": "a"}], [{"id": "a", "url": 1, "key": "k"}], [{}] * 11):
        assert (await order_raw(media, odd)).status_code == 404
    assert api.events == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("rtmp://127.0.0.1/live", "not_a_public_address"),
        ("rtmps://[::1]/live", "not_a_public_address"),
        ("rtmp://[::ffff:10.0.0.1]/live", "not_a_public_address"),
        ("rtmp://169.254.169.254/live", "not_a_public_address"),
        ("rtmp://2130706433/live", "not_a_public_address"),
        ("rtmp://localhost/live", "not_a_public_address"),
        ("rtmp://host.invalid/live", "unknown_host"),
        ("http://198.51.100.1/live", "not_rtmp"),
        ("rtmp://user:word@198.51.100.1/live", "not_rtmp"),
        ("rtmp:///live", "not_rtmp"),
        ("rtmp://host:port/live", "not_rtmp"),
    ],
)
async def test_where_shows_are_not_sent(url: str, reason: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        await check_target(url, allow_private=False)
    assert refused.value.reason == reason


def test_what_is_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")
    for address in ("10.1.2.3", "100.64.0.1", "192.0.2.1", "224.0.0.1", "::", "fe80::1%eth0", "2002:0a00:0001::"):
        assert not is_public(address), address
