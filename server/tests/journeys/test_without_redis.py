"""Redis goes away in the middle of a sale: the room falls silent, and nothing that was bought or paid is lost."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ratelimit import RateLimiter
from nightmarket.kernel.redis import connect_redis
from support.accounts import person
from support.clock import FrozenClock
from support.orders import Sale, open_sale
from support.payments import press


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> AsyncIterator[Sale]:
    """A show on the air whose Redis has just gone."""
    opened = await open_sale(ctx, api, stock=5)
    await opened.buyer("early")
    redis = ctx.redis
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        ctx.redis = connect_redis(f"redis://127.0.0.1:{listener.getsockname()[1]}")
    yield opened
    await ctx.redis.aclose()
    ctx.redis = redis


async def test_a_buyer_registers_claims_orders_and_pays(
    sale: Sale, api: httpx2.AsyncClient, drain: Callable[[], Awaitable[list[str]]]
) -> None:
    await sale.buyer("early")
    headers = (await person(api, "late")).headers
    await sale.claim(headers)
    await sale.put(headers, 2)
    bag = (await api.get("/api/v1/cart", headers=headers)).json()
    assert bag["count"] == 3
    placed = await sale.order(headers)
    await press(api, placed["payment"]["id"], "paid")
    await drain()
    assert (await sale.see(headers, placed["order"]["id"]))["state"] == "paid"
    assert await sale.stock() == (2, 0)


async def test_logging_out_holds_without_redis(sale: Sale, api: httpx2.AsyncClient) -> None:
    headers = (await person(api, "late")).headers
    assert (await api.post("/api/v1/auth/logout-all", headers=headers)).status_code == 204
    assert (await api.get("/api/v1/me", headers=headers)).status_code == 401


async def test_a_redis_that_accepts_and_never_answers_is_given_up(clock: FrozenClock) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    redis = connect_redis(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with asyncio.timeout(10):
        await RateLimiter(redis, clock).hit("test", "somebody", limit=1)
    await redis.aclose()
    server.close()
