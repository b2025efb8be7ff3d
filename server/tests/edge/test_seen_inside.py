"""What operators see: counts by size of room, delays, and the rooms as the edges report them."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from edge.conftest import StartEdge
from edge.server import EdgeServer, until
from edge.test_slow import flood, limits, paused, stalled
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime import reports
from nightmarket.modules.rooms.realtime.meter import Meter, size_of
from nightmarket.modules.rooms.realtime.reports import RoomOverview, read_overview

pytestmark = pytest.mark.timeout(60)


def value(name: str, **labels: str) -> float:
    """A number as a scrape would find it."""
    return REGISTRY.get_sample_value(f"nightmarket_room_{name}", labels) or 0.0


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "EVERY_SECONDS", 0.1)


async def seen(redis: Redis, room: str) -> RoomOverview | None:
    """The room as the edges report it."""
    found = await read_overview(redis)
    return next((one for one in found.rooms if one.id == room), None)


async def until_seen(redis: Redis, room: str, *, sockets: int) -> RoomOverview:
    async with asyncio.timeout(10):
        while True:
            one = await seen(redis, room)
            if one is not None and one.report.connections == sockets:
                return one
            await asyncio.sleep(0.02)


async def test_a_room_is_counted_in_its_class(start_edge: StartEdge, room: str) -> None:
    names = ("joins_total", "frames_in_total", "frames_out_total", "publish_seconds_count")
    before = {name: value(name, size="small") for name in names}
    edge = await start_edge()
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        for number in range(5):
            await ann.say(f"line {number}")
        await bob.until_said("line 4")
        await until(lambda: value("frames_in_total", size="small") >= before["frames_in_total"] + 5)
        await until(lambda: value("frames_out_total", size="small") >= before["frames_out_total"] + 10)
        await until(lambda: value("connections", size="small") == 2)
        grown = {name: value(name, size="small") - before[name] for name in names}
    assert grown["joins_total"] == 2
    assert grown["frames_in_total"] == 5
    assert grown["frames_out_total"] >= 10
    assert 1 <= grown["publish_seconds_count"] <= 5
    assert value("publish_seconds_bucket", size="small", le="1.0") > 0
    await until(lambda: value("connections", size="small") == 0)


async def test_returns_are_told_apart(edge: EdgeServer, room: str) -> None:
    def returns(outcome: str) -> float:
        return value("returns_total", size="small", outcome=outcome)

    replayed, resync = returns("replayed"), returns("resync")
    async with await edge.watch(room, "ann") as ann:
        await ann.say("one")
        epoch = ann.frames[0]["d"]["epoch"]
        assert (await ann.ask("join-room", epoch=epoch, seq=0))["d"]["resumed"] is True
        assert (await ann.ask("join-room", epoch="another", seq=0))["d"]["resumed"] is False
        await until(lambda: (returns("replayed") - replayed, returns("resync") - resync) == (1, 1))


@pytest.mark.parametrize("redis", ["stand-in"], indirect=True)
async def test_slow_readers_are_seen_before_and_after_they_are_hung_up_on(
    start_edge: StartEdge, redis: Redis, room: str
) -> None:
    closes = value("slow_closes_total", size="small")
    missed = value("lossy_dropped_total", size="small", why="behind")
    edge = await start_edge(limits=limits(slow_close_seconds=3, close_wait_seconds=0.2, ping_seconds=1000))
    stuck = await stalled(edge, room, "stuck")
    async with await edge.watch(room, "ann") as ann:
        await flood(edge, room, 30)
        await until(lambda: paused(edge) == ["stuck"])
        await until(lambda: value("backlog_bytes", size="small") > 0)
        await ann.ask("reaction", emoji="heart", count=1)
        await until(lambda: value("lossy_dropped_total", size="small", why="behind") > missed)
        one = await until_seen(redis, room, sockets=2)
        async with asyncio.timeout(10):
            while one.report.behind == 0:
                await asyncio.sleep(0.02)
                one = await until_seen(redis, room, sockets=2)
        assert one.report.backlog_bytes > 0
        await until(lambda: value("slow_closes_total", size="small") == closes + 1)
        one = await until_seen(redis, room, sockets=1)
        assert (one.report.behind, one.report.slow_closes) == (0, 1)
    await stuck.close()


async def test_rooms_are_reported_over_all_edges(start_edge: StartEdge, redis: Redis, room: str) -> None:
    edge, other = await start_edge(), await start_edge()
    async with (
        await edge.watch(room, "ann") as ann,
        await edge.watch(room, "ann"),
        await other.watch(room, "bob"),
    ):
        one = await until_seen(redis, room, sockets=3)
        async with asyncio.timeout(10):
            while (one.viewers, one.edges) != (2, 2) or not (one.report.frames_out and one.report.frames_in):
                await ann.ask("reaction", emoji="heart", count=1)
                await asyncio.sleep(0.15)
                one = await until_seen(redis, room, sockets=3)
        ids = {report.id for report in (await read_overview(redis)).edges}
        assert {edge.hub.edge_id, other.hub.edge_id} <= ids
    await other.stop()
    assert other.hub.edge_id not in {report.id for report in (await read_overview(redis)).edges}


async def test_a_dead_edge_leaves_the_reports(redis: Redis) -> None:
    dead = reports.Reporter(redis, "edg_dead")
    await dead.report([], connections=3, is_draining=False)
    assert "edg_dead" in {one.id for one in (await read_overview(redis)).edges}
    await redis.delete(reports.edge_key("edg_dead"))  # what time does to an edge that says no more
    assert "edg_dead" not in {one.id for one in (await read_overview(redis)).edges}
    assert await redis.zscore(reports.EDGES, "edg_dead") is None


def test_classes_are_few() -> None:
    assert [size_of(count) for count in (0, 100, 101, 1000, 1001, 50_000)] == [
        "small",
        "small",
        "medium",
        "medium",
        "large",
        "large",
    ]


def test_a_frame_without_a_time_is_no_delay() -> None:
    meter = Meter()
    meter.flushed([b'{"t":"x","d":{}}', b"nonsense"], 2, 10)
    meter.tell(10)
    assert meter.frames_out == 20
