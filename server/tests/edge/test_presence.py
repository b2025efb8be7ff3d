"""How many people watch, and who has come in: each once, over all processes, also after crashes."""

import asyncio
import random
import time
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect

from edge.conftest import StartEdge
from edge.server import EdgeServer, Watcher, until
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.ending import end_task
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.presence import viewer_counts

pytestmark = pytest.mark.timeout(60)

QUICK = RealtimeLimits(
    presence_seconds=0.05,
    presence_renew_seconds=0.1,
    presence_expiry_seconds=0.6,
    ping_seconds=600,
    drain_spread_seconds=0,
)


def last_count(watcher: Watcher) -> int | None:
    """The number of viewers as this client shows it."""
    for frame in reversed(watcher.frames):
        if frame["t"] == "viewer-count":
            return int(frame["d"]["count"])
        if frame["t"] == "room-state":
            return int(frame["d"]["viewers"])
    return None


async def settled(redis: Redis, room: str, count: int, *watchers: Watcher) -> None:
    """Wait until everybody has been told this number, and the api would tell it, too."""
    for watcher in watchers:
        await until(lambda watcher=watcher: last_count(watcher) == count)
    async with asyncio.timeout(10):
        while (await viewer_counts(redis, [room]))[room] != count:  # noqa: ASYNC110  (it is in Redis)
            await asyncio.sleep(0.02)


async def crash(edge: EdgeServer) -> None:
    """What kill -9 does to the others: nothing is said any more, and nothing taken back."""
    await end_task(edge.hub._ticker)
    for viewer in list(edge.hub.viewers):
        viewer.abort()


async def test_the_dead_are_forgotten_within_moments(start_edge: StartEdge, redis: Redis, room: str) -> None:
    first, second = await start_edge(limits=QUICK), await start_edge(limits=QUICK)
    ann, bob = await first.watch(room, "ann"), await second.watch(room, "bob")
    await settled(redis, room, 2, ann, bob)
    began = time.monotonic()
    await crash(first)
    await settled(redis, room, 1, bob)
    assert time.monotonic() - began < 3
    await ann.closed()
    await bob.close()


async def test_the_last_edge_s_death_empties_the_room(start_edge: StartEdge, redis: Redis, room: str) -> None:
    edge = await start_edge(limits=QUICK)
    ann = await edge.watch(room, "ann")
    await settled(redis, room, 1, ann)
    await crash(edge)
    await settled(redis, room, 0)
    await ann.closed()


async def test_a_redis_that_has_forgotten_is_told_again(start_edge: StartEdge, redis: Redis, room: str) -> None:
    edge, other = await start_edge(limits=QUICK), await start_edge(limits=QUICK)
    async with await edge.watch(room, "ann") as ann, await other.watch(room, None) as guest:
        await settled(redis, room, 2, ann, guest)
        # Nobody's connection breaks: this is also what an edge meets that was frozen for longer than its sets last.
        names = [key async for key in redis.scan_iter(match=f"room:{{{room}}}:*") if "meta" not in key]
        await redis.delete(*names)
        async with await other.watch(room, "cat") as cat:
            await settled(redis, room, 3, ann, guest, cat)
        await settled(redis, room, 2, ann, guest)


async def test_one_device_is_one_person_with_and_without_an_account(
    start_edge: StartEdge, redis: Redis, room: str
) -> None:
    edge, other = await start_edge(limits=QUICK), await start_edge(limits=QUICK)
    async with await edge.watch(room, None, device="dev_a") as ann, await edge.watch(room, "bob") as bob:
        await settled(redis, room, 2, ann, bob)
        async with await edge.watch(room, "ann", device="dev_a"):
            async with await other.watch(room, "cat") as cat:
                await settled(redis, room, 3, ann, bob, cat)
            await settled(redis, room, 2, ann, bob)
        async with await other.watch(room, "ann", device="dev_a") as ann_signed_in:
            async with await other.watch(room, "cat") as cat:
                await settled(redis, room, 3, ann, bob, cat, ann_signed_in)
            async with await other.watch(room, "ann", device="dev_tablet"), await other.watch(room, "dan") as dan:
                await settled(redis, room, 3, ann, bob, dan)


async def test_the_number_is_right_after_any_coming_and_going(start_edge: StartEdge, redis: Redis, room: str) -> None:
    edges = [await start_edge(limits=QUICK) for _ in range(2)]
    luck = random.Random(7)
    inside: list[tuple[str | None, str, Watcher]] = []
    async with await edges[0].watch(room, "witness", role="host") as witness:
        for step in range(60):
            if inside and luck.random() < 0.4:
                _, _, watcher = inside.pop(luck.randrange(len(inside)))
                await watcher.close()
                continue
            number = luck.randrange(8)
            who = luck.choice([f"p{number}", None])
            watcher = await luck.choice(edges).watch(room, who, device=f"dev_{number}")
            inside.append((who, f"dev_{number}", watcher))
            if step == 30:
                await edges[0].hub._presence.forget([room], at=0)
        known = {device for who, device, _ in inside if who is not None}
        people = {who or device for who, device, _ in inside if who is not None or device not in known}
        await settled(redis, room, len(people) + 1, witness)
        for _, _, watcher in inside:
            await watcher.close()
        await settled(redis, room, 1, witness)


async def test_the_number_is_told_at_most_once_a_second(start_edge: StartEdge, room: str) -> None:
    calm = RealtimeLimits(presence_seconds=0.4, drain_spread_seconds=0)
    edges = [await start_edge(limits=calm) for _ in range(2)]
    async with await edges[0].watch(room, "ann") as ann, AsyncExitStack() as crowd:
        began = time.monotonic()
        for number in range(30):
            await crowd.enter_async_context(await edges[number % 2].watch(room, f"p{number}"))
        await until(lambda: last_count(ann) == 31)
        seconds = time.monotonic() - began
        heard = ann.of_kind("viewer-count")
        # One more comes with the welcome itself.
        assert len(heard) <= seconds / (0.4 * 0.9) + 2


async def joined(watcher: Watcher, name: str) -> None:
    """Wait for the notice of this person."""
    masked = f"{name[0]}***"
    await watcher.until(lambda frame: frame["t"] == "joined" and masked in frame["d"]["names"])


def all_joined(watcher: Watcher) -> int:
    return sum(frame["d"]["count"] for frame in watcher.of_kind("joined"))


async def test_a_person_who_comes_in_is_named_once_and_masked(start_edge: StartEdge, room: str) -> None:
    edge, other = await start_edge(limits=QUICK), await start_edge(limits=QUICK)
    async with await edge.watch(room, "host", role="host") as host, await edge.watch(room, None):
        async with await other.watch(room, "ann") as ann:
            await joined(host, "ann")
            async with await edge.watch(room, "ann"):
                pass
            epoch = ann.frames[0]["d"]["epoch"]
        # Away and back, with and without saying so: it is the same visit.
        async with Watcher(await connect(edge.url(room, "ann", resume=f"&epoch={epoch}&seq=0"))) as back:
            await back.until_kind("viewer-count")
        await until(lambda: edge.hub.rooms[room].audience.count == 2)
        async with await edge.watch(room, "ann"), await other.watch(room, "zoe"):
            await joined(host, "zoe")
    assert all_joined(host) == 2
    assert "ann" not in str(host.of_kind("joined"))


async def test_who_switched_it_off_is_counted_and_not_named(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=QUICK)
    async with (
        await edge.watch(room, "host", role="host") as host,
        await edge.watch(room, "ann", show_activity=False),
        await edge.watch(room, "zoe"),
    ):
        await joined(host, "zoe")
        await until(lambda: all_joined(host) == 2)
    assert "a***" not in str(host.of_kind("joined"))


async def test_a_crowd_is_one_notice_with_three_names(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=RealtimeLimits(presence_seconds=0.5, drain_spread_seconds=0))
    async with await edge.watch(room, "host", role="host") as host, AsyncExitStack() as crowd:
        for number in range(12):
            await crowd.enter_async_context(await edge.watch(room, f"p{number}"))
        await until(lambda: all_joined(host) == 12)
        notices = host.of_kind("joined")
        assert len(notices) < 6
        assert all(len(frame["d"]["names"]) == min(3, frame["d"]["count"]) for frame in notices)
        assert all("s" not in frame for frame in notices)
