"""The line-up: codes, prices, limits, caps, pins."""

from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.modules.streams import public
from nightmarket.modules.streams.service.change_line_up import next_code
from support.shops import seller_with_shop
from support.streams import add_item, live_stream, make_product, make_stream

from .conftest import News, Seller


@pytest.fixture
async def show(api: httpx2.AsyncClient, seller: Seller) -> str:
    """A planned show."""
    return str((await make_stream(api, seller.headers, seller.shop_id, scheduled_at="2026-11-21T11:00:00Z"))["id"])


async def test_item_shows_product_price_and_stock(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str
) -> None:
    product = await make_product(ctx, seller.shop, stock=4, sizes=2)
    price = {"amount": 490, "currency": "TWD"}
    item = await add_item(
        api, seller.headers, show, product, code="lamp-红", live_price=price, limit_per_buyer=2, stock=6
    )
    assert (item["code"], item["live_price"], item["limit_per_buyer"]) == ("LAMP-红", price, 2)
    assert (item["stock"], item["available"], item["pinned"]) == (6, 6, False)
    assert item["product"]["title"] == "Paper lantern"
    assert [variant["available"] for variant in item["product"]["variants"]] == [4, 4]
    listed = (await api.get(f"/api/v1/streams/{show}/items")).json()
    assert listed == {"items": [item], "next_cursor": None}
    assert (await api.get(f"/api/v1/streams/{show}")).json()["item_count"] == 1


async def test_codes_are_given_in_order(ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str) -> None:
    product = await make_product(ctx, seller.shop)
    first = await add_item(api, seller.headers, show, product)
    await add_item(api, seller.headers, show, product, code="a3")
    codes = [(await add_item(api, seller.headers, show, product))["code"] for _ in range(2)]
    assert (first["code"], codes) == ("A1", ["A2", "A4"])
    await api.delete(f"/api/v1/streams/{show}/items/{first['id']}", headers=seller.headers)
    assert (await add_item(api, seller.headers, show, product))["code"] == "A1"


def test_next_code_fills_the_first_gap() -> None:
    assert next_code([]) == "A1"
    assert next_code(["A1", "A2", "B1"]) == "A3"
    assert next_code(["A2"]) == "A1"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"code": "A 1"}, "invalid-input"),
        ({"code": ""}, "invalid-input"),
        ({"code": "ABCDEFGHIJKLM"}, "invalid-input"),
        ({"code": "😀"}, "invalid-input"),
        ({"live_price": {"amount": 490, "currency": "THB"}}, "wrong-currency"),
        ({"live_price": {"amount": -1, "currency": "TWD"}}, "invalid-input"),
        ({"live_price": 490}, "invalid-input"),
        ({"limit_per_buyer": 0}, "invalid-input"),
        ({"stock": -1}, "invalid-input"),
        ({"stock": 2**70}, "invalid-input"),
        ({"product_id": new_id("prd")}, "invalid-input"),
        ({"product_id": "prd_x"}, "invalid-input"),
        ({"price": 1}, "invalid-input"),
    ],
)
async def test_bad_item_is_refused(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str, *, wrong: dict[str, Any], code: str
) -> None:
    product = await make_product(ctx, seller.shop)
    body = {"product_id": product} | wrong
    answer = await api.post(f"/api/v1/streams/{show}/items", json=body, headers=seller.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await api.get(f"/api/v1/streams/{show}/items")).json()["items"] == []


async def test_code_is_unique_in_a_show(ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str) -> None:
    product = await make_product(ctx, seller.shop)
    await add_item(api, seller.headers, show, product, code="ก1")
    other = await add_item(api, seller.headers, show, product, code="B2")
    again = await api.post(
        f"/api/v1/streams/{show}/items", json={"product_id": product, "code": "ก1"}, headers=seller.headers
    )
    assert (again.status_code, again.json()["code"]) == (409, "code-taken")
    moved = await api.patch(f"/api/v1/streams/{show}/items/{other['id']}", json={"code": "ก1"}, headers=seller.headers)
    assert (moved.status_code, moved.json()["code"]) == (409, "code-taken")
    another = await make_stream(api, seller.headers, seller.shop_id)
    assert (await add_item(api, seller.headers, another["id"], product, code="ก1"))["code"] == "ก1"


async def test_product_of_another_shop_is_refused(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str
) -> None:
    _, rival = await seller_with_shop(api, "rival", slug="rival")
    foreign = await make_product(ctx, rival)
    answer = await api.post(f"/api/v1/streams/{show}/items", json={"product_id": foreign}, headers=seller.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_item_is_changed_field_by_field(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str, *, news: News
) -> None:
    price = {"amount": 490, "currency": "TWD"}
    item = await add_item(
        api, seller.headers, show, await make_product(ctx, seller.shop), live_price=price, limit_per_buyer=2, stock=3
    )
    await news()
    path = f"/api/v1/streams/{show}/items/{item['id']}"
    changed = (await api.patch(path, json={"code": "b7", "stock": 1}, headers=seller.headers)).json()
    assert (changed["code"], changed["stock"], changed["available"]) == ("B7", 1, 1)
    assert (changed["live_price"], changed["limit_per_buyer"]) == (price, 2)
    assert await news() == ["streams.item_updated"]
    cleared = (
        await api.patch(path, json={"live_price": None, "limit_per_buyer": None, "stock": None}, headers=seller.headers)
    ).json()
    assert (cleared["live_price"], cleared["limit_per_buyer"], cleared["stock"]) == (None, None, None)
    assert (await api.patch(path, json={"code": None}, headers=seller.headers)).status_code == 422


async def test_cap_counts_what_is_taken(ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str) -> None:
    product = await make_product(ctx, seller.shop, stock=10)
    item = await add_item(api, seller.headers, show, product, stock=3)
    path = f"/api/v1/streams/{show}/items/{item['id']}"
    async with ctx.unit() as unit:
        assert await public.take(unit, item["id"], 2) is True
        assert await public.take(unit, item["id"], 2) is False
    lowered = await api.patch(path, json={"stock": 1}, headers=seller.headers)
    assert (lowered.status_code, lowered.json()["code"], lowered.json()["taken"]) == (409, "stock-cap-below-taken", 2)
    async with ctx.reader() as session:
        view = await public.item_view(session, ctx, item["id"])
    assert view is not None
    assert (view.stock_cap, view.taken, view.available) == (3, 2, 1)
    async with ctx.unit() as unit:
        assert await public.give_back(unit, item["id"], 2) is True
        assert await public.give_back(unit, item["id"], 1) is False
    assert (await api.patch(path, json={"stock": 1}, headers=seller.headers)).json()["available"] == 1


async def test_item_without_cap_can_always_be_taken(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str
) -> None:
    item = await add_item(api, seller.headers, show, await make_product(ctx, seller.shop))
    async with ctx.unit() as unit:
        assert await public.take(unit, item["id"], 1_000) is True


async def test_view_knows_the_price_of_each_variant(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str
) -> None:
    product = await make_product(ctx, seller.shop, price=590)
    item = await add_item(api, seller.headers, show, product)
    variant = item["product"]["variants"][0]["id"]
    async with ctx.reader() as session:
        (view,) = await public.line_up(session, ctx, show)
        assert view.price_of(variant) == Money(590, "TWD")
        with pytest.raises(KeyError):
            view.price_of(new_id("var"))
        assert await public.items_with_variant(session, variant) == [(show, item["id"])]
        assert await public.items_with_variant(session, new_id("var")) == []
        assert await public.line_up(session, ctx, new_id("str")) == []
    await api.patch(
        f"/api/v1/streams/{show}/items/{item['id']}",
        json={"live_price": {"amount": 0, "currency": "TWD"}},
        headers=seller.headers,
    )
    async with ctx.reader() as session:
        (view,) = await public.line_up(session, ctx, show)
    assert view.price_of(variant) == Money(0, "TWD")


async def test_removed_item_is_gone_for_new_buyers(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str, *, news: News
) -> None:
    item = await add_item(api, seller.headers, show, await make_product(ctx, seller.shop), stock=5)
    path = f"/api/v1/streams/{show}/items/{item['id']}"
    await api.post(f"{path}/pin", headers=seller.headers)
    async with ctx.unit() as unit:
        await public.take(unit, item["id"], 1)
    await news()
    assert (await api.delete(path, headers=seller.headers)).status_code == 204
    assert sorted(await news()) == ["streams.item_pinned", "streams.item_removed"]
    assert (await api.delete(path, headers=seller.headers)).status_code == 404
    assert (await api.post(f"{path}/pin", headers=seller.headers)).status_code == 404
    async with ctx.unit() as unit:
        assert await public.item_view(unit.session, ctx, item["id"]) is None
        assert await public.pinned_item_id(unit.session, show) is None
        assert await public.take(unit, item["id"], 1) is False
        assert await public.give_back(unit, item["id"], 1) is True


async def test_pin_is_seen_and_announced_once(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str, *, news: News
) -> None:
    product = await make_product(ctx, seller.shop)
    items = [await add_item(api, seller.headers, show, product) for _ in range(2)]
    await news()
    path = f"/api/v1/streams/{show}/items/{items[1]['id']}/pin"
    assert [(await api.post(path, headers=seller.headers)).status_code for _ in range(2)] == [204, 204]
    listed = (await api.get(f"/api/v1/streams/{show}/items")).json()["items"]
    assert [item["pinned"] for item in listed] == [False, True]
    assert await news() == ["streams.item_pinned"]
    assert (await api.delete(f"/api/v1/streams/{show}/pin", headers=seller.headers)).status_code == 204
    async with ctx.reader() as session:
        assert await public.pinned_item_id(session, show) is None


async def test_item_of_another_show_cannot_be_touched(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, show: str
) -> None:
    other = await make_stream(api, seller.headers, seller.shop_id)
    item = await add_item(api, seller.headers, other["id"], await make_product(ctx, seller.shop))
    path = f"/api/v1/streams/{show}/items/{item['id']}"
    answers = [
        await api.post(f"{path}/pin", headers=seller.headers),
        await api.patch(path, json={"code": "X"}, headers=seller.headers),
        await api.delete(path, headers=seller.headers),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not-found")] * 3


async def test_line_up_of_an_ended_show_stands_still(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    product = await make_product(ctx, seller.shop)
    item = await add_item(api, seller.headers, stream["id"], product)
    path = f"/api/v1/streams/{stream['id']}"
    await api.post(f"{path}/end", headers=seller.headers)
    answers = [
        await api.post(f"{path}/items", json={"product_id": product}, headers=seller.headers),
        await api.post(f"{path}/items/{item['id']}/pin", headers=seller.headers),
        await api.patch(f"{path}/items/{item['id']}", json={"stock": 1}, headers=seller.headers),
        await api.delete(f"{path}/items/{item['id']}", headers=seller.headers),
        await api.delete(f"{path}/pin", headers=seller.headers),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(410, "stream-ended")] * 5
    assert len((await api.get(f"{path}/items")).json()["items"]) == 1
