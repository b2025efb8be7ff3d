"""Our application, and the pretend Cloudflare on a port of its own; the test is the network between them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey

from nightmarket.integrations.cloudflare.provider import CloudflareStream
from nightmarket.kernel.context import Context
from support.clock import FrozenClock
from support.cloudflare.serving import pretend_cloudflare, use_cloudflare
from support.cloudflare.world import LiveInput, World
from support.shops import seller_with_shop
from support.streams import FakeProvider, make_stream, use_fake_provider

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def vendor() -> AsyncIterator[tuple[World, str]]:
    """The pretend Cloudflare and its address."""
    async with pretend_cloudflare() as found:
        yield found


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    """A key as Cloudflare would make it."""
    return RSAKey.generate_key(2048)


@dataclass
class Stage:
    """A seller whose show is carried by the pretend Cloudflare."""

    ctx: Context
    api: httpx2.AsyncClient
    world: World
    address: str
    clock: FrozenClock
    drain: Drain
    service: CloudflareStream
    embedded: FakeProvider
    headers: dict[str, str]
    shop: dict[str, Any]
    waits: list[float] = field(default_factory=list)

    async def plan(self, **more: Any) -> dict[str, Any]:
        """A new show, with its input made."""
        stream = await make_stream(self.api, self.headers, self.shop["id"], provider="cloudflare", **more)
        await self.drain()
        return stream

    def input(self) -> LiveInput:
        """The one input there is."""
        [one] = self.world.inputs.values()
        return one

    @property
    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock().timestamp())

    def publish(self) -> None:
        """The encoder connects with the right key."""
        assert self.world.publish(self.input().uid, self.input().key, self.now)

    async def deliver(self, *, news: dict[str, Any] | None = None) -> int:
        """Let one piece of news through: the oldest, or this one again. The status of our answer."""
        one = news or self.world.news.pop(0)
        path = f"/api/v1/webhooks/{one['door']}"
        answer = await self.api.post(path, content=one["body"], headers=one["headers"])
        return answer.status_code

    async def shown(self, stream_id: str, *, to_all: bool = False) -> dict[str, Any]:
        """The show."""
        headers = {} if to_all else self.headers
        answer = await self.api.get(f"/api/v1/streams/{stream_id}", headers=headers)
        body: dict[str, Any] = answer.json()
        return body

    async def playback(self, stream_id: str, *, to_all: bool = False) -> dict[str, Any]:
        """Its addresses."""
        headers = {} if to_all else self.headers
        answer = await self.api.get(f"/api/v1/streams/{stream_id}/playback", headers=headers)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def go_live(self, **more: Any) -> dict[str, Any]:
        """A show on the air, its notification delivered."""
        stream = await self.plan(**more)
        self.publish()
        assert await self.deliver() == 204
        await self.drain()
        assert (await self.shown(stream["id"]))["state"] == "live"
        return stream


@pytest.fixture
async def stage(
    ctx: Context, api: httpx2.AsyncClient, vendor: tuple[World, str], clock: FrozenClock, *, drain: Drain
) -> Stage:
    """Everything in place, no show yet."""
    world, address = vendor
    waits: list[float] = []
    service = use_cloudflare(ctx, address, waits=waits)
    headers, shop = await seller_with_shop(api)
    embedded = use_fake_provider(ctx)
    return Stage(ctx, api, world, address, clock, drain, service, embedded, headers, shop, waits)
