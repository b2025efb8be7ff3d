"""The product list: search, filters, order, pages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.paging import encode_cursor
from nightmarket.modules.catalog.public import record_availability
from support.catalog import adjust_stock, make_product, variant
from support.shops import make_shop, seller_with_shop

Drain = Callable[[], Awaitable[list[str]]]


async def titles(api: httpx2.AsyncClient, **query: Any) -> list[str]:
    answer = await api.get("/api/v1/products", params=query)
    assert answer.status_code == 200, answer.text
    return [product["title"] for product in answer.json()["items"]]


@pytest.fixture
async def shelf(api: httpx2.AsyncClient) -> dict[str, str]:
    """Three Taiwanese products and a Thai one; the seller's headers."""
    seller, taipei = await seller_with_shop(api)
    bangkok = await make_shop(api, seller, slug="bangkok", market="TH")
    await make_product(api, seller, taipei["id"], "碎花洋裝", category="women", variants=[variant(5, 590)])
    await make_product(api, seller, taipei["id"], "Denim skirt", category="fashion", variants=[variant(0, 390)])
    pot = [variant(1, 990, options={"size": "S"}), variant(0, 1290, options={"size": "L"})]
    await make_product(api, seller, taipei["id"], "Clay pot", category="kitchen", variants=pot)
    await make_product(api, seller, bangkok["id"], "เสื้อยืดสีดำ", variants=[variant(9, 19900, "THB")])
    return seller


@pytest.mark.usefixtures("shelf")
async def test_filters(api: httpx2.AsyncClient) -> None:
    assert await titles(api) == ["เสื้อยืดสีดำ", "Clay pot", "Denim skirt", "碎花洋裝"]
    assert await titles(api, q="洋裝") == ["碎花洋裝"]
    assert await titles(api, q="ยืดสี") == ["เสื้อยืดสีดำ"]
    assert await titles(api, q="แฟชั่น") == ["Denim skirt"]
    assert await titles(api, q="100%") == []
    assert await titles(api, q="%%%") == []
    assert await titles(api, q="   ") == await titles(api)
    assert await titles(api, category="fashion") == ["Denim skirt", "碎花洋裝"]
    assert await titles(api, category="women") == ["碎花洋裝"]
    assert await titles(api, category="女裝") == []
    assert await titles(api, shop="bangkok") == ["เสื้อยืดสีดำ"]
    assert await titles(api, shop="商店") == []
    assert await titles(api, currency="TWD", min_price=1000) == ["Clay pot"]
    assert await titles(api, currency="TWD", max_price=400) == ["Denim skirt"]
    assert await titles(api, min_price=1000, max_price=1100) == []
    assert await titles(api, in_stock=True, currency="TWD") == ["Clay pot", "碎花洋裝"]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["เสื้อยืดสีดำ", "Clay pot", "Denim skirt", "碎花洋裝"]),
        ("price_asc", ["Denim skirt", "碎花洋裝", "Clay pot", "เสื้อยืดสีดำ"]),
        ("price_desc", ["เสื้อยืดสีดำ", "Clay pot", "碎花洋裝", "Denim skirt"]),
        ("title", ["Clay pot", "Denim skirt", "เสื้อยืดสีดำ", "碎花洋裝"]),
    ],
)
async def test_pages_follow_each_order(api: httpx2.AsyncClient, sort: str, expected: list[str]) -> None:
    seen: list[str] = []
    cursor: str | None = None
    for _ in expected:
        query: dict[str, str] = {"sort": sort, "limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/api/v1/products", params=query)).json()
        seen += [product["title"] for product in page["items"]]
        cursor = page["next_cursor"]
    assert seen == expected
    assert cursor is None


async def test_bad_queries_are_refused(api: httpx2.AsyncClient) -> None:
    page = "/api/v1/products"
    for query in (
        "sort=best",
        "limit=0",
        "limit=101",
        "min_price=-1",
        f"max_price={2**70}",
        "cursor=xyz",
        f"cursor={encode_cursor('newest', 'prd_zzz')}",
        f"cursor={encode_cursor('newest', 'shp_' + '0' * 26)}",
        "cursor=%00",
    ):
        answer = await api.get(f"{page}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input"), query
    assert (await api.get(f"{page}?q=%00&category=%00&shop=%00")).status_code == 200


async def test_cursor_of_another_order_is_refused(api: httpx2.AsyncClient, shelf: dict[str, str]) -> None:
    cursor = (await api.get("/api/v1/products?limit=1")).json()["next_cursor"]
    answer = await api.get("/api/v1/products", params={"cursor": cursor, "sort": "title"})
    assert answer.json()["code"] == "invalid-input"


async def test_stock_filter_follows_the_stock_book(
    api: httpx2.AsyncClient, shelf: dict[str, str], drain: Drain
) -> None:
    found = (await api.get("/api/v1/products?q=denim")).json()["items"][0]
    assert "Denim skirt" not in await titles(api, in_stock=True)
    assert (await adjust_stock(api, shelf, found["variants"][0]["id"], 4)).status_code == 201
    assert (await api.get(f"/api/v1/products/{found['id']}")).json()["variants"][0]["available"] == 4
    assert "inventory.stock_changed" in await drain()
    assert "Denim skirt" in await titles(api, in_stock=True)
    await adjust_stock(api, shelf, found["variants"][0]["id"], -4)
    await drain()
    assert "Denim skirt" not in await titles(api, in_stock=True)


async def test_two_sizes_that_sell_out_at_once_leave_nothing_in_stock(ctx: Context, api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    made = await make_product(
        api, seller, shop["id"], "Lamp", variants=[variant(1, options={"size": size}) for size in "SM"]
    )
    small, medium = (one["id"] for one in made["variants"])

    async def sell_out_medium() -> None:
        async with ctx.unit() as unit:
            await record_availability(unit, medium, 0)

    async with ctx.unit() as unit:
        await record_availability(unit, small, 0)
        other = asyncio.create_task(sell_out_medium())
        await asyncio.wait({other}, timeout=0.5)  # it waits for us, or has read what we have not committed yet
    await other
    assert await titles(api, in_stock="true") == []
