"""From going on the air to the replay, told by the media server's reports."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.clock import unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.streams import repository, tasks
from support.accounts import sign_up
from support.clock import FrozenClock
from support.shops import join_shop
from support.streams import FakeProvider, add_item, call_hook, live_stream, make_product, make_stream, report

from .conftest import News, Seller


async def shown(api: httpx2.AsyncClient, seller: Seller, stream_id: str, tail: str = "") -> dict[str, Any]:
    """What the API says to the seller."""
    answer = await api.get(f"/api/v1/streams/{stream_id}{tail}", headers=seller.headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("plan", [{}, {"scheduled_at": "2026-11-21T11:00:00Z"}])
async def test_publishing_starts_the_show(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, plan: dict[str, Any], news: News
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, **plan)
    await news()
    await report(ctx, api, "started", stream["id"])
    live = await shown(api, seller, stream["id"])
    assert (live["state"], live["is_live"], live["has_signal"]) == ("live", True, True)
    assert live["started_at"] == "2026-11-20T12:00:00Z"
    assert await news() == ["streams.started"]
    await report(ctx, api, "started", stream["id"])
    assert await news() == []


async def test_private_show_plays_by_signed_addresses_for_its_shop_alone(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, clock: FrozenClock, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id, is_private=True)
    path = f"/api/v1/streams/{stream['id']}"
    assert stream["is_private"] is True
    assert (await api.get(f"{path}/playback")).status_code == 404
    mine = await shown(api, seller, stream["id"], "/playback")
    until = datetime.fromisoformat(mine["expires_at"])
    assert timedelta(hours=5, minutes=50) <= until - clock() <= timedelta(hours=6)
    token = f"signed={stream['id']}.{int(until.timestamp())}"
    assert [token in mine[name] for name in ("hls", "dvr", "poster")] == [True, True, True]
    clock.advance(seconds=1)
    assert (await shown(api, seller, stream["id"], "/playback"))["expires_at"] == mine["expires_at"]
    key = (await api.get(f"{path}/ingest", headers=seller.headers)).json()["rtmp"]["key"]
    asked = await call_hook(ctx, api, "authorize", {"key": key, "remote": ""})
    assert asked.json() == {"stream": stream["id"], "protected": True}
    await news()
    await api.patch(path, json={"is_private": False}, headers=seller.headers)
    assert "streams.protect_media.v1" in await news()
    assert provider.told == [("open", stream["id"])]
    assert (await api.get(f"{path}/playback")).json()["expires_at"] is None


async def test_without_auto_start_publishing_is_a_preview(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, clock: FrozenClock, news: News
) -> None:
    stream = await make_stream(
        api, seller.headers, seller.shop_id, auto_start=False, scheduled_at="2026-11-21T11:00:00Z"
    )
    path = f"/api/v1/streams/{stream['id']}"
    early = await api.post(f"{path}/start", headers=seller.headers)
    assert (early.status_code, early.json()["code"]) == (409, "no-signal")
    await news()
    await report(ctx, api, "started", stream["id"])
    assert await news() == ["streams.updated"]
    preview = await shown(api, seller, stream["id"])
    assert (preview["state"], preview["has_signal"], preview["poster"]) == ("scheduled", True, None)
    assert "?signed=" in (await shown(api, seller, stream["id"], "/playback"))["hls"]
    assert (await api.get(f"{path}/playback")).json()["hls"] is None
    started = await api.post(f"{path}/start", headers=seller.headers)
    assert (started.status_code, started.json()["state"]) == (200, "live")
    assert await news() == ["streams.protect_media.v1", "streams.started"]
    assert provider.told == [("open", stream["id"])]
    assert "?signed=" in (await api.get(f"{path}/playback")).json()["hls"]
    clock.advance(minutes=1)
    opened = (await api.get(f"{path}/playback")).json()
    assert (opened["hls"].endswith("/index.m3u8"), opened["expires_at"]) == (True, None)
    again = await api.post(f"{path}/start", headers=seller.headers)
    assert (again.status_code, again.json()["started_at"]) == (200, started.json()["started_at"])
    assert await news() == []


async def test_lost_picture_interrupts_and_comes_back(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await news()
    clock.advance(minutes=1)
    await report(ctx, api, "interrupted", stream["id"], reason="connection lost")
    assert ((await shown(api, seller, stream["id"]))["state"], await news()) == (
        "interrupted",
        ["streams.interrupted"],
    )
    clock.advance(minutes=3)
    await report(ctx, api, "ended", stream["id"], reason="grace_over")
    assert ((await shown(api, seller, stream["id"]))["state"], await news()) == ("interrupted", [])
    await report(ctx, api, "resumed", stream["id"])
    assert ((await shown(api, seller, stream["id"]))["state"], await news()) == ("live", ["streams.resumed"])


async def test_old_reports_change_nothing(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    started_at = unix_ms(clock())
    clock.advance(minutes=2)
    await report(ctx, api, "resumed", stream["id"])
    await news()
    await report(ctx, api, "interrupted", stream["id"], at=started_at + 60_000)
    await report(ctx, api, "started", stream["id"], at=started_at)
    assert ((await shown(api, seller, stream["id"]))["state"], await news()) == ("live", [])


async def test_show_waits_half_an_hour_for_its_encoder(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, *, clock: FrozenClock, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await report(ctx, api, "interrupted", stream["id"])
    await news()
    clock.advance(minutes=29)
    await tasks.end_abandoned.function(ctx)
    assert (await api.get(f"/api/v1/streams/{stream['id']}")).json()["state"] == "interrupted"
    clock.advance(minutes=2)
    await tasks.end_abandoned.function(ctx)
    assert (await api.get(f"/api/v1/streams/{stream['id']}")).json()["state"] == "ended"
    assert sorted(await news()) == ["streams.end_media.v1", "streams.ended"]
    assert provider.told == [("end", stream["id"])]


async def test_ending_closes_the_media_and_is_final(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, *, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    path = f"/api/v1/streams/{stream['id']}"
    item = await add_item(api, seller.headers, stream["id"], await make_product(ctx, seller.shop))
    await api.post(f"{path}/items/{item['id']}/pin", headers=seller.headers)
    await news()
    ended = await api.post(f"{path}/end", headers=seller.headers)
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert ended.json()["ended_at"] == "2026-11-20T12:00:00Z"
    assert sorted(await news()) == ["streams.end_media.v1", "streams.ended", "streams.item_pinned"]
    assert provider.told == [("end", stream["id"])]
    assert (await api.post(f"{path}/end", headers=seller.headers)).json()["ended_at"] == ended.json()["ended_at"]
    assert await news() == []
    late = await api.post(f"{path}/start", headers=seller.headers)
    assert (late.status_code, late.json()["code"]) == (410, "stream-ended")
    await report(ctx, api, "resumed", stream["id"])
    assert (await shown(api, seller, stream["id"]))["state"] == "ended"
    assert await news() == ["streams.end_media.v1"]


async def test_show_that_never_started_cannot_end(api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    answer = await api.post(f"/api/v1/streams/{stream['id']}/end", headers=seller.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "stream-not-live")


async def test_ended_show_is_closed_later_when_the_provider_is_away(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, *, clock: FrozenClock, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await api.post(f"/api/v1/streams/{stream['id']}/end", headers=seller.headers)
    provider.failure = Unavailable()
    assert "streams.end_media.v1" in await news()
    clock.advance(minutes=6)
    await tasks.close_forgotten.function(ctx)
    assert provider.told == []
    provider.failure = None
    await tasks.close_forgotten.function(ctx)
    await tasks.close_forgotten.function(ctx)
    assert provider.told == [("end", stream["id"])]


async def test_playback_addresses_follow_the_show(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at="2026-11-21T11:00:00Z")
    path = f"/api/v1/streams/{stream['id']}"
    root = f"http://nightmarket.test:8935/hls/{stream['id']}"
    before = (await api.get(f"{path}/playback")).json()
    assert (before["hls"], before["dvr_seconds"], before["recording"]) == (None, 0, None)
    await report(ctx, api, "started", stream["id"])
    clock.advance(seconds=90)
    live = (await api.get(f"{path}/playback")).json()
    assert live["hls"] == f"{root}/index.m3u8"
    assert live["dvr"] == f"{root}/dvr.m3u8"
    assert live["poster"] == f"{root}/poster.jpg?v={int(clock().timestamp()) // 60}"
    assert (live["dvr_seconds"], live["latency_class"], live["state"]) == (90, "low", "live")
    card = (await api.get(path)).json()
    assert card["poster"] == live["poster"]
    redirect = await api.get(f"{path}/poster")
    assert (redirect.status_code, redirect.headers["location"]) == (307, f"{root}/poster.jpg")
    await api.post(f"{path}/end", headers=seller.headers)
    await report(
        ctx,
        api,
        "recorded",
        stream["id"],
        duration_seconds=88.5,
        bytes=1234,
        mp4_path=f"/recordings/{stream['id']}.mp4",
    )
    replay = (await api.get(f"{path}/playback")).json()
    assert replay["hls"] == f"{root}/index.m3u8"
    assert replay["recording"] == f"http://nightmarket.test:8935/recordings/{stream['id']}.mp4"
    assert (replay["recording_seconds"], replay["dvr_seconds"]) == (88.5, 88.5)
    assert (replay["latency_class"], replay["state"]) == ("replay", "ended")


async def test_recording_is_reported_once(ctx: Context, api: httpx2.AsyncClient, seller: Seller, news: News) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await api.post(f"/api/v1/streams/{stream['id']}/end", headers=seller.headers)
    await news()
    await report(ctx, api, "recorded", stream["id"], duration_seconds=10, mp4_path=None)
    assert await news() == ["streams.recording_ready"]
    for _ in range(2):
        await report(ctx, api, "recorded", stream["id"], duration_seconds=10, bytes=5, mp4_path="/recordings/x.mp4")
    assert await news() == []
    async with ctx.reader() as session:
        recording = await repository.recording(session, stream["id"])
    assert recording is not None
    assert (recording.file_path, recording.size_bytes) == ("/recordings/x.mp4", 5)


async def test_moments_are_places_in_the_recording(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at="2026-11-21T11:00:00Z")
    path = f"/api/v1/streams/{stream['id']}"
    product = await make_product(ctx, seller.shop)
    first, second = [await add_item(api, seller.headers, stream["id"], product) for _ in range(2)]
    await api.post(f"{path}/items/{first['id']}/pin", headers=seller.headers)
    assert (await api.get(f"{path}/moments")).json()["items"] == []
    await report(ctx, api, "started", stream["id"])
    clock.advance(seconds=10)
    await api.post(f"{path}/items/{second['id']}/pin", headers=seller.headers)
    clock.advance(seconds=5)
    await report(ctx, api, "interrupted", stream["id"])
    clock.advance(seconds=60)
    await report(ctx, api, "resumed", stream["id"])
    clock.advance(seconds=7)
    await api.delete(f"{path}/pin", headers=seller.headers)
    clock.advance(seconds=8)
    await api.post(f"{path}/items/{first['id']}/pin", headers=seller.headers)
    running = (await api.get(f"{path}/moments")).json()["items"]
    assert [(one["code"], one["start"], one["end"]) for one in running] == [
        ("A1", 0, 10),
        ("A2", 10, 22),
        ("A1", 30, None),
    ]
    await api.delete(f"{path}/items/{second['id']}", headers=seller.headers)
    clock.advance(seconds=20)
    await api.post(f"{path}/end", headers=seller.headers)
    moments = (await api.get(f"{path}/moments")).json()["items"]
    assert [(one["item_id"], one["end"]) for one in moments] == [
        (first["id"], 10),
        (second["id"], 22),
        (first["id"], 50),
    ]
    assert {(one["product_id"], one["title"]) for one in moments} == {(product, "Paper lantern")}


async def test_stats_show_health_and_audience_to_the_shop(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    clock.advance(seconds=30)
    await ctx.redis.set(f"room:{{{stream['id']}}}:viewers", 57)
    facts = {"bitrate_kbps": 2400, "fps": 29.9, "video_codec": "avc1.64001f", "dropped": 0, "newer": [1]}
    await report(ctx, api, "health", stream["id"], **facts)
    await ctx.redis.set(f"room:{{{stream['id']}}}:viewers", 12)
    await report(ctx, api, "health", stream["id"], **facts)
    stats = await shown(api, seller, stream["id"], "/stats")
    assert (stats["viewers"], stats["peak_viewers"], stats["duration_seconds"]) == (12, 57, 30)
    assert stats["health"]["at"] == unix_ms(clock())
    assert (stats["health"]["bitrate_kbps"], stats["health"]["fps"], stats["health"]["width"]) == (2400, 29.9, None)
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    stranger = await sign_up(api, "stranger")
    statuses = [
        (await api.get(f"/api/v1/streams/{stream['id']}/stats", headers=who)).status_code
        for who in (packer, stranger, {})
    ]
    assert statuses == [200, 403, 401]


async def test_poster_before_the_show_is_the_first_product(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at="2026-11-21T11:00:00Z")
    assert stream["poster"] is None
    with_picture = await make_product(ctx, seller.shop, title="Red lantern", picture=True)
    await add_item(api, seller.headers, stream["id"], with_picture)
    await add_item(api, seller.headers, stream["id"], await make_product(ctx, seller.shop))
    poster = (await api.get(f"/api/v1/streams/{stream['id']}")).json()["poster"]
    assert (await api.get(poster)).status_code == 200
    assert (await api.get(f"/api/v1/streams/{stream['id']}/poster")).status_code == 404
