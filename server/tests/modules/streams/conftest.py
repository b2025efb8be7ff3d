"""What tests of shows share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from support.shops import seller_with_shop
from support.streams import FakeProvider, use_fake_provider

News = Callable[[], Awaitable[list[str]]]


@dataclass
class Seller:
    """An owner with a shop."""

    headers: dict[str, str]
    shop: dict[str, Any]

    @property
    def shop_id(self) -> str:
        """The shop's id."""
        return str(self.shop["id"])


@pytest.fixture
def provider(ctx: Context) -> FakeProvider:
    """The fake behind the provider port."""
    return use_fake_provider(ctx)


@pytest.fixture
async def seller(api: httpx2.AsyncClient, provider: FakeProvider) -> Seller:
    """A seller in Taiwan; the picture is carried by the fake provider."""
    headers, shop = await seller_with_shop(api)
    return Seller(headers, shop)


@pytest.fixture
def news(drain: News) -> News:
    """Runs the outbox until it is quiet; the names of this module's events and jobs that ran, in order."""

    async def run() -> list[str]:
        return [name for name in await drain() if name.startswith("streams.")]

    return run
