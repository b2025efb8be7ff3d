"""Stock on screens: lossy, and still never older on one screen than on another for long."""

import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import connect

from edge.conftest import StartEdge
from edge.made import item_json, item_updated, line_up_item
from edge.server import EdgeServer, Frame, MemoryBackend, Watcher, until
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.frames import split_frame
from nightmarket.modules.rooms.realtime.kinds.goods import StockChanged
from nightmarket.modules.rooms.realtime.kinds.rules import SlowMode
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import Draft, log_key, meta_key

pytestmark = pytest.mark.timeout(60)


async def stock(edge: EdgeServer, room: str, left: int, item_id: str = "itm_1") -> None:
    changed = StockChanged(item_id, left, left, {"var_itm_1": left})
    await edge.log.announce(room, changed, at=edge.hub.now_ms(), key=f"{item_id}.var_itm_1")


async def settled(edge: EdgeServer, room: str, watcher: Watcher, seconds: int) -> None:
    """Everything that was said before has arrived."""
    await edge.log.append(room, [Draft.of(SlowMode(seconds), at=edge.hub.now_ms())])
    await watcher.until(lambda frame: frame["t"] == "slow-mode" and frame["d"]["seconds"] == seconds)


def shown(frames: list[Frame]) -> int | None:
    """What a client shows as left of the item."""
    left = None
    for frame in frames:
        if frame["t"] == "room-state":
            left = next((item["available"] for item in frame["d"]["items"]), None)
        elif frame["t"] == "stock-changed":
            left = frame["d"]["item_available"]
        elif frame["t"] == "item-updated":
            left = frame["d"]["item"]["available"]
    return left


async def test_who_comes_back_sees_the_stock_that_the_others_see(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    edge = await start_edge(
        limits=RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, snapshot_age_seconds=0)
    )
    backend.items["itm_1"] = item_json(line_up_item("itm_1", available=9))
    async with await edge.watch(room, "ann") as ann:
        async with await edge.watch(room, "bob") as bob:
            state = await bob.until_kind("room-state")
        backend.items["itm_1"]["available"] = 3
        await stock(edge, room, 3)
        await ann.until_kind("stock-changed")
        async with await edge.watch(room, "new") as new:  # takes a new snapshot, which has the 3
            assert shown(new.frames) == 3
        resume = f"&epoch={state['d']['epoch']}&seq={state['d']['seq']}"
        async with await edge.watch(room, "bob", resume=resume) as bob:
            await bob.until_kind("viewer-count")
            assert bob.of_kind("room-state") == []
            assert shown(bob.frames) == shown(ann.frames) == 3


async def test_an_item_as_it_is_now_is_not_followed_by_what_was_left_before(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    limits = RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, flush_interval_seconds=5)
    edge = await start_edge(limits=limits)
    backend.items["itm_1"] = item_json(line_up_item("itm_1", available=9))
    async with await edge.watch(room, "ann") as ann:
        for left in (8, 7, 6):  # the last of these wait for the flush
            await stock(edge, room, left)
        await edge.log.append(room, [Draft.of(item_updated("itm_1", available=20), at=edge.hub.now_ms())])
        await settled(edge, room, ann, 1)
        assert shown(ann.frames) == 20
        async with await edge.watch(room, "new") as new:
            await settled(edge, room, new, 2)
            assert shown(new.frames) == 20
        await stock(edge, room, 19)
        await settled(edge, room, ann, 3)
        assert shown(ann.frames) == 19


async def test_an_item_that_comes_late_from_the_log_is_followed_by_what_is_newer(
    edge: EdgeServer, redis: Redis, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, read = asyncio.Event(), edge.log.tail

    async def slowly(*args: Any, **options: Any) -> Any:
        await gate.wait()
        return await read(*args, **options)

    async with await edge.watch(room, "ann") as ann:
        monkeypatch.setattr(edge.log, "tail", slowly)
        lost = await redis.hincrby(meta_key(room), "seq", 1)  # its announcement never came
        before, after = split_frame(item_updated("itm_1", available=20), at=edge.hub.now_ms())
        await redis.xadd(log_key(room), {"c": "k", "f": before + b"%d" % lost + after}, id=f"{lost}-0")
        await edge.log.append(room, [Draft.of(SlowMode(1), at=edge.hub.now_ms())])
        await stock(edge, room, 2)
        await ann.until_kind("stock-changed")
        gate.set()
        await settled(edge, room, ann, 2)
        await until(lambda: shown(ann.frames) == 2)


async def test_other_items_keep_their_hints(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        await stock(edge, room, 4)
        await stock(edge, room, 5, item_id="itm_10")
        await ann.until(lambda frame: frame["t"] == "stock-changed" and frame["d"]["item_id"] == "itm_10")
        await edge.log.append(room, [Draft.of(item_updated("itm_1"), at=edge.hub.now_ms())])
        state = await ann.until_kind("room-state")
        resume = f"&epoch={state['d']['epoch']}&seq={state['d']['seq']}"
        async with Watcher(await connect(edge.url(room, "ann", resume=resume))) as again:
            await again.until_kind("viewer-count")
            assert [frame["d"]["item_id"] for frame in again.of_kind("stock-changed")] == ["itm_10"]


async def test_a_socket_that_was_full_gets_the_stock_it_missed(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        viewer = next(iter(edge.hub.viewers))
        viewer.pause_writing()
        await stock(edge, room, 2)
        seen = edge.hub.rooms[room]
        async with await edge.watch(room, "bob") as bob:
            await bob.until_kind("stock-changed")
            assert ann.of_kind("stock-changed") == []
            assert viewer not in seen.fanout
            viewer.resume_writing()
            await ann.until_kind("stock-changed")
            await asyncio.wait_for(until(lambda: viewer in seen.fanout), 10)
