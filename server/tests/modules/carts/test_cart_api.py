"""The bag: of a cookie, of an account, and what happens when the one becomes the other."""

from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.exceptions import ConnectionError as RedisDown

from nightmarket.kernel.context import Context
from nightmarket.modules.carts.policy import MAX_LINES, MAX_QUANTITY, merged
from support.catalog import adjust_stock, make_product, variant
from support.clock import FrozenClock
from support.ids import unknown_id
from support.orders import Json, Sale, open_sale
from support.shops import make_shop


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=5, amount=590, live_price={"amount": 490, "currency": "TWD"})


async def bag_of(sale: Sale, headers: dict[str, str] | None = None) -> Json:
    answer = await sale.api.get("/api/v1/cart", headers=headers)
    assert answer.status_code == 200, answer.text
    bag: Json = answer.json()
    return bag


def lines_in(bag: Json) -> dict[str, int]:
    return {line["variant_id"]: line["quantity"] for group in bag["shops"] for line in group["lines"]}


async def test_empty_bag(sale: Sale) -> None:
    for headers in (None, await sale.buyer()):
        bag = await bag_of(sale, headers)
        assert (bag["shops"], bag["count"]) == ([], 0)


async def test_claims_and_lines_are_priced_together(sale: Sale, clock: FrozenClock) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer, 2)
    bag = await sale.put(buyer, 3)
    (group,) = bag["shops"]
    assert group["shop"]["slug"] == "lantern-lane"
    (held,) = group["claims"]
    assert (held["id"], held["line_total"]["amount"], held["code"]) == (claim["id"], 980, "A1")
    assert held["hold_expires_at"] > bag["server_time"]
    (line,) = group["lines"]
    assert (line["unit_price"]["amount"], line["line_total"]["amount"], line["available"]) == (590, 1770, 3)
    assert (line["changed"], line["unavailable"]) == (False, False)
    assert group["subtotal"] == {"amount": 980 + 1770, "currency": "TWD"}
    assert bag["count"] == 5
    clock.advance(minutes=11)
    assert (await bag_of(sale, await sale.buyer()))["shops"][0]["claims"] == []


async def test_shipping_is_told_and_what_is_missing_until_it_is_free(sale: Sale) -> None:
    buyer = await sale.buyer()
    (group,) = (await sale.put(buyer, 1))["shops"]
    assert [group[name] for name in ("shipping", "free_shipping_from", "missing_for_free")] == [
        {"amount": 0, "currency": "TWD"},
        None,
        None,
    ]
    await sale.sell_with(shipping_fee=60, free_shipping_from=1500)
    (group,) = (await bag_of(sale, buyer))["shops"]
    amounts = ("subtotal", "shipping", "free_shipping_from", "missing_for_free", "total")
    assert [group[name]["amount"] for name in amounts] == [590, 60, 1500, 910, 650]
    (group,) = (await sale.put(buyer, 3))["shops"]
    assert [group[name]["amount"] for name in amounts] == [1770, 0, 1500, 0, 1770]
    (group,) = (await sale.put(buyer, 9))["shops"]
    assert [group[name]["amount"] for name in amounts] == [0, 0, 1500, 1500, 0]


async def test_line_is_replaced_and_removed(sale: Sale) -> None:
    buyer = await sale.buyer()
    await sale.put(buyer, 3)
    assert lines_in(await sale.put(buyer, 1)) == {sale.variant_id: 1}
    for _ in range(2):
        answer = await sale.api.delete(f"/api/v1/cart/lines/{sale.variant_id}", headers=buyer)
        assert (answer.status_code, answer.json()["count"]) == (200, 0)


async def test_bags_are_private(sale: Sale) -> None:
    await sale.put(await sale.buyer("first"))
    assert (await bag_of(sale, await sale.buyer("second")))["count"] == 0
    assert (await bag_of(sale))["count"] == 0


async def test_price_and_stock_are_of_this_moment(sale: Sale) -> None:
    buyer, owner = await sale.buyer(), await sale.seller()
    await sale.put(buyer, 3)
    product = sale.product["id"]
    changed = await sale.api.patch(
        f"/api/v1/products/{product}/variants/{sale.variant_id}",
        json={"price": {"amount": 690, "currency": "TWD"}},
        headers=owner,
    )
    assert changed.status_code == 200, changed.text
    line = (await bag_of(sale, buyer))["shops"][0]["lines"][0]
    assert (line["changed"], line["seen_price"]["amount"], line["unit_price"]["amount"]) == (True, 590, 690)
    line = (await sale.put(buyer, 3))["shops"][0]["lines"][0]
    assert line["changed"] is False
    await adjust_stock(sale.api, owner, sale.variant_id, -3)
    group = (await bag_of(sale, buyer))["shops"][0]
    assert (group["lines"][0]["unavailable"], group["lines"][0]["available"]) == (True, 2)
    assert group["subtotal"]["amount"] == 0


async def test_what_is_no_longer_sold_stays_visible_as_unavailable(sale: Sale) -> None:
    buyer = await sale.buyer()
    await sale.put(buyer)
    archived = await sale.api.delete(f"/api/v1/products/{sale.product['id']}", headers=await sale.seller())
    assert archived.status_code in {200, 204}, archived.text
    assert (await bag_of(sale, buyer))["shops"][0]["lines"][0]["unavailable"] is True
    answer = await sale.api.put(f"/api/v1/cart/lines/{sale.variant_id}", json={"quantity": 2}, headers=buyer)
    assert (answer.status_code, answer.json()["code"]) == (409, "variant-unavailable")
    refused = await sale.ask(buyer)
    assert (refused.status_code, refused.json()["code"]) == (409, "line-unavailable")


async def test_shops_are_apart(sale: Sale, api: httpx2.AsyncClient) -> None:
    other = await make_shop(api, sale.owner.headers, slug="second-shop")
    kite = await make_product(api, sale.owner.headers, other["id"], title="Kite", variants=[variant(amount=100)])
    buyer = await sale.buyer()
    await sale.put(buyer, 1, kite["variants"][0]["id"])
    await sale.claim(buyer)
    bag = await bag_of(sale, buyer)
    assert [(group["shop"]["slug"], group["subtotal"]["amount"]) for group in bag["shops"]] == [
        ("lantern-lane", 490),
        ("second-shop", 100),
    ]


async def test_anonymous_bag_hangs_on_a_cookie(sale: Sale) -> None:
    answer = await sale.api.put(f"/api/v1/cart/lines/{sale.variant_id}", json={"quantity": 2})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert lines_in(await bag_of(sale)) == {sale.variant_id: 2}
    sale.api.cookies.clear()
    assert lines_in(await bag_of(sale)) == {}


async def test_anonymous_bag_moves_into_the_account(sale: Sale, api: httpx2.AsyncClient) -> None:
    more = await make_product(api, sale.owner.headers, sale.shop_id, title="Kite")
    kite = more["variants"][0]["id"]
    buyer = await sale.buyer()
    await sale.put(buyer, 1)
    await api.put(f"/api/v1/cart/lines/{sale.variant_id}", json={"quantity": 4})
    await api.put(f"/api/v1/cart/lines/{kite}", json={"quantity": 1})
    assert lines_in(await bag_of(sale, buyer)) == {sale.variant_id: 4, kite: 1}
    assert "nm_cart" not in api.cookies
    assert lines_in(await bag_of(sale)) == {}
    assert lines_in(await bag_of(sale, buyer)) == {sale.variant_id: 4, kite: 1}


@pytest.mark.parametrize("cookie", ["", "x", "../../etc", "a" * 4000, "%00", "cart:*"])
async def test_strange_cookie_is_no_bag(sale: Sale, cookie: str) -> None:
    answer = await sale.api.get("/api/v1/cart", headers={"Cookie": f"nm_cart={cookie}"})
    assert (answer.status_code, answer.json()["count"]) == (200, 0)


@pytest.mark.parametrize(
    ("variant_id", "body", "status", "code"),
    [
        ("THE", {"quantity": 0}, 422, "invalid-input"),
        ("THE", {"quantity": 100}, 422, "invalid-input"),
        ("THE", {"quantity": 10**40}, 422, "invalid-input"),
        ("THE", {"quantity": "2"}, 422, "invalid-input"),
        ("THE", {"quantity": True}, 422, "invalid-input"),
        ("THE", {}, 422, "invalid-input"),
        ("THE", {"quantity": 1, "price": 1}, 422, "invalid-input"),
        ("var_1", {"quantity": 1}, 404, "not-found"),
        (unknown_id("var"), {"quantity": 1}, 404, "not-found"),
        (unknown_id("prd"), {"quantity": 1}, 404, "not-found"),
    ],
)
async def test_bad_lines(sale: Sale, variant_id: str, body: Any, status: int, code: str) -> None:
    wanted = sale.variant_id if variant_id == "THE" else variant_id
    for headers in (None, await sale.buyer()):
        answer = await sale.api.put(f"/api/v1/cart/lines/{wanted}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_expired_token_is_not_an_anonymous_bag(sale: Sale, clock: FrozenClock) -> None:
    buyer = await sale.buyer()
    clock.advance(minutes=16)
    answer = await sale.api.get("/api/v1/cart", headers=buyer)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-required")


async def test_without_redis_accounts_keep_their_bag(sale: Sale, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer = await sale.buyer()
    await sale.api.put(f"/api/v1/cart/lines/{sale.variant_id}", json={"quantity": 2})

    async def down(*_args: Any, **_more: Any) -> Any:
        raise RedisDown

    monkeypatch.setattr(ctx.redis, "hgetall", down)
    monkeypatch.setattr(ctx.redis, "hset", down)
    assert (await bag_of(sale))["count"] == 0
    assert lines_in(await sale.put(buyer, 3)) == {sale.variant_id: 3}
    sale.api.cookies.clear()
    answer = await sale.api.put(f"/api/v1/cart/lines/{sale.variant_id}", json={"quantity": 2})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_anonymous_bag_waits_for_redis_to_come_back(
    sale: Sale, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = await sale.buyer()
    await sale.api.put(f"/api/v1/cart/lines/{sale.variant_id}", json={"quantity": 2})

    async def down(*_args: Any, **_more: Any) -> Any:
        raise RedisDown

    with monkeypatch.context() as outage:
        outage.setattr(ctx.redis, "hgetall", down)
        assert lines_in(await bag_of(sale, buyer)) == {}
    assert lines_in(await bag_of(sale, buyer)) == {sale.variant_id: 2}


bags = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 500), max_size=150)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(kept=bags, brought=bags)
def test_merging_keeps_what_was_there_and_is_repeatable(kept: dict[str, int], brought: dict[str, int]) -> None:
    once = merged(kept, brought)
    assert set(kept) <= set(once)
    assert len(once) <= max(MAX_LINES, len(kept))
    assert all(once[name] <= MAX_QUANTITY for name in brought if name in once)
    assert merged(once, brought) == once
