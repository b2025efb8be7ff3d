"""From the media server's disk to object storage, and out of it again."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.service.cut_clip import cut_clip
from nightmarket.modules.replays.service.store_replay import store_replay
from nightmarket.modules.replays.tasks import catch_up, remove_expired
from support.accounts import log_in
from support.clock import FrozenClock
from support.recordings import FakeCutter, FakeRecordings, ended_show, footage
from support.shops import join_shop, seller_with_shop
from support.streams import add_item, live_stream, make_product, report

from .conftest import Seller

Drain = Callable[[], Awaitable[list[str]]]


async def playback(api: httpx2.AsyncClient, stream_id: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """What players are told."""
    answer = await api.get(f"/api/v1/streams/{stream_id}/playback", headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def objects(ctx: Context, folder: str = "recordings/") -> list[str]:
    """Names of what lies in storage of the only replay there."""
    root = ctx.settings.data_dir / "files"
    found = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return [name.split("/")[-1] for name in found if name.startswith(folder)]


ALL = [
    "index.m3u8", "init1.mp4", "init2.mp4", "map.json", "poster.jpg", "replay.mp4", "sprite1.jpg", "thumbnails.vtt",
    "v1.mp4", "v2.mp4",
]  # fmt: skip


async def test_recording_is_stored_and_players_are_sent_there(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain, clock: FrozenClock
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    before = await playback(api, stream["id"])
    assert before["hls"] == f"http://nightmarket.test:8935/hls/{stream['id']}/index.m3u8"
    assert (before["thumbnails"], before["latency_class"]) == (None, "replay")

    assert "replays.store_replay.v1" in await drain()
    after = await playback(api, stream["id"])
    assert await objects(ctx) == ALL
    root = after["hls"].removesuffix("index.m3u8")
    assert root.startswith("http://nightmarket.test/files/recordings/rec_")
    assert after["dvr"] == after["hls"]
    assert after["recording"] == f"{root}replay.mp4"
    assert after["poster"] == f"{root}poster.jpg"
    assert after["thumbnails"] == f"{root}thumbnails.vtt"
    assert (after["expires_at"], after["dash"], after["whep"], after["chapters"]) == (None, None, None, None)
    index = await api.get(after["hls"])
    assert index.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert index.text.count("#EXTINF") == 5
    part = await api.get(f"{root}v1.mp4", headers={"Range": "bytes=11-32"})
    assert (part.status_code, part.content) == (206, server.data["s1.m4s"])
    assert (await api.get(after["recording"])).content == b"the whole show"

    assert server.told == []
    clock.advance(hours=6, seconds=1)
    await drain()
    assert server.told == [("release", stream["id"])]
    headers = await log_in(api, "seller")
    shown = (await api.get(f"/api/v1/streams/{stream['id']}/replay", headers=headers)).json()
    assert (shown["state"], shown["expires_at"], shown["keep"]) == ("stored", None, False)
    assert shown["size_bytes"] > sum(segment.size for segment in server.footage.segments if server.footage)


async def test_items_become_chapters(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain, clock: FrozenClock
) -> None:
    shop = {"id": seller.shop_id, "currency": "TWD"}
    product = await make_product(ctx, shop, title="Paper lantern")

    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    item = await add_item(api, seller.headers, stream["id"], product, code="A1")
    clock.advance(seconds=2)
    path = f"/api/v1/streams/{stream['id']}"
    await api.post(f"{path}/items/{item['id']}/pin", headers=seller.headers)
    clock.advance(seconds=5)
    await api.delete(f"{path}/pin", headers=seller.headers)
    await api.post(f"{path}/end", headers=seller.headers)
    await report(ctx, api, "recorded", stream["id"], duration_seconds=10.0)
    await drain()
    chapters = await api.get((await playback(api, stream["id"]))["chapters"])
    assert chapters.headers["content-type"].startswith("text/vtt")
    assert chapters.text == f"WEBVTT\n\n{item['id']}\n00:00:02.000 --> 00:00:07.000\nA1 Paper lantern\n"
    assert server.footage is not None


@pytest.mark.parametrize("reads", range(11))
async def test_stop_after_any_file_loses_nothing(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain, reads: int
) -> None:
    if ctx.db.url.drivername.startswith("mysql") and reads % 5:
        pytest.skip("the steps are the same on every database")
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    server.reads_left = 0
    await drain()  # the handler made the row, the job found nobody at home
    server.reads.clear()
    server.reads_left = reads
    with pytest.raises(Unavailable):
        await store_replay(ctx, stream["id"])
    assert (await playback(api, stream["id"]))["thumbnails"] is None
    server.reads_left = None
    first = list(server.reads)
    server.reads.clear()
    await store_replay(ctx, stream["id"])
    assert await objects(ctx) == ALL
    again = set(first) & set(server.reads)
    # Only what is joined into one object, and the small files without a known size, is ever fetched twice.
    assert all(name.startswith(("init", "s0", "s1", "s2", "s3", "s4")) for name in again)
    assert (await playback(api, stream["id"]))["thumbnails"] is not None
    stored = await ctx.storage.get((await _prefix(ctx, stream["id"])) + "v2.mp4")
    assert stored == server.data["s3.m4s"] + server.data["s4.m4s"]
    server.reads.clear()
    await store_replay(ctx, stream["id"])
    assert server.reads == []


async def _prefix(ctx: Context, stream_id: str) -> str:

    async with ctx.reader() as session:
        row = await repository.replay(session, stream_id)
    assert row is not None
    return row.prefix


async def test_what_could_not_be_stored_for_long_is_taken_up_again(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain, clock: FrozenClock
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    server.reads_left = 0
    for _ in range(12):
        await drain()
        clock.advance(minutes=6)
    server.reads_left = None
    await drain()
    assert await objects(ctx) == []
    await catch_up.function(ctx)
    await drain()
    assert await objects(ctx) == ALL
    assert (await playback(api, stream["id"]))["thumbnails"] is not None


async def test_footage_that_is_gone_leaves_the_provider_in_charge(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain
) -> None:
    server.footage = None
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    await drain()
    shown = (await api.get(f"/api/v1/streams/{stream['id']}/replay", headers=seller.headers)).json()
    assert (shown["state"], shown["size_bytes"]) == ("elsewhere", None)
    assert (await playback(api, stream["id"]))["recording"] == "http://nightmarket.test:8935/recordings/x.mp4"
    assert await objects(ctx) == []


async def test_trimmed_show_is_stored_as_one_file(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain
) -> None:
    known, _ = footage()
    server.footage = type(known)((), 0, is_finished=True, files={"whole.mp4": known.files["whole.mp4"]})
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    await drain()
    assert await objects(ctx) == ["replay.mp4"]
    after = await playback(api, stream["id"])
    assert (after["hls"], after["dvr"]) == (None, None)
    assert after["recording"].endswith("/replay.mp4")


async def test_private_replay_opens_by_signed_addresses_only(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain, clock: FrozenClock
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id, is_private=True)
    await drain()
    assert await objects(ctx) == []
    assert await objects(ctx, "private/recordings/") == ALL
    assert (await api.get(f"/api/v1/streams/{stream['id']}/playback")).status_code == 404
    shown = await playback(api, stream["id"], seller.headers)
    index = await api.get(shown["hls"])
    assert index.status_code == 200, index.text
    lines = [line for line in index.text.splitlines() if not line.startswith("#")]
    assert all("?ticket=" in line for line in lines)
    part = await api.get(lines[0], headers={"Range": "bytes=0-10"})
    assert part.content == server.data["s0.m4s"]
    init = index.text.partition('URI="')[2].partition('"')[0]
    assert (await api.get(init)).content == b"<init1>"
    pictures = (await api.get(shown["thumbnails"])).text
    sprite = next(line for line in pictures.splitlines() if "xywh" in line)
    assert sprite.endswith("#xywh=0,0,160,90")
    assert (await api.get(sprite.partition("#")[0])).content == b"tiles"
    assert (await api.get(shown["recording"])).content == b"the whole show"
    assert (await api.get(lines[0].partition("?")[0])).status_code == 404
    assert (await api.get(shown["hls"].replace("index.m3u8", "map.json"))).status_code == 404
    assert (await api.get(shown["hls"].partition("?")[0])).status_code == 404
    assert (await api.get(shown["hls"].replace(stream["id"], "str_01k00000000000000000000000"))).status_code == 404
    clock.advance(hours=7)
    assert (await api.get(shown["hls"])).status_code == 404
    assert (await api.get(lines[0])).status_code == 404


async def test_replay_and_clips_follow_the_show_into_the_private(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, server: FakeRecordings, cutter: FakeCutter, drain: Drain
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    path = f"/api/v1/streams/{stream['id']}"
    await drain()
    clip = {"title": "Start", "start": 0, "end": 2}
    assert (await api.post(f"{path}/clips", json=clip, headers=seller.headers)).status_code == 202
    await drain()
    public = await playback(api, stream["id"])
    assert (await api.patch(path, json={"is_private": True}, headers=seller.headers)).status_code == 200
    await drain()
    assert (await objects(ctx), await objects(ctx, "clips/")) == ([], [])
    assert await objects(ctx, "private/recordings/") == ALL
    assert len(await objects(ctx, "private/clips/")) == 1
    assert (await api.get(public["recording"])).status_code == 404
    private = await playback(api, stream["id"], seller.headers)
    assert (await api.get(private["recording"])).content == b"the whole show"
    (shown,) = (await api.get(f"{path}/clips", headers=seller.headers)).json()["items"]
    assert (await api.get(shown["url"])).content == b"<init1>" + server.data["s0.m4s"]
    assert len(cutter.cuts) == 1
    assert (await api.get(f"{path}/clips")).status_code == 404
    await api.patch(path, json={"is_private": False}, headers=seller.headers)
    await drain()
    assert (await playback(api, stream["id"]))["hls"] == public["hls"]


async def test_show_made_private_while_its_replay_is_stored_leaves_nothing_public(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, server: FakeRecordings, cutter: FakeCutter, drain: Drain
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    path = f"/api/v1/streams/{stream['id']}"
    clip = {"title": "Start", "start": 0, "end": 2}
    assert (await api.post(f"{path}/clips", json=clip, headers=seller.headers)).status_code == 202
    server.reads_left = 0
    await drain()  # both are begun, and neither gets anywhere
    assert (await api.patch(path, json={"is_private": True}, headers=seller.headers)).status_code == 200
    await drain()
    server.reads_left = None
    await store_replay(ctx, stream["id"])
    await cut_clip(ctx, (await api.get(f"{path}/clips", headers=seller.headers)).json()["items"][0]["id"])
    await drain()
    assert (await objects(ctx), await objects(ctx, "clips/")) == ([], [])
    assert await objects(ctx, "private/recordings/") == ALL
    assert len(await objects(ctx, "private/clips/")) == 1
    assert len(cutter.cuts) == 1


async def test_removed_replay_leaves_nothing(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    await drain()
    path = f"/api/v1/streams/{stream['id']}"
    packer = await join_shop(api, seller.headers, seller.shop_id, "packer", "packer")
    stranger, _ = await seller_with_shop(api, "stranger", slug="other")
    for headers in (packer, stranger):
        assert (await api.delete(f"{path}/replay", headers=headers)).status_code in (403, 404)
        assert (await api.get(f"{path}/replay", headers=headers)).status_code in (403, 404)
    assert (await api.delete(f"{path}/replay")).status_code == 401
    assert await objects(ctx) == ALL

    assert (await api.delete(f"{path}/replay", headers=seller.headers)).status_code == 204
    assert "replays.removed" in await drain()
    assert await objects(ctx) == []
    assert server.told == [("remove", stream["id"])]
    after = await playback(api, stream["id"])
    assert (after["recording"], after["hls"]) == (None, None)
    assert (await api.get("/api/v1/streams?state=ended")).json()["items"] == []
    assert (await api.delete(f"{path}/replay", headers=seller.headers)).status_code == 204
    assert "replays.removed" not in await drain()


async def test_removal_while_it_is_being_stored_wins(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    server.reads_left = 0
    await drain()
    server.reads_left = None
    original = server.read

    def read_and_remove(stream_id: str, name: str, *, offset: int = 0) -> Any:
        async def pieces() -> Any:
            if name == "whole.mp4":
                path = f"/api/v1/streams/{stream['id']}/replay"
                assert (await api.delete(path, headers=seller.headers)).status_code == 204
            async for piece in original(stream_id, name, offset=offset):
                yield piece

        return pieces()

    server.read = read_and_remove  # type: ignore[method-assign]
    await store_replay(ctx, stream["id"])
    await drain()
    assert await objects(ctx) == []
    assert (await playback(api, stream["id"]))["recording"] is None


async def test_removal_between_two_tries_leaves_nothing(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, server: FakeRecordings, drain: Drain
) -> None:
    stream = await ended_show(ctx, api, seller.headers, seller.shop_id)
    server.reads_left = 0
    await drain()
    server.reads_left = None
    original = server.read

    def read_and_break(stream_id: str, name: str, *, offset: int = 0) -> Any:
        async def pieces() -> Any:
            if name == "init1.mp4":
                path = f"/api/v1/streams/{stream['id']}/replay"
                assert (await api.delete(path, headers=seller.headers)).status_code == 204
                await drain()  # its objects, as far as there are any, and its footage are gone now
            if name == "whole.mp4":
                raise Unavailable
            async for piece in original(stream_id, name, offset=offset):
                yield piece

        return pieces()

    server.read = read_and_break  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await store_replay(ctx, stream["id"])
    assert await objects(ctx) != []
    await store_replay(ctx, stream["id"])
    await drain()
    assert await objects(ctx) == []


async def test_rules_remove_what_is_over_and_say_so(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, *, server: FakeRecordings, cutter: FakeCutter,
    drain: Drain, clock: FrozenClock,
) -> None:  # fmt: skip
    kept = await ended_show(ctx, api, seller.headers, seller.shop_id, title="Kept")
    gone = await ended_show(ctx, api, seller.headers, seller.shop_id, title="Gone")
    await drain()
    clips = f"/api/v1/streams/{kept['id']}/clips"
    for title in ("Old", "Good"):
        await api.post(clips, json={"title": title, "start": 1, "end": 3}, headers=seller.headers)
    await drain()
    good = (await api.get(clips)).json()["items"][0]
    await api.patch(f"{clips}/{good['id']}", json={"keep": True}, headers=seller.headers)
    await api.patch(f"/api/v1/streams/{kept['id']}/replay", json={"keep": True}, headers=seller.headers)
    rules = f"/api/v1/shops/{seller.shop_id}/replay-rules"
    assert (await api.get(rules, headers=seller.headers)).json() == {"replay_days": None, "clip_days": None}
    clock.advance(days=400)
    await remove_expired.function(ctx)
    headers = await log_in(api, "seller")
    answer = await api.put(rules, json={"replay_days": 400, "clip_days": 400}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"replay_days": 400, "clip_days": 400})
    await remove_expired.function(ctx)
    assert "replays.removed" not in await drain()

    clock.advance(hours=25)
    await remove_expired.function(ctx)
    assert (await drain()).count("replays.removed") == 1
    headers = await log_in(api, "seller")
    listed = (await api.get(f"/api/v1/shops/{seller.shop_id}/replays", headers=headers)).json()["items"]
    by_title = {one["title"]: one for one in listed}
    assert (by_title["Kept"]["state"], by_title["Kept"]["expires_at"]) == ("stored", None)
    assert (by_title["Gone"]["state"], by_title["Gone"]["removed_why"]) == ("removed", "retention")
    assert by_title["Gone"]["size_bytes"] > 100
    assert ("remove", gone["id"]) in server.told
    assert ("remove", kept["id"]) not in server.told
    assert [one["title"] for one in (await api.get(clips)).json()["items"]] == ["Good"]
    assert len(await objects(ctx, "clips/")) == 1
    assert len(cutter.cuts) == 2


@pytest.mark.parametrize("body", [{"replay_days": 0, "clip_days": 1}, {"replay_days": 1}, {"replay_days": "x"}, {}])
async def test_odd_rules_are_refused(
    api: httpx2.AsyncClient, seller: Seller, body: dict[str, Any], server: FakeRecordings
) -> None:
    answer = await api.put(f"/api/v1/shops/{seller.shop_id}/replay-rules", json=body, headers=seller.headers)
    assert answer.status_code == 422
    assert server.told == []
