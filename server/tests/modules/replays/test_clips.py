"""Clips: who may have them, what is cut, and what becomes of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.modules.replays.policy import MAX_CLIPS
from nightmarket.modules.replays.ports import CutFailed
from support.accounts import sign_up
from support.clock import FrozenClock
from support.recordings import FakeCutter, FakeRecordings, ended_show, while_live
from support.shops import join_shop
from support.streams import live_stream

from .conftest import Seller

Drain = Callable[[], Awaitable[list[str]]]


async def order(
    api: httpx2.AsyncClient, seller: Seller, stream_id: str, start: float, end: float, title: str = "Tea"
) -> httpx2.Response:
    """What the studio asks."""
    body = {"title": title, "start": start, "end": end}
    return await api.post(f"/api/v1/streams/{stream_id}/clips", json=body, headers=seller.headers)


async def test_clip_of_a_stored_show_is_cut_from_storage(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, server: FakeRecordings, cutter: FakeCutter, drain: Drain
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    await drain()
    server.reads_left = 0
    path = f"/api/v1/streams/{stream['id']}/clips"
    made = await order(api, seller, stream["id"], 3.5, 7.25)
    assert made.status_code == 202, made.text
    assert (made.json()["state"], made.json()["url"]) == ("pending", None)
    assert (await api.get(path)).json()["items"] == []
    assert [one["state"] for one in (await api.get(path, headers=seller.headers)).json()["items"]] == ["pending"]

    assert "replays.clip_ready" in await drain()
    data = server.data
    assert cutter.cuts == [
        [
            (b"<init1>" + data["s1.m4s"] + data["s2.m4s"], 1500, 4000),
            (b"<init2>" + data["s3.m4s"], 0, 1250),
        ]
    ]
    (shown,) = (await api.get(path)).json()["items"]
    assert (shown["state"], shown["start"], shown["end"], shown["title"]) == ("ready", 3.5, 7.25, "Tea")
    file = await api.get(shown["url"])
    assert (len(file.content), file.headers["content-type"]) == (shown["size_bytes"], "video/mp4")

    assert (await api.delete(f"{path}/{shown['id']}", headers=seller.headers)).status_code == 204
    await drain()
    assert (await api.get(shown["url"])).status_code == 404
    assert (await api.delete(f"{path}/{shown['id']}", headers=seller.headers)).status_code == 404


async def test_clip_of_a_running_show_waits_for_its_segment(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, server: FakeRecordings, cutter: FakeCutter,
    drain: Drain, clock: FrozenClock,
) -> None:  # fmt: skip
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    while_live(server)
    assert (await order(api, seller, stream["id"], 0, 4)).status_code == 422
    clock.advance(seconds=12)
    assert (await order(api, seller, stream["id"], 9, 11)).status_code == 202
    assert "replays.clip_ready" not in await drain()
    assert cutter.cuts == []
    assert (await order(api, seller, stream["id"], 1, 3, "Now")).status_code == 202
    await drain()
    assert cutter.cuts == [[(b"<init1>" + server.data["s0.m4s"] + server.data["s1.m4s"], 1000, 3000)]]
    (ready,) = (await api.get(f"/api/v1/streams/{stream['id']}/clips")).json()["items"]
    assert ready["title"] == "Now"


@pytest.mark.parametrize(("start", "end"), [(2, 2.9), (5, 4), (0, 601), (8, 10.5), (-1, 4), (0, "x")])
async def test_odd_stretches_are_refused(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, start: float, end: Any
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    answer = await order(api, seller, stream["id"], start, end)
    assert answer.status_code == 422
    if isinstance(end, int | float) and start >= 0:
        assert answer.json()["code"] == "clip-out-of-range"
        assert answer.json()["recorded_seconds"] == 10
    assert server.reads == []


async def test_clips_are_made_by_those_who_run_the_show(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    buyer = await sign_up(api, "buyer")
    body = {"title": "Tea", "start": 0, "end": 4}
    path = f"/api/v1/streams/{stream['id']}/clips"
    assert (await api.post(path, json=body, headers=packer)).status_code == 403
    assert (await api.post(path, json=body, headers=buyer)).status_code in (403, 404)
    assert (await api.post(path, json=body)).status_code == 401
    host = await join_shop(api, seller.headers, seller.shop_id, "host", "host")
    made = (await api.post(path, json=body, headers=host)).json()
    for headers, status in ((packer, 403), (buyer, 404)):
        assert (await api.delete(f"{path}/{made['id']}", headers=headers)).status_code in (403, status)
        answer = await api.patch(f"{path}/{made['id']}", json={"title": "Mine"}, headers=headers)
        assert answer.status_code in (403, status)
    renamed = await api.patch(f"{path}/{made['id']}", json={"title": "Best"}, headers=host)
    assert (renamed.json()["title"], renamed.json()["keep"]) == ("Best", False)
    other = await ended_show(ctx, api, seller.headers, seller.shop_id)
    wrong = f"/api/v1/streams/{other['id']}/clips/{made['id']}"
    assert (await api.delete(wrong, headers=host)).status_code == 404
    assert server.reads == []


async def test_a_show_has_only_so_many_clips(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    for _ in range(MAX_CLIPS):
        assert (await order(api, seller, stream["id"], 0, 2)).status_code == 202
    refused = await order(api, seller, stream["id"], 0, 2)
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-clips")
    assert server.reads == []


@pytest.mark.parametrize("how", ["cutter", "footage"])
async def test_clip_that_cannot_be_made_says_so(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, server: FakeRecordings, cutter: FakeCutter,
    drain: Drain, how: str,
) -> None:  # fmt: skip
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    await order(api, seller, stream["id"], 0, 2)
    if how == "cutter":
        cutter.failure = CutFailed("no")
    else:
        server.footage = None
    await drain()
    path = f"/api/v1/streams/{stream['id']}/clips"
    (shown,) = (await api.get(path, headers=seller.headers)).json()["items"]
    assert (shown["state"], shown["url"]) == ("failed", None)
    assert (await api.get(path)).json()["items"] == []
