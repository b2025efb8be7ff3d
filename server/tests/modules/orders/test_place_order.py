"""An order is made of claims and bag lines as a whole, or not at all."""

import asyncio
import json
import re
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.payments.models import PaymentRow
from support.catalog import make_product, variant
from support.clock import FrozenClock
from support.orders import ADDRESS, Sale, open_sale
from support.shops import make_shop


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=5, amount=590, live_price={"amount": 490, "currency": "TWD"})


async def count_orders(ctx: Context) -> tuple[int, int]:
    async with ctx.reader() as session:
        orders = await session.scalar(sa.select(sa.func.count()).select_from(OrderRow))
        payments = await session.scalar(sa.select(sa.func.count()).select_from(PaymentRow))
    return orders or 0, payments or 0


async def assert_nothing_happened(sale: Sale, headers: dict[str, str], *, held: int = 0) -> None:
    assert await count_orders(sale.ctx) == (0, 0)
    assert await sale.stock() == (5, held)
    assert (await sale.api.get("/api/v1/orders", headers=headers)).json() == {"items": [], "next_cursor": None}


async def test_a_claim_becomes_an_order_at_its_price(sale: Sale) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer, 2)
    placed = await sale.order(buyer, claim_ids=[claim["id"]], note="  by the door ")
    order, payment = placed["order"], placed["payment"]
    assert re.fullmatch(r"TW[0-9A-HJKMNP-TV-Z]{8}", order["number"])
    assert order["state"] == "pending_payment"
    assert order["subtotal"] == {"amount": 980, "currency": "TWD"}
    assert order["total"]["amount"] == 980 + order["shipping"]["amount"] - order["discount"]["amount"]
    assert order["note"] == "by the door"
    assert order["address"]["recipient"] == "Lin Yu"
    (line,) = order["lines"]
    assert (line["quantity"], line["unit_price"]["amount"], line["code"], line["claim_id"]) == (
        2,
        490,
        "A1",
        claim["id"],
    )
    assert line["stream_id"] == sale.stream["id"]
    assert payment["state"] == "pending"
    assert payment["action"] == {
        "type": "redirect",
        "url": f"http://nightmarket.test/sandbox/pay/{payment['id']}",
    }
    assert order["payments"] == [payment]
    shown = (await sale.api.get(f"/api/v1/claims/{claim['id']}", headers=buyer)).json()
    assert (shown["state"], shown["order_id"]) == ("ordered", order["id"])
    assert await sale.stock() == (5, 2)
    assert (await sale.api.get("/api/v1/cart", headers=buyer)).json()["count"] == 0


@pytest.mark.parametrize(("units", "shipping"), [(2, 60), (3, 0)])
async def test_the_shops_shipping_is_paid_until_it_is_free(sale: Sale, units: int, shipping: int) -> None:
    await sale.sell_with(shipping_fee=60, free_shipping_from=1500)
    buyer = await sale.buyer()
    (group,) = (await sale.put(buyer, units))["shops"]
    order = (await sale.order(buyer, expected_total=group["total"]))["order"]
    sums = [order[name]["amount"] for name in ("subtotal", "shipping", "discount", "total")]
    assert sums == [590 * units, shipping, 0, 590 * units + shipping]
    assert order["payments"][0]["amount"] == order["total"]


async def test_bag_lines_are_held_and_leave_the_bag(sale: Sale) -> None:
    buyer = await sale.buyer()
    await sale.put(buyer, 3)
    placed = await sale.order(buyer)
    assert placed["order"]["subtotal"]["amount"] == 3 * 590
    assert placed["order"]["lines"][0]["claim_id"] is None
    assert await sale.stock() == (5, 3)
    assert (await sale.api.get("/api/v1/cart", headers=buyer)).json()["count"] == 0


async def test_everything_of_the_shop_is_ordered_when_nothing_is_named(sale: Sale, api: httpx2.AsyncClient) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 1)
    await sale.put(buyer, 2)
    other = await make_shop(api, sale.owner.headers, slug="second-shop")
    foreign = await make_product(api, sale.owner.headers, other["id"], title="Kite", variants=[variant(stock=9)])
    await sale.put(buyer, 1, foreign["variants"][0]["id"])
    placed = await sale.order(buyer)
    assert placed["order"]["subtotal"]["amount"] == 490 + 2 * 590
    bag = (await api.get("/api/v1/cart", headers=buyer)).json()
    assert [group["shop"]["slug"] for group in bag["shops"]] == ["second-shop"]


async def test_named_lines_need_not_be_in_the_bag(sale: Sale) -> None:
    buyer = await sale.buyer()
    placed = await sale.order(buyer, lines=[{"variant_id": sale.variant_id, "quantity": 1}])
    assert placed["order"]["subtotal"]["amount"] == 590


async def test_order_keeps_its_goods_after_the_claim_would_have_ended(
    sale: Sale, clock: FrozenClock, drain: Any
) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer, 2)
    placed = await sale.order(buyer, claim_ids=[claim["id"]])
    clock.advance(minutes=11)
    await drain()
    assert await sale.stock() == (5, 2)
    assert (await sale.see(buyer, placed["order"]["id"]))["state"] == "pending_payment"


async def test_repeat_with_the_same_key_is_the_same_order(sale: Sale) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer)
    first = await sale.ask(buyer, key="once", claim_ids=[claim["id"]])
    again = await sale.ask(buyer, key="once", claim_ids=[claim["id"]])
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await sale.ask(buyer, key="once", claim_ids=[new_id("clm")])
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await count_orders(sale.ctx) == (1, 1)


async def test_repeat_shows_the_order_as_it_is_now(sale: Sale, drain: Any) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer)
    first = await sale.ask(buyer, key="once", claim_ids=[claim["id"]])
    await sale.api.post(f"/api/v1/sandbox/payments/{first.json()['payment']['id']}", json={"outcome": "paid"})
    await drain()
    again = (await sale.ask(buyer, key="once", claim_ids=[claim["id"]])).json()
    assert again["order"]["state"] == "paid"
    assert (again["payment"]["state"], again["payment"]["action"]) == ("paid", {"type": "none"})


async def test_twins_with_one_key_make_one_order(sale: Sale) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer)
    answers = await asyncio.gather(*(sale.ask(buyer, key="twin", claim_ids=[claim["id"]]) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["order"]["id"] for answer in answers}) == 1
    assert await count_orders(sale.ctx) == (1, 1)


async def test_one_claim_cannot_be_in_two_orders(sale: Sale) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer)
    answers = await asyncio.gather(*(sale.ask(buyer, claim_ids=[claim["id"]]) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers if answer.status_code == 409} == {"claim-not-held"}
    assert await count_orders(sale.ctx) == (1, 1)


async def test_key_is_required(sale: Sale) -> None:
    buyer = await sale.buyer()
    answer = await sale.api.post("/api/v1/orders", json={}, headers=buyer)
    assert answer.status_code in {422, 428}
    body = {"shop_id": sale.shop_id, "payment_method": "sandbox", "address": ADDRESS}
    answer = await sale.api.post("/api/v1/orders", json=body, headers=buyer)
    assert (answer.status_code, answer.json()["code"]) == (428, "idempotency-key-required")


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({}, 422, "nothing-to-order"),
        ({"claim_ids": []}, 422, "nothing-to-order"),
        ({"claim_ids": [new_id("clm")]}, 409, "claim-not-held"),
        ({"lines": [{"variant_id": new_id("var"), "quantity": 1}]}, 409, "line-unavailable"),
        ({"lines": [{"variant_id": "THE", "quantity": 6}]}, 409, "out-of-stock"),
        ({"lines": [{"variant_id": "THE", "quantity": 1}], "address": None}, 422, "address-required"),
        (
            {"lines": [{"variant_id": "THE", "quantity": 1}], "address": None, "address_id": new_id("adr")},
            422,
            "address-unknown",
        ),
        (
            {"lines": [{"variant_id": "THE", "quantity": 1}], "payment_method": "gold"},
            422,
            "payment-method-unavailable",
        ),
        (
            {
                "lines": [{"variant_id": "THE", "quantity": 1}],
                "expected_total": {"amount": 1, "currency": "TWD"},
            },
            409,
            "price-changed",
        ),
        ({"shop_id": new_id("shp")}, 404, "not-found"),
        ({"shop_id": "shp_1"}, 422, "invalid-input"),
        ({"lines": [{"variant_id": "THE", "quantity": 0}]}, 422, "invalid-input"),
        ({"lines": [{"variant_id": "THE", "quantity": 10**30}]}, 422, "invalid-input"),
        ({"lines": [{"variant_id": "THE", "quantity": 1}] * 2}, 422, "invalid-input"),
        ({"shipping_method": "balloon"}, 422, "invalid-input"),
        ({"note": "a\x00b"}, 422, "invalid-input"),
        ({"price": 1}, 422, "invalid-input"),
    ],
)
async def test_refusal_leaves_everything_as_it_was(sale: Sale, wish: Any, status: int, code: str) -> None:
    buyer = await sale.buyer()
    named = json.loads(json.dumps(wish).replace("THE", sale.variant_id))
    answer = await sale.ask(buyer, **named)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    await assert_nothing_happened(sale, buyer)
    if code == "out-of-stock":
        assert (answer.json()["available"], answer.json()["variant_id"]) == (5, sale.variant_id)


async def test_a_refused_order_takes_no_claim(sale: Sale) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer, 2)
    lines = [{"variant_id": sale.variant_id, "quantity": 4}]
    answer = await sale.ask(buyer, claim_ids=[claim["id"]], lines=lines)
    assert (answer.status_code, answer.json()["code"]) == (409, "out-of-stock")
    assert (await sale.api.get(f"/api/v1/claims/{claim['id']}", headers=buyer)).json()["state"] == "held"
    await assert_nothing_happened(sale, buyer, held=2)


async def test_somebody_elses_claim_cannot_be_ordered(sale: Sale) -> None:
    claim = await sale.claim(await sale.buyer("first"))
    thief = await sale.buyer("second")
    answer = await sale.ask(thief, claim_ids=[claim["id"]])
    assert (answer.status_code, answer.json()["code"]) == (409, "claim-not-held")
    await assert_nothing_happened(sale, thief, held=1)


async def test_somebody_elses_address_cannot_be_used(sale: Sale, api: httpx2.AsyncClient) -> None:
    owner = await sale.buyer("first")
    kept = await api.post("/api/v1/me/addresses", json=ADDRESS, headers=owner)
    thief = await sale.buyer("second")
    await sale.put(thief)
    answer = await sale.ask(thief, address=None, address_id=kept.json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (422, "address-unknown")
    await sale.put(owner)
    placed = await sale.order(owner, address=None, address_id=kept.json()["id"])
    assert placed["order"]["address"]["line1"] == ADDRESS["line1"]


async def test_expired_claim_cannot_be_ordered(sale: Sale, clock: FrozenClock) -> None:
    claim = await sale.claim(await sale.buyer())
    clock.advance(minutes=11)
    answer = await sale.ask(await sale.buyer(), claim_ids=[claim["id"]])
    assert (answer.status_code, answer.json()["code"]) == (409, "claim-not-held")


async def test_an_expired_claim_does_not_keep_the_rest_of_the_bag(sale: Sale, clock: FrozenClock) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer)
    clock.advance(minutes=11)  # nobody has released it yet
    buyer = await sale.buyer()
    await sale.put(buyer, 2)
    placed = await sale.order(buyer)
    assert [(line["quantity"], line["claim_id"]) for line in placed["order"]["lines"]] == [(2, None)]


async def test_ten_buyers_of_the_last_five_units(sale: Sale) -> None:
    buyers = [await sale.buyer(f"buyer-{number}") for number in range(10)]
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    answers = await asyncio.gather(*(sale.ask(buyer, lines=lines) for buyer in buyers))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 5
    assert await sale.stock() == (5, 5)
    assert await count_orders(sale.ctx) == (5, 5)
    numbers = {answer.json()["order"]["number"] for answer in answers if answer.status_code == 201}
    assert len(numbers) == 5


async def test_order_stands_when_the_gateway_is_down(sale: Sale, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    from nightmarket.kernel.problems import Unavailable
    from nightmarket.modules.payments.ports import Gateways

    gateway = ctx.port(Gateways).named("sandbox")
    assert gateway is not None

    async def down(_attempt: Any) -> Any:
        raise Unavailable

    buyer = await sale.buyer()
    await sale.put(buyer)
    with monkeypatch.context() as patch:
        patch.setattr(gateway, "start", down)
        placed = await sale.order(buyer)
    assert (placed["payment"]["state"], placed["payment"]["action"]) == ("created", {"type": "none"})
    again = await sale.api.post(
        f"/api/v1/orders/{placed['order']['id']}/payments",
        json={"payment_method": "sandbox"},
        headers=buyer | {"Idempotency-Key": "again"},
    )
    assert again.status_code == 201
    assert again.json()["payment"]["id"] == placed["payment"]["id"]
    assert again.json()["payment"]["action"]["type"] == "redirect"
