"""Planning, changing, finding and taking back shows."""

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.streams.public import stream_json, stream_view
from support.accounts import sign_up
from support.clock import FrozenClock
from support.ids import unknown_id
from support.shops import join_shop, seller_with_shop
from support.streams import FakeProvider, add_item, live_stream, make_product, make_stream, report

from .conftest import News, Seller

SOON = "2026-11-21T11:00:00Z"
LATER = "2026-11-22T11:00:00Z"


async def test_show_without_a_date_is_a_draft(api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, description="Lamps", language="zh-TW")
    assert stream["state"] == "draft"
    assert stream["title"] == "Friday lanterns"
    assert (stream["scheduled_at"], stream["started_at"], stream["ended_at"]) == (None, None, None)
    assert stream["shop"] == {
        "id": seller.shop_id,
        "name": "Lantern Lane",
        "slug": "lantern-lane",
        "market": "TW",
        "currency": "TWD",
    }
    assert stream["host"]["name"] == "Seller"
    assert (stream["viewers"], stream["item_count"], stream["poster"]) == (0, 0, None)
    assert (stream["auto_start"], stream["has_signal"], stream["has_recording"]) == (True, False, False)


async def test_show_with_a_date_is_scheduled(api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at="2026-11-21T19:00:00+08:00")
    assert (stream["state"], stream["scheduled_at"]) == ("scheduled", SOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"title": "a\u0000b"},
        {"scheduled_at": "2026-11-21T11:00:00"},
        {"scheduled_at": "2026-11-20T10:00:00Z"},
        {"scheduled_at": "0001-01-01T00:00:00+14:00"},
        {"scheduled_at": "9999-12-31T23:59:59-14:00"},
        {"scheduled_at": 10**30},
        {"language": "de"},
        {"shop_id": "shp_nonsense"},
        {"surprise": 1},
    ],
)
async def test_bad_plan_is_refused(api: httpx2.AsyncClient, seller: Seller, wrong: dict[str, object]) -> None:
    body = {"shop_id": seller.shop_id, "title": "Friday"} | wrong
    answer = await api.post("/api/v1/streams", json=body, headers=seller.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    listed = await api.get(f"/api/v1/streams?shop={seller.shop_id}", headers=seller.headers)
    assert listed.json()["items"] == []


async def test_only_owner_and_hosts_plan(api: httpx2.AsyncClient, seller: Seller) -> None:
    body = {"shop_id": seller.shop_id, "title": "Friday"}
    host = await join_shop(api, seller.headers, seller.shop_id, "host", "host")
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    stranger = await sign_up(api, "stranger")
    answers = [(await api.post("/api/v1/streams", json=body, headers=who)) for who in (host, packer, stranger, {})]
    assert [answer.status_code for answer in answers] == [201, 403, 403, 401]
    unknown = await api.post("/api/v1/streams", json=body | {"shop_id": new_id("shp")}, headers=seller.headers)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")


async def test_draft_is_only_there_for_its_shop(api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    stranger = await sign_up(api, "stranger")
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    for path in ("", "/items", "/playback", "/moments", "/ingest", "/stats"):
        answer = await api.get(f"/api/v1/streams/{stream['id']}{path}", headers=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path
    for who in (stranger, {}):
        assert (await api.get(f"/api/v1/streams/{stream['id']}", headers=who)).status_code == 404
        listed = await api.get(f"/api/v1/streams?shop={seller.shop_id}&state=draft", headers=who)
        assert listed.json()["items"] == []
    listed = await api.get(f"/api/v1/streams?shop={seller.shop_id}&state=draft", headers=packer)
    assert [one["id"] for one in listed.json()["items"]] == [stream["id"]]


@pytest.mark.parametrize("stream_id", ["str_nonsense", "nonsense", unknown_id("str"), unknown_id("itm")])
async def test_unknown_show_is_not_found(api: httpx2.AsyncClient, seller: Seller, stream_id: str) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/ingest"), ("POST", "/end")):
        body: dict[str, str] | None = {} if method == "PATCH" else None
        answer = await api.request(method, f"/api/v1/streams/{stream_id}{path}", json=body, headers=seller.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_date_moves_a_show_between_draft_and_scheduled(api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    path = f"/api/v1/streams/{stream['id']}"
    planned = await api.patch(path, json={"scheduled_at": SOON, "title": "Saturday"}, headers=seller.headers)
    assert (planned.json()["state"], planned.json()["title"]) == ("scheduled", "Saturday")
    assert (await api.get(path)).status_code == 200
    drafted = await api.patch(path, json={"scheduled_at": None}, headers=seller.headers)
    assert (drafted.json()["state"], drafted.json()["title"]) == ("draft", "Saturday")
    nothing = await api.patch(path, json={"title": None}, headers=seller.headers)
    assert nothing.status_code == 422


async def test_change_is_announced(api: httpx2.AsyncClient, seller: Seller, news: News) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at=SOON)
    await news()
    await api.patch(f"/api/v1/streams/{stream['id']}", json={"scheduled_at": LATER}, headers=seller.headers)
    assert sorted(await news()) == ["streams.scheduled", "streams.updated"]


async def test_show_on_air_keeps_its_date(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    path = f"/api/v1/streams/{stream['id']}"
    refused = await api.patch(path, json={"scheduled_at": SOON}, headers=seller.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "stream-started")
    renamed = await api.patch(path, json={"title": "Still on"}, headers=seller.headers)
    assert (renamed.status_code, renamed.json()["title"], renamed.json()["state"]) == (200, "Still on", "live")


async def test_others_cannot_change_a_show(api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at=SOON)
    path = f"/api/v1/streams/{stream['id']}"
    rival, _ = await seller_with_shop(api, "rival", slug="rival")
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    for who, status, code in ((rival, 403, "not-allowed"), (packer, 403, "not-allowed"), ({}, 401, "sign-in-required")):
        for method, tail, body in (
            ("PATCH", "", {"title": "Mine"}),
            ("DELETE", "", None),
            ("POST", "/start", None),
            ("POST", "/end", None),
            ("GET", "/ingest", None),
            ("POST", "/ingest/rotate", None),
            ("DELETE", "/pin", None),
            ("POST", "/items", {"product_id": new_id("prd")}),
        ):
            answer = await api.request(method, path + tail, json=body, headers=who)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, tail)
    assert (await api.get(path)).json()["title"] == "Friday lanterns"


async def test_unstarted_show_can_be_taken_back(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, news: News
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id, scheduled_at=SOON)
    await add_item(api, seller.headers, stream["id"], await make_product(ctx, seller.shop))
    path = f"/api/v1/streams/{stream['id']}"
    assert (await api.delete(path, headers=seller.headers)).status_code == 204
    assert (await api.get(path)).status_code == 404
    assert (await api.delete(path, headers=seller.headers)).status_code == 404
    assert "streams.deleted" in await news()
    assert provider.told == [("forget", stream["id"])]


async def test_started_show_cannot_be_deleted(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    answer = await api.delete(f"/api/v1/streams/{stream['id']}", headers=seller.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "stream-started")
    assert (await api.get(f"/api/v1/streams/{stream['id']}")).json()["state"] == "live"


async def test_lists_are_by_state_and_paged(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock
) -> None:
    later = await make_stream(api, seller.headers, seller.shop_id, scheduled_at=LATER)
    soon = await make_stream(api, seller.headers, seller.shop_id, scheduled_at=SOON)
    live = []
    for _ in range(3):
        live.append((await live_stream(ctx, api, seller.headers, seller.shop_id))["id"])
        clock.advance(minutes=1)
    await report(ctx, api, "interrupted", live[0])
    scheduled = (await api.get("/api/v1/streams?state=scheduled")).json()["items"]
    assert [one["id"] for one in scheduled] == [soon["id"], later["id"]]

    seen, cursor = [], ""
    for _ in range(2):
        page = (await api.get(f"/api/v1/streams?state=live&limit=2{cursor}")).json()
        seen += [one["id"] for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert seen == live[::-1]
    everything = (await api.get("/api/v1/streams?shop=lantern-lane&limit=4")).json()
    rest = (await api.get(f"/api/v1/streams?shop=lantern-lane&limit=4&cursor={everything['next_cursor']}")).json()
    ids = [one["id"] for one in everything["items"] + rest["items"]]
    assert ids == sorted([*live, soon["id"], later["id"]], reverse=True)
    assert (await api.get("/api/v1/streams?shop=no-such-shop")).json()["items"] == []


@pytest.mark.parametrize(
    "query", ["cursor=abc", "state=gone", "limit=0", "limit=101", "state=live&cursor=WyJ4Il0", "cursor=WyJ4Il0"]
)
async def test_bad_list_query_is_refused(api: httpx2.AsyncClient, query: str) -> None:
    answer = await api.get(f"/api/v1/streams?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_ended_shows_are_listed_once_there_is_a_replay(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await api.post(f"/api/v1/streams/{stream['id']}/end", headers=seller.headers)
    assert (await api.get("/api/v1/streams?state=ended")).json()["items"] == []
    mine = await api.get(f"/api/v1/streams?state=ended&shop={seller.shop_id}", headers=seller.headers)
    assert [one["id"] for one in mine.json()["items"]] == [stream["id"]]
    await report(ctx, api, "recorded", stream["id"], duration_seconds=61.5, mp4_path=None)
    replays = (await api.get("/api/v1/streams?state=ended")).json()["items"]
    assert [(one["id"], one["has_recording"]) for one in replays] == [(stream["id"], True)]


async def test_neighbours_see_the_same_show(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await ctx.redis.set(f"room:{{{stream['id']}}}:viewers", 7)
    async with ctx.reader() as session:
        view = await stream_view(session, stream["id"])
        shape = await stream_json(session, ctx, stream["id"])
        assert await stream_view(session, new_id("str")) is None
        assert await stream_json(session, ctx, new_id("str")) is None
    assert view is not None
    assert shape is not None
    assert (view.state, view.shop_id, view.currency) == ("live", seller.shop_id, "TWD")
    assert (shape["id"], shape["viewers"]) == (stream["id"], 7)
    assert shape["poster"].startswith(f"/api/v1/streams/{stream['id']}/poster?v=")
    assert (await api.get(f"/api/v1/streams/{stream['id']}")).json()["viewers"] == 7
