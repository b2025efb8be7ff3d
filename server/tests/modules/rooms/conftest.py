"""A show on the air with one item, and an edge in front of its room."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect

from edge.server import EdgeServer, Watcher
from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.public import InProcessBackend
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.accounts import Person, person
from support.shops import seller_with_shop
from support.streams import add_item, live_stream, make_product, use_fake_provider


@dataclass
class Show:
    """What a room is about."""

    id: str
    shop: dict[str, Any]
    seller: dict[str, str]
    product: str
    item: dict[str, Any]

    @property
    def room(self) -> str:
        """Address of the room."""
        return f"/api/v1/streams/{self.id}/room"

    @property
    def moderation(self) -> str:
        """Address of the moderators' desk."""
        return f"/api/v1/streams/{self.id}/moderation"


@pytest.fixture
async def show(ctx: Context, api: httpx2.AsyncClient) -> Show:
    """A live show that sells one product."""
    use_fake_provider(ctx)
    seller, shop = await seller_with_shop(api)
    stream = await live_stream(ctx, api, seller, shop["id"])
    product = await make_product(ctx, shop, stock=5)
    item = await add_item(api, seller, stream["id"], product)
    return Show(stream["id"], shop, seller, product, item)


@pytest.fixture
async def buyer(api: httpx2.AsyncClient) -> Person:
    """Somebody who buys."""
    return await person(api, "ann")


@pytest.fixture
async def edge(ctx: Context) -> AsyncIterator[EdgeServer]:
    """The edge of this process, as `nightmarket up` runs it."""
    limits = RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0)
    server = EdgeServer(ctx.redis, InProcessBackend(ctx), limits, secret=ctx.secret, clock=ctx.clock)
    await server.start(mounting="uvicorn")
    yield server
    await server.stop()


async def enter(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, headers: dict[str, str] | None = None
) -> Watcher:
    """Into the room with a ticket from the api."""
    answer = await api.post(f"{show.room}/ticket", headers=headers or {})
    assert answer.status_code == 200, answer.text
    watcher = Watcher(await connect(f"ws://127.0.0.1:{edge.port}/ws?ticket={answer.json()['ticket']}"))
    await watcher.until_kind("room-state")
    return watcher
