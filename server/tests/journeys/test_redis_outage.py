"""A sale goes on while Redis is killed, away, and back with nothing in it: what was bought is bought, and is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect

from edge.server import EdgeServer, Watcher, until
from nightmarket.kernel.context import Context
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from nightmarket.modules.rooms.public import InProcessBackend
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.clock import FrozenClock
from support.orders import Sale, open_sale
from support.payments import press
from support.redis_server import RedisServer

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    """A Redis that only this test uses."""
    own = RedisServer(tmp_path / "redis")
    await own.start()
    yield own
    own.stop()


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient, server: RedisServer) -> AsyncIterator[Sale]:
    """A show on the air whose processes use that Redis."""
    usual, ctx.redis = ctx.redis, server.connect()
    yield await open_sale(ctx, api, stock=9)
    await ctx.redis.aclose()
    ctx.redis = usual


@pytest.fixture
async def edge(ctx: Context, sale: Sale) -> AsyncIterator[EdgeServer]:
    """The room's sockets."""
    limits = RealtimeLimits(presence_seconds=0.05, ping_seconds=600, drain_spread_seconds=0)
    running = EdgeServer(ctx.redis, InProcessBackend(sale.ctx), limits, secret=ctx.secret, clock=ctx.clock)
    await running.start(mounting="own")
    yield running
    await running.stop()


async def enter(edge: EdgeServer, sale: Sale, headers: dict[str, str]) -> Watcher:
    answer = await sale.api.post(f"/api/v1/streams/{sale.stream['id']}/room/ticket", headers=headers)
    assert answer.status_code == 200, answer.text
    watcher = Watcher(await connect(f"ws://127.0.0.1:{edge.port}/ws?ticket={answer.json()['ticket']}"))
    await watcher.until_kind("room-state")
    return watcher


def is_health(watcher: Watcher, *, live: bool) -> bool:
    return [frame["d"]["live"] for frame in watcher.of_kind("room-health")][-1:] == [live]


@pytest.mark.timeout(120)
async def test_a_sale_goes_on_without_redis(
    sale: Sale, edge: EdgeServer, server: RedisServer, drain: Drain, clock: FrozenClock
) -> None:
    buyer = await sale.buyer()
    async with await enter(edge, sale, buyer) as room:
        server.kill()
        await until(lambda: is_health(room, live=False))
        # By comment, by tap, into the bag; then the order and its payment.
        await room.ask("chat-message", text="A1+2")
        result = await room.until(lambda frame: frame["t"] == "claim-result")
        assert (result["d"]["outcome"], result["d"]["claim"]["quantity"]) == ("held", 2)
        await sale.claim(buyer, 1)
        await sale.put(buyer, 1)
        placed = await sale.order(buyer)
        assert sum(line["quantity"] for line in placed["order"]["lines"]) == 4
        await press(sale.api, placed["payment"]["id"], "paid")
        await drain()
        assert (await sale.see(buyer, placed["order"]["id"]))["state"] == "paid"
        # Somebody new comes, signs up, and finds the room open and the line-up right.
        late = await sale.buyer("late")
        async with await enter(edge, sale, late) as other:
            assert other.of_kind("room-state")[0]["d"]["items"][0]["available"] == 5
            await until(lambda: is_health(other, live=False))
            assert (await other.say("hello?"))["d"]["code"] == "room-unavailable"
            await server.start()
            for watcher in (room, other):
                await until(lambda watcher=watcher: is_health(watcher, live=True))
            # What could not be told is told: the jobs have kept it.
            clock.advance(seconds=120)
            await drain()
            told = await room.until(lambda frame: frame["t"] == "order-updated" and frame["d"]["state"] == "paid")
            assert told["d"]["order_id"] == placed["order"]["id"]
            assert (await other.say("there you are"))["t"] == "ack"
            await room.until_said("there you are")
    assert await sale.stock() == (5, 0)
    async with sale.ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []
