"""The stock book over HTTP."""

from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.modules.inventory.public import books_that_do_not_add_up, hold, sell
from support.accounts import sign_up
from support.catalog import adjust_stock, make_product, stock_of, with_key
from support.shops import join_shop, seller_with_shop

Json = dict[str, Any]


@pytest.fixture
async def goods(api: httpx2.AsyncClient) -> tuple[dict[str, str], str, str]:
    """A seller's headers, their shop's id, and a variant with five units."""
    seller, shop = await seller_with_shop(api)
    product = await make_product(api, seller, shop["id"])
    return seller, shop["id"], product["variants"][0]["id"]


def level(on_hand: int, *, received: int, held: int = 0, sold: int = 0, damaged: int = 0) -> Json:
    """Stock as the API shows it."""
    shape = {"on_hand": on_hand, "held": held, "available": on_hand - held}
    return shape | {"received": received, "sold": sold, "damaged": damaged}


async def enter(api: httpx2.AsyncClient, seller: dict[str, str], variant_id: str, **body: Any) -> httpx2.Response:
    """An entry by hand."""
    return await api.post(f"/api/v1/variants/{variant_id}/stock-adjustments", json=body, headers=with_key(seller))


async def test_adjustments_change_stock_and_ledger(
    api: httpx2.AsyncClient, ctx: Context, goods: tuple[dict[str, str], str, str]
) -> None:
    seller, _, variant_id = goods
    path = f"/api/v1/variants/{variant_id}"
    more = await adjust_stock(api, seller, variant_id, 7)
    assert (more.status_code, more.json()) == (201, level(12, received=12))
    assert (await adjust_stock(api, seller, variant_id, -12)).json()["available"] == 0
    too_many = await adjust_stock(api, seller, variant_id, -1)
    assert (too_many.status_code, too_many.json()["code"]) == (409, "stock-below-zero")
    assert too_many.json()["available"] == 0
    assert await stock_of(api, seller, variant_id) == level(0, received=0)
    page: Json = (await api.get(f"{path}/stock-ledger?limit=2", headers=seller)).json()
    assert [(one["number"], one["kind"], one["delta_on_hand"], one["on_hand_after"]) for one in page["items"]] == [
        (3, "adjusted", -12, 0),
        (2, "adjusted", 7, 12),
    ]
    assert page["items"][0]["reason"] == "counted"
    rest: Json = (await api.get(f"{path}/stock-ledger?cursor={page['next_cursor']}", headers=seller)).json()
    assert [(one["number"], one["kind"]) for one in rest["items"]] == [(1, "received")]
    assert rest["next_cursor"] is None
    async with ctx.reader() as session:
        assert not await books_that_do_not_add_up(session)


async def test_entries_by_hand_say_what_they_are(
    api: httpx2.AsyncClient, ctx: Context, goods: tuple[dict[str, str], str, str]
) -> None:
    seller, _, variant_id = goods
    more = await enter(api, seller, variant_id, delta=10, reason="received", note="delivery 7")
    assert more.json() == level(15, received=15)
    broken = await enter(api, seller, variant_id, delta=-2, reason="damaged")
    assert broken.json() == level(13, received=15, damaged=2)
    counted = await enter(api, seller, variant_id, delta=-1, reason="adjusted", note="one too few on the shelf")
    assert counted.json() == level(12, received=14, damaged=2)
    async with ctx.unit() as unit:
        assert await hold(unit, variant_id=variant_id, quantity=3, reference="clm_1")
        await sell(unit, variant_id=variant_id, quantity=3, reference="clm_1")
    back = await enter(api, seller, variant_id, delta=2, reason="returned")
    assert back.json() == level(11, received=14, sold=1, damaged=2)
    too_many = await enter(api, seller, variant_id, delta=2, reason="returned")
    assert (too_many.status_code, too_many.json()["code"]) == (409, "more-returned-than-sold")
    assert too_many.json()["sold"] == 1
    too_broken = await enter(api, seller, variant_id, delta=-12, reason="damaged")
    assert (too_broken.status_code, too_broken.json()["code"]) == (409, "stock-below-zero")
    page = (await api.get(f"/api/v1/variants/{variant_id}/stock-ledger", headers=seller)).json()["items"]
    assert [(one["kind"], one["delta_on_hand"], one["reason"]) for one in page if one["reason"]] == [
        ("returned", 2, "returned"),
        ("adjusted", -1, "one too few on the shelf"),
        ("damaged", -2, "damaged"),
        ("received", 10, "delivery 7"),
        ("received", 5, "first stock"),
    ]
    async with ctx.reader() as session:
        assert not await books_that_do_not_add_up(session)


async def test_same_key_adjusts_once(api: httpx2.AsyncClient, goods: tuple[dict[str, str], str, str]) -> None:
    seller, _, variant_id = goods
    path = f"/api/v1/variants/{variant_id}/stock-adjustments"
    body = {"delta": 3, "reason": "found"}
    headers = with_key(seller, "once")
    first = await api.post(path, json=body, headers=headers)
    second = await api.post(path, json=body, headers=headers)
    assert first.json() == second.json() == level(8, received=8)
    assert second.headers["Idempotency-Replayed"] == "true"
    other = await api.post(path, json=body | {"delta": 4}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await api.post(path, json=body, headers=seller)).status_code == 428
    assert (await stock_of(api, seller, variant_id))["on_hand"] == 8


@pytest.mark.parametrize(
    "body",
    [
        {"delta": 0, "reason": "x"},
        {"delta": 1},
        {"delta": 1, "reason": ""},
        {"delta": "1", "reason": "x"},
        {"delta": 1.5, "reason": "x"},
        {"delta": 10**7, "reason": "x"},
        {"delta": 10**40, "reason": "x"},
        {"delta": 1, "reason": "x", "more": 1},
        {"delta": -1, "reason": "received"},
        {"delta": -1, "reason": "Returned"},
        {"delta": 1, "reason": "damaged"},
        {"delta": 1, "reason": "damaged", "note": ""},
    ],
)
async def test_bad_adjustment_is_refused(
    api: httpx2.AsyncClient, goods: tuple[dict[str, str], str, str], body: Json
) -> None:
    seller, _, variant_id = goods
    answer = await api.post(f"/api/v1/variants/{variant_id}/stock-adjustments", json=body, headers=with_key(seller))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (await stock_of(api, seller, variant_id))["on_hand"] == 5


async def test_stock_is_for_the_shop(api: httpx2.AsyncClient, goods: tuple[dict[str, str], str, str]) -> None:
    seller, shop_id, variant_id = goods
    stranger = await sign_up(api, "stranger")
    moderator = await join_shop(api, seller, shop_id, "moderator", "moderator")
    for path in (f"/api/v1/variants/{variant_id}/stock", f"/api/v1/variants/{variant_id}/stock-ledger"):
        assert (await api.get(path)).status_code == 401
        assert (await api.get(path, headers=stranger)).status_code == 403
        assert (await api.get(path, headers=moderator)).status_code == 200
        unknown = path.replace(variant_id, "var_" + "0" * 26)
        assert (await api.get(unknown, headers=seller)).status_code == 404
        assert (await api.get(path.replace(variant_id, "junk"), headers=seller)).status_code == 404
    assert (await adjust_stock(api, moderator, variant_id, 1)).status_code == 403
    assert (await adjust_stock(api, stranger, variant_id, 1)).status_code == 403
    assert (await stock_of(api, seller, variant_id))["on_hand"] == 5
