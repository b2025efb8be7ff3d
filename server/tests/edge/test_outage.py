"""Redis goes away: rooms say so, serve what they have, and are whole again by themselves. None of it is a stand-in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from edge.conftest import StartEdge
from edge.server import EdgeServer, Frame, MemoryBackend, Watcher, until
from edge.test_failures import BUSY, Crowd
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime import bus_lines
from nightmarket.modules.rooms.realtime.kinds.base import Money
from nightmarket.modules.rooms.realtime.kinds.buyer import OrderUpdated
from nightmarket.modules.rooms.realtime.kinds.chat import Announcement
from nightmarket.modules.rooms.realtime.log import Draft
from support.proxy import Proxy
from support.redis_server import RedisServer

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    """A Redis that may come to harm."""
    own = RedisServer(tmp_path / "redis")
    await own.start()
    yield own
    own.stop()


@pytest.fixture
async def line(server: RedisServer) -> AsyncIterator[Proxy]:
    """The network between edges and Redis."""
    async with Proxy(server.port) as proxy:
        yield proxy


@pytest.fixture
async def redis(server: RedisServer, line: Proxy) -> AsyncIterator[Redis]:
    """The client of the edges: it reaches Redis by way of the proxy."""
    client = server.connect(line.port)
    yield client
    await client.aclose()


@pytest.fixture
async def elsewhere(server: RedisServer) -> AsyncIterator[MemoryBackend]:
    """Somebody whose network is well."""
    client = server.connect()
    yield MemoryBackend(client)
    await client.aclose()


async def health(watcher: Watcher, *, live: bool) -> Frame:
    """Wait until the last this client has heard is that the room is (not) well."""
    await until(lambda: [frame["d"]["live"] for frame in watcher.of_kind("room-health")][-1:] == [live])
    return watcher.of_kind("room-health")[-1]


async def come_in(edge: EdgeServer, room: str, who: str | None, resume: str = "") -> Watcher:
    return Watcher(await connect(edge.url(room, who, resume=resume)))


async def test_a_room_without_redis_says_so_and_goes_on(
    start_edge: StartEdge, server: RedisServer, backend: MemoryBackend, room: str
) -> None:
    edge, other = await start_edge(), await start_edge()
    async with await edge.watch(room, "ann") as ann, await other.watch(room, None) as guest:
        await ann.say("before")
        await guest.until_said("before")
        assert ann.of_kind("room-health") == []
        server.kill()
        for watcher in (ann, guest):
            await health(watcher, live=False)
        assert (await ann.say("anyone?"))["d"]["code"] == "room-unavailable"
        # Orders do not depend on it, and their answer finds its author.
        await ann.say("A1+1")
        assert (await ann.until_kind("claim-result"))["d"]["outcome"] == "held"
        assert backend.comments[-1] == ("usr_ann", "A1+1")
        backend.items["itm_1"] = item("itm_1")
        async with await come_in(edge, room, "bob") as bob, await come_in(other, room + "x", "eve") as eve:
            for newcomer in (bob, eve):
                await newcomer.until_kind("room-state")
                await health(newcomer, live=False)
            assert [one["id"] for one in eve.of_kind("room-state")[0]["d"]["items"]] == ["itm_1"]
            pong = await bob.socket.ping()
            await asyncio.wait_for(pong, 5)
            await server.start()
            for watcher in (ann, guest, bob, eve):
                await health(watcher, live=True)
            await until(lambda: len(bob.of_kind("room-state")) >= 2 and len(eve.of_kind("room-state")) >= 2)
            assert (await bob.say("we are back"))["t"] == "ack"
            for watcher in (ann, guest, bob):
                await watcher.until_said("we are back")
            assert (await eve.say("here too"))["t"] == "ack"
            await until(lambda: edge.hub.rooms[room].audience.count == 3)
        async with await edge.watch(room, "cat") as cat:
            assert cat.frames[0]["d"]["epoch"] == bob.of_kind("room-state")[-1]["d"]["epoch"] != ""
            await health(cat, live=True)


def item(item_id: str) -> Frame:
    product = {"id": "prd_1", "shop_id": "shp_1", "title": "", "description": "", "category": None, "status": "active"}
    return {
        "id": item_id,
        "stream_id": "str_1",
        "code": "A1",
        "product": product | {"images": [], "variants": []},
        "live_price": None,
        "limit_per_buyer": None,
        "stock": None,
        "mode": "stock",
        "first_paid": False,
        "available": 1,
        "pinned": False,
    }


async def test_an_edge_that_starts_without_redis_serves_what_the_backend_knows(
    start_edge: StartEdge, server: RedisServer, room: str
) -> None:
    server.kill()
    edge = await start_edge()
    await until(lambda: edge.hub._bus.is_lost)
    async with await come_in(edge, room, "ann") as ann:
        assert (await ann.until_kind("room-state"))["d"]["epoch"] == ""
        await health(ann, live=False)
        await server.start()
        await health(ann, live=True)
        await until(lambda: ann.of_kind("room-state")[-1]["d"]["epoch"] != "")
        assert (await ann.say("hello"))["t"] == "ack"
        await ann.until_said("hello")


async def test_what_is_said_behind_a_cut_arrives_when_it_is_mended(
    start_edge: StartEdge, line: Proxy, elsewhere: MemoryBackend, room: str
) -> None:
    edge = await start_edge()
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        await ann.say("one")
        await bob.until_said("one")
        epoch, place = ann.frames[0]["d"]["epoch"], 1
        line.cut()
        await health(bob, live=False)
        await ann.close()
        for number in range(3):
            await elsewhere.log.append(room, [Draft.of(Announcement(f"ann_{number}", "x"), at=1)])
        order = OrderUpdated("ord_1", "TW1", "paid", "shp_1", Money(1, "TWD"))
        await elsewhere.log.append_to_user(room, "usr_ann", order, at=1)
        # Somebody returns during the outage and is up to date as far as this edge is.
        async with await come_in(edge, room, "ann", f"&epoch={epoch}&seq={place}&n=0") as again:
            await health(again, live=False)
            assert again.of_kind("room-state") == []
            line.mend()
            for watcher in (bob, again):
                await health(watcher, live=True)
                await until(lambda watcher=watcher: len(watcher.of_kind("announcement")) == 3)
                assert [frame["s"] for frame in watcher.of_kind("announcement")] == [2, 3, 4]
            await again.until_kind("order-updated")
            await elsewhere.log.append_to_user(room, "usr_ann", order, at=1)
            await until(lambda: len(again.of_kind("order-updated")) == 2)
            numbers = [frame["n"] for frame in again.of_kind("order-updated")]
            assert numbers == sorted(set(numbers))
            assert again.of_kind("resync") == bob.of_kind("resync") == []


async def test_a_redis_that_freezes_is_noticed_and_nothing_is_lost(
    start_edge: StartEdge, server: RedisServer, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_lines, "SILENCE_SECONDS", 0.2)
    edge, other = await start_edge(), await start_edge()
    async with await edge.watch(room, "ann") as ann, await other.watch(room, "bob") as bob:
        await ann.say("one")
        await bob.until_said("one")
        server.freeze()
        for watcher in (ann, bob):
            await health(watcher, live=False)
        server.thaw()
        for watcher in (ann, bob):
            await health(watcher, live=True)
        await ann.say("two")
        await bob.until_said("two")
        assert [frame["s"] for frame in bob.of_kind("chat-message")] == [1, 2]
        assert bob.of_kind("resync") == []


async def test_redis_is_killed_and_starts_empty_while_everybody_talks(
    start_edge: StartEdge, server: RedisServer, room: str
) -> None:
    edge, other = await start_edge(limits=BUSY), await start_edge(limits=BUSY)
    async with Crowd(edge, room, (edge.port, other.port)) as crowd:
        await crowd.each_has_said(3)
        server.kill()
        await until(lambda: all("room-unavailable" in speaker.refused for speaker in crowd.speakers))
        await server.start()
        await crowd.each_has_said(5)
        await crowd.all_have_everything()
        # Nobody's connection broke; everybody has been given the new epoch.
        assert not any(survivor.codes for survivor in crowd.survivors)
        assert len({survivor.epoch for survivor in crowd.survivors}) == 1
        assert all(len({epoch for epoch, _ in survivor.numbers}) == 2 for survivor in crowd.survivors)


async def test_the_line_to_redis_breaks_again_and_again_while_everybody_talks(
    start_edge: StartEdge, line: Proxy, room: str
) -> None:
    edge, other = await start_edge(limits=BUSY), await start_edge(limits=BUSY)
    async with Crowd(edge, room, (edge.port, other.port)) as crowd:
        for _ in range(3):
            await crowd.each_has_said(3)
            line.reset()
        await crowd.each_has_said(3)
        await crowd.all_have_everything()
        assert {survivor.states for survivor in crowd.survivors} == {1}
        assert not any(survivor.codes for survivor in crowd.survivors)
