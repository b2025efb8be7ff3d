"""What tests of replays share."""

from dataclasses import dataclass

import httpx2
import pytest

from nightmarket.kernel.context import Context
from support.recordings import FakeCutter, FakeRecordings, use_fake_cutter, use_fake_recordings
from support.shops import seller_with_shop
from support.streams import use_fake_provider


@dataclass
class Seller:
    """An owner with a shop."""

    headers: dict[str, str]
    shop_id: str


@pytest.fixture
def server(ctx: Context) -> FakeRecordings:
    """The video server's files."""
    return use_fake_recordings(ctx)


@pytest.fixture
def cutter(ctx: Context) -> FakeCutter:
    """Notes what is cut."""
    return use_fake_cutter(ctx)


@pytest.fixture
async def seller(ctx: Context, api: httpx2.AsyncClient) -> Seller:
    """A seller in Taiwan; the picture is carried by the fake provider."""
    use_fake_provider(ctx)
    headers, shop = await seller_with_shop(api)
    return Seller(headers, str(shop["id"]))
