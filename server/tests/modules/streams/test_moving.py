"""A show goes over to another provider and back while it runs."""

from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.streams.models import StreamMove
from nightmarket.modules.streams.ports import VideoServices
from nightmarket.modules.streams.public import RecordingFacts, fail_over, keep_recording, note_signal
from support.accounts import sign_up
from support.clock import FrozenClock
from support.shops import join_shop
from support.streams import FakeProvider, add_item, call_hook, live_stream, make_product, make_stream, report

from .conftest import News, Seller


@pytest.fixture
def service(ctx: Context) -> FakeProvider:
    """A video service besides our own media server."""
    fake = FakeProvider(root="https://video.test")
    ctx.ports[VideoServices] = VideoServices({"cloudflare": fake})
    return fake


async def move(api: httpx2.AsyncClient, headers: dict[str, str], stream_id: str, to: str) -> httpx2.Response:
    """Ask for another provider."""
    return await api.put(f"/api/v1/streams/{stream_id}/provider", json={"provider": to}, headers=headers)


async def playback(api: httpx2.AsyncClient, stream_id: str) -> dict[str, Any]:
    """The addresses of a show."""
    body: dict[str, Any] = (await api.get(f"/api/v1/streams/{stream_id}/playback")).json()
    return body


async def signal(ctx: Context, stream_id: str, *, on: bool) -> None:
    """What the service reports."""
    await ctx.transact(lambda unit: note_signal(unit, stream_id, on=on, at=ctx.clock(), provider="cloudflare"))


async def test_running_show_moves_and_comes_back(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, service: FakeProvider, *, provider: FakeProvider,
    news: News, clock: FrozenClock,
) -> None:  # fmt: skip
    stream = await make_stream(api, seller.headers, seller.shop_id, provider="cloudflare")
    path = f"/api/v1/streams/{stream['id']}"
    assert stream["provider"] == "cloudflare"
    assert await news() == ["streams.prepare_media.v1"]
    assert service.told == [("prepare", stream["id"])]
    await signal(ctx, stream["id"], on=True)
    before = await playback(api, stream["id"])
    assert (before["provider"], before["hls"]) == ("cloudflare", f"https://video.test/{stream['id']}/index.m3u8")
    await news()

    clock.advance(seconds=30)
    moved = await move(api, seller.headers, stream["id"], "embedded")
    assert (moved.status_code, moved.json()["state"], moved.json()["provider"]) == (200, "interrupted", "embedded")
    assert provider.told == [("prepare", stream["id"])]
    assert await news() == ["streams.interrupted", "streams.moved", "streams.release_media.v1"]
    assert service.told[-1] == ("release", stream["id"])
    key = (await api.get(f"{path}/ingest", headers=seller.headers)).json()["rtmp"]
    assert key["url"].startswith("rtmp://nightmarket.test")
    assert (await call_hook(ctx, api, "authorize", {"key": key["key"], "remote": ""})).status_code == 200

    clock.advance(seconds=10)
    await signal(ctx, stream["id"], on=True)  # the service that was left still hears the old encoder
    assert (await api.get(path)).json()["state"] == "interrupted"
    assert await news() == ["streams.release_media.v1"]
    await report(ctx, api, "started", stream["id"])
    assert (await api.get(path)).json()["state"] == "live"
    assert (await playback(api, stream["id"]))["hls"].startswith("http://nightmarket.test")

    clock.advance(seconds=5)
    assert (await move(api, seller.headers, stream["id"], "cloudflare")).json()["state"] == "interrupted"
    refused = await call_hook(ctx, api, "authorize", {"key": key["key"], "remote": ""})
    assert (refused.status_code, refused.json()["code"]) == (403, "stream-key-refused")
    clock.advance(seconds=5)
    await report(ctx, api, "interrupted", stream["id"])  # late news of the server that was left
    await signal(ctx, stream["id"], on=True)
    assert (await api.get(path)).json()["state"] == "live"
    async with ctx.reader() as session:
        moves = list(await session.scalars(sa.select(StreamMove).order_by(StreamMove.id)))
    assert [(one.from_provider, one.to_provider, one.position_ms) for one in moves] == [
        ("cloudflare", "embedded", 30_000),
        ("embedded", "cloudflare", 35_000),
    ]

    await news()
    service.told.clear()
    provider.told.clear()
    await api.post(f"{path}/end", headers=seller.headers)
    await news()
    assert service.told == [("end", stream["id"])]
    assert provider.told == [("end", stream["id"])]


async def test_moving_twice_at_once_or_to_where_it_is_changes_nothing(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, service: FakeProvider, *, provider: FakeProvider, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await news()
    answer = await move(api, seller.headers, stream["id"], "embedded")
    assert (answer.status_code, answer.json()["state"]) == (200, "live")
    assert (provider.told, service.told, await news()) == ([], [], [])


async def test_provider_that_is_not_ready_gets_no_show(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, service: FakeProvider
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    service.failure = Unavailable("away")
    answer = await move(api, seller.headers, stream["id"], "cloudflare")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    shown = (await api.get(f"/api/v1/streams/{stream['id']}")).json()
    assert (shown["state"], shown["provider"]) == ("live", "embedded")


async def test_move_is_for_those_who_run_the_show(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, service: FakeProvider
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    assert (await move(api, packer, stream["id"], "cloudflare")).status_code == 403
    stranger = await sign_up(api, "stranger")
    assert (await move(api, stranger, stream["id"], "cloudflare")).json()["code"] == "not-allowed"
    assert service.told == []
    await api.post(f"/api/v1/streams/{stream['id']}/end", headers=seller.headers)
    assert (await move(api, seller.headers, stream["id"], "cloudflare")).json()["code"] == "stream-ended"


async def test_service_that_is_not_set_up_is_refused_before_anything_is_made(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller
) -> None:
    ctx.ports[VideoServices] = VideoServices({})
    asked = {"shop_id": seller.shop_id, "title": "x", "provider": "cloudflare"}
    answer = await api.post("/api/v1/streams", json=asked, headers=seller.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "stream-provider-off")
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    assert (await move(api, seller.headers, stream["id"], "cloudflare")).json()["code"] == "stream-provider-off"


async def test_rule_moves_a_running_show_once(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, service: FakeProvider, *, provider: FakeProvider, news: News
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, provider="cloudflare")
    await fail_over(ctx, stream["id"])
    assert (await api.get(f"/api/v1/streams/{stream['id']}", headers=seller.headers)).json()["provider"] == "cloudflare"
    await signal(ctx, stream["id"], on=True)
    await fail_over(ctx, stream["id"])
    await fail_over(ctx, stream["id"])
    shown = (await api.get(f"/api/v1/streams/{stream['id']}")).json()
    assert (shown["state"], shown["provider"]) == ("interrupted", "embedded")
    async with ctx.reader() as session:
        assert [one.moved_by for one in await session.scalars(sa.select(StreamMove))] == [None]
    assert provider.told == [("prepare", stream["id"])]
    assert "streams.release_media.v1" in await news()


async def test_replay_is_the_longest_part_and_its_moments_begin_with_it(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, service: FakeProvider, *, clock: FrozenClock
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, provider="cloudflare")
    path = f"/api/v1/streams/{stream['id']}"
    items = [
        await add_item(api, seller.headers, stream["id"], await make_product(ctx, seller.shop, title=title))
        for title in ("Early lantern", "Late lantern")
    ]
    await signal(ctx, stream["id"], on=True)
    await api.post(f"{path}/items/{items[0]['id']}/pin", headers=seller.headers)
    clock.advance(seconds=20)
    await move(api, seller.headers, stream["id"], "embedded")
    clock.advance(seconds=10)
    await report(ctx, api, "started", stream["id"])
    clock.advance(seconds=5)
    await api.post(f"{path}/items/{items[1]['id']}/pin", headers=seller.headers)
    clock.advance(seconds=55)
    await api.post(f"{path}/end", headers=seller.headers)

    short = RecordingFacts(20_000, None, None, None, None, provider="cloudflare")
    await ctx.transact(lambda unit: keep_recording(unit, stream["id"], short))
    moments = (await api.get(f"{path}/moments")).json()["items"]
    assert [(one["start"], one["end"]) for one in moments] == [(0, 25), (25, 80)]
    await report(ctx, api, "recorded", stream["id"], duration_seconds=60, bytes=9, mp4_path="/replay.mp4")
    await ctx.transact(lambda unit: keep_recording(unit, stream["id"], short))
    shown = await playback(api, stream["id"])
    assert (shown["recording"], shown["recording_seconds"]) == ("http://nightmarket.test:8935/replay.mp4", 60)
    moments = (await api.get(f"{path}/moments")).json()["items"]
    assert [(one["item_id"], one["start"], one["end"]) for one in moments] == [
        (items[0]["id"], 0, 5),
        (items[1]["id"], 5, 60),
    ]
    assert shown["dvr_seconds"] == 60
