"""Before an order is packed it can change: address, contact, fewer units, more, none. The books add up each time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.streams.models import StreamItem
from support.catalog import make_product, variant, with_key
from support.clock import FrozenClock
from support.ids import unknown_id
from support.orders import ADDRESS, Json, Sale, open_sale
from support.payments import press
from support.shops import join_shop

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=9, amount=500)


@pytest.fixture(params=["claim", "line"])
async def placed(request: pytest.FixtureRequest, sale: Sale) -> Json:
    """An order of three units with shipping of 60, from a claim and from the bag in turn."""
    await sale.sell_with(shipping_fee=60, free_shipping_from=1500)
    buyer = await sale.buyer()
    if request.param == "claim":
        await sale.claim(buyer, 3)
    else:
        await sale.put(buyer, 3)
    return await sale.order(buyer)


async def cancel(
    sale: Sale, headers: dict[str, str], order: Json, *, key: str | None = None, **body: Any
) -> httpx2.Response:
    path = f"/api/v1/orders/{order['id']}/cancel"
    return await sale.api.post(path, json=body or None, headers=with_key(headers, key))


async def edit(
    sale: Sale, headers: dict[str, str], order: Json, *, key: str | None = None, **body: Any
) -> httpx2.Response:
    return await sale.api.patch(f"/api/v1/orders/{order['id']}", json=body, headers=with_key(headers, key))


async def pay(sale: Sale, payment_id: str, drain: Drain) -> None:
    await press(sale.api, payment_id, "paid")
    await drain()


async def ask_again(sale: Sale, headers: dict[str, str], order: Json) -> Json:
    """The buyer goes on to pay what the order comes to now; the payment."""
    answer = await sale.api.post(
        f"/api/v1/orders/{order['id']}/payments", json={"payment_method": "sandbox"}, headers=with_key(headers)
    )
    assert answer.status_code == 201, answer.text
    payment: Json = answer.json()["payment"]
    assert payment["action"]["type"] == "redirect"
    return payment


def sums(order: Json) -> tuple[int, int, int, int]:
    """Lines, shipping, discount and total, checked against each other."""
    lines = sum(line["quantity"] * line["unit_price"]["amount"] for line in order["lines"])
    assert lines == sum(line["line_total"]["amount"] for line in order["lines"]) == order["subtotal"]["amount"]
    shipping, discount, total = (order[name]["amount"] for name in ("shipping", "discount", "total"))
    assert total == lines + shipping - discount
    paid = sum(
        payment["amount"]["amount"] - payment["refunded"]["amount"]
        for payment in order["payments"]
        if payment["state"] in {"paid", "partially_refunded"}
    )
    assert paid + order["due"]["amount"] == total
    return lines, shipping, discount, total


async def assert_books(sale: Sale, on_hand: int, held: int) -> None:
    assert await sale.stock() == (on_hand, held)
    async with sale.ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []


async def test_a_buyer_takes_units_out_before_paying(sale: Sale, placed: Json, drain: Drain) -> None:
    order, buyer = placed["order"], await sale.buyer()
    assert sums(order) == (1500, 0, 0, 1500)
    line = order["lines"][0]
    answer = await cancel(sale, buyer, order, reason="too many", lines=[{"line_id": line["id"], "quantity": 1}])
    assert answer.status_code == 200, answer.text
    smaller = answer.json()
    assert sums(smaller) == (1000, 60, 0, 1060), "a small parcel is not free"
    assert (smaller["lines"][0]["quantity"], smaller["lines"][0]["cancelled"]) == (2, 1)
    assert [payment["state"] for payment in smaller["payments"]] == ["cancelled", "created"]
    assert smaller["payments"][1]["amount"]["amount"] == 1060
    await assert_books(sale, 9, 2)
    assert (await ask_again(sale, buyer, order))["id"] == smaller["payments"][1]["id"]
    await pay(sale, smaller["payments"][1]["id"], drain)
    paid = await sale.see(await sale.buyer(), order["id"])
    assert paid["state"] == "paid"
    sums(paid)
    await assert_books(sale, 7, 0)


async def test_a_repeat_takes_out_no_more(sale: Sale, placed: Json) -> None:
    order, buyer = placed["order"], await sale.buyer()
    lines = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
    path = f"/api/v1/orders/{order['id']}/cancel"
    bare = await sale.api.post(path, json={"lines": lines}, headers=buyer)
    assert (bare.status_code, bare.json()["code"]) == (428, "idempotency-key-required")
    answers = await asyncio.gather(*(cancel(sale, buyer, order, key="once", lines=lines) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.json()["lines"][0]["quantity"] for answer in answers} == {2}
    assert (await sale.api.post(path, headers=buyer)).json()["state"] == "cancelled", "giving up all needs no key"
    await assert_books(sale, 9, 0)


async def test_a_repeat_brings_in_no_more(sale: Sale, placed: Json) -> None:
    order, seller = placed["order"], await sale.seller()
    lines = [{"line_id": order["lines"][0]["id"], "quantity": 4}]
    path = f"/api/v1/orders/{order['id']}"
    bare = await sale.api.patch(path, json={"lines": lines}, headers=seller)
    assert (bare.status_code, bare.json()["code"]) == (428, "idempotency-key-required")
    assert await sale.see(seller, order["id"]) == order
    answers = [await edit(sale, seller, order, key="once", lines=lines) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert [line["quantity"] for line in answer.json()["lines"]] == [4]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    again = await edit(sale, seller, order, key="another", lines=lines)
    assert (again.status_code, again.json()["lines"]) == (200, answers[0].json()["lines"]), "it says how it shall be"
    await assert_books(sale, 9, 4)
    noted = await sale.api.patch(path, json={"note": "ring twice"}, headers=seller)
    assert (noted.status_code, noted.json()["note"]) == (200, "ring twice"), "the rest needs no key"


async def test_taking_everything_out_is_cancelling(sale: Sale, placed: Json) -> None:
    order, buyer = placed["order"], await sale.buyer()
    line = order["lines"][0]
    answer = await cancel(sale, buyer, order, lines=[{"line_id": line["id"], "quantity": 3}])
    assert (answer.json()["state"], answer.json()["cancel_reason"]) == ("cancelled", "buyer")
    assert answer.json()["payments"][0]["state"] == "cancelled"
    await assert_books(sale, 9, 0)


async def test_the_shop_cancels_what_is_not_paid(sale: Sale, api: httpx2.AsyncClient, placed: Json) -> None:
    host = await join_shop(api, await sale.seller(), sale.shop_id, "host", "host")
    packer = await join_shop(api, await sale.seller(), sale.shop_id, "packer", "packer")
    assert (await cancel(sale, packer, placed["order"])).status_code == 403
    answer = await cancel(sale, host, placed["order"], reason="broken in the warehouse")
    assert (answer.json()["state"], answer.json()["cancel_reason"]) == ("cancelled", "shop")
    await assert_books(sale, 9, 0)


async def test_the_shop_keeps_a_parcel_free_when_it_takes_goods_out(sale: Sale, placed: Json) -> None:
    order = placed["order"]
    line = {"line_id": order["lines"][0]["id"], "quantity": 1}
    answer = await cancel(sale, await sale.seller(), order, lines=[line])
    assert sums(answer.json()) == (1000, 0, 0, 1000)


async def test_units_of_a_paid_order_are_paid_back(sale: Sale, placed: Json, drain: Drain) -> None:
    order = placed["order"]
    await pay(sale, placed["payment"]["id"], drain)
    await assert_books(sale, 6, 0)
    line = {"line_id": order["lines"][0]["id"], "quantity": 2}
    refused = await cancel(sale, await sale.buyer(), order, lines=[line])
    assert (refused.status_code, refused.json()["code"]) == (409, "order-state-conflict")
    answer = await cancel(sale, await sale.seller(), order, lines=[line], reason="two were broken")
    assert answer.status_code == 200, answer.text
    await drain()
    smaller = await sale.see(await sale.buyer(), order["id"])
    assert sums(smaller) == (500, 0, 0, 500)
    assert (smaller["state"], smaller["refunded"]["amount"]) == ("paid", 1000)
    assert smaller["payments"][0]["state"] == "partially_refunded"
    await assert_books(sale, 8, 0)
    last = {"line_id": order["lines"][0]["id"], "quantity": 1}
    assert (await cancel(sale, await sale.seller(), order, lines=[last])).json()["state"] == "cancelled"
    await drain()
    gone = await sale.see(await sale.buyer(), order["id"])
    assert (gone["state"], gone["cancel_reason"], gone["refunded"]["amount"]) == ("cancelled", "shop", 1500)
    await assert_books(sale, 9, 0)


async def test_a_paid_order_is_taken_back_as_a_whole(
    sale: Sale, api: httpx2.AsyncClient, placed: Json, drain: Drain
) -> None:
    order = placed["order"]
    await pay(sale, placed["payment"]["id"], drain)
    host = await join_shop(api, await sale.seller(), sale.shop_id, "host", "host")
    assert (await cancel(sale, host, order)).status_code == 403, "only owners give money back"
    answers = await asyncio.gather(*(cancel(sale, sale.owner.headers, order, reason="fire") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    await drain()
    gone = await sale.see(await sale.buyer(), order["id"])
    assert (gone["state"], gone["cancel_reason"], gone["refunded"]["amount"]) == ("cancelled", "shop", 1500)
    assert [step["state"] for step in gone["history"]].count("cancelled") == 1
    await assert_books(sale, 9, 0)


async def test_only_owners_take_units_out_of_a_paid_order(
    sale: Sale, api: httpx2.AsyncClient, placed: Json, drain: Drain
) -> None:
    order = placed["order"]
    host = await join_shop(api, await sale.seller(), sale.shop_id, "host", "host")
    fewer = [{"line_id": order["lines"][0]["id"], "quantity": 2}]
    assert (await edit(sale, host, order, lines=fewer)).status_code == 200, "nothing is paid yet"
    await pay(sale, (await ask_again(sale, await sale.buyer(), order))["id"], drain)
    fewer[0]["quantity"] = 1
    refused = await edit(sale, host, order, lines=fewer)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert (await sale.see(await sale.buyer(), order["id"]))["refunded"]["amount"] == 0
    await assert_books(sale, 7, 0)
    assert (await edit(sale, host, order, contact={"recipient": "Lin A"})).status_code == 200
    assert (await edit(sale, await sale.seller(), order, lines=fewer)).status_code == 200
    await assert_books(sale, 8, 0)


async def test_who_waits_gets_what_was_taken_out(sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 9)
    placed = await sale.order(buyer)
    waiting = await sale.api.post(
        f"/api/v1/streams/{sale.stream['id']}/claims",
        json={"item_id": sale.item["id"], "quantity": 2},
        headers=await sale.buyer("next") | {"Idempotency-Key": "wait"},
    )
    assert waiting.status_code == 202
    await pay(sale, placed["payment"]["id"], drain)
    line = placed["order"]["lines"][0]["id"]
    await cancel(sale, await sale.seller(), placed["order"], lines=[{"line_id": line, "quantity": 2}])
    await drain()
    claim = f"/api/v1/claims/{waiting.json()['claim']['id']}"
    assert (await sale.api.get(claim, headers=await sale.buyer("next"))).json()["state"] == "held"
    await assert_books(sale, 2, 2)


async def test_the_old_sum_paid_after_all_leaves_the_rest_to_be_returned(
    sale: Sale, placed: Json, drain: Drain
) -> None:
    order, buyer = placed["order"], await sale.buyer()
    line = order["lines"][0]["id"]
    await cancel(sale, await sale.seller(), order, lines=[{"line_id": line, "quantity": 1}])
    await pay(sale, placed["payment"]["id"], drain)  # the buyer was at the gateway already
    await drain()
    paid = await sale.see(buyer, order["id"])
    assert sums(paid) == (1000, 0, 0, 1000)
    assert (paid["state"], paid["refunded"]["amount"]) == ("paid", 500)
    await assert_books(sale, 7, 0)


async def test_a_smaller_old_sum_does_not_pay_for_a_grown_order(sale: Sale, placed: Json, drain: Drain) -> None:
    order = placed["order"]
    line = order["lines"][0]["id"]
    grown = await edit(sale, await sale.seller(), order, lines=[{"line_id": line, "quantity": 4}])
    assert grown.status_code == 200, grown.text
    assert sums(grown.json()) == (2000, 0, 0, 2000)
    await assert_books(sale, 9, 4)
    await pay(sale, placed["payment"]["id"], drain)
    await drain()
    waiting = await sale.see(await sale.buyer(), order["id"])
    assert (waiting["state"], waiting["due"]["amount"], waiting["refunded"]["amount"]) == (
        "pending_payment",
        2000,
        1500,
    )
    async with sale.ctx.reader() as session:
        query = sa.select(OutboxRow.payload).where(OutboxRow.name == "orders.refunded")
        (news,) = await session.scalars(query)
    assert (news["amount_minor"], news["is_full"]) == (1500, False), "the order is not over"
    await pay(sale, (await ask_again(sale, await sale.buyer(), order))["id"], drain)
    assert (await sale.see(await sale.buyer(), order["id"]))["state"] == "paid"
    await assert_books(sale, 5, 0)


async def test_money_is_asked_back_from_the_payment_that_has_it(
    sale: Sale, placed: Json, drain: Drain, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = sale.ctx.port(Gateways).named("sandbox")
    assert gateway is not None

    async def down(*_args: Any, **_kwargs: Any) -> None:
        raise Unavailable

    order = placed["order"]
    line = {"line_id": order["lines"][0]["id"], "quantity": 4}
    assert (await edit(sale, await sale.seller(), order, lines=[line])).status_code == 200
    with monkeypatch.context() as patch:
        patch.setattr(gateway, "refund", down)
        await pay(sale, placed["payment"]["id"], drain)  # the sum of before: on its way back, which takes a while
        await pay(sale, (await ask_again(sale, await sale.buyer(), order))["id"], drain)
        fewer = await cancel(sale, await sale.seller(), order, lines=[line | {"quantity": 1}])
        assert (fewer.status_code, fewer.json()["total"]["amount"]) == (200, 1500), fewer.text
        goodwill = await sale.api.post(
            f"/api/v1/orders/{order['id']}/refunds",
            json={"amount": {"amount": 100, "currency": "TWD"}, "reason": "a scratch"},
            headers=with_key(await sale.seller()),
        )
        assert goodwill.status_code in {200, 201, 202}, goodwill.text
    clock.advance(minutes=30)
    await drain()
    paid = await sale.see(await sale.buyer(), order["id"])
    assert [(one["state"], one["refunded"]["amount"]) for one in paid["payments"]] == [
        ("refunded", 1500),
        ("partially_refunded", 600),
    ]


async def test_a_changed_order_expires_with_all_it_holds(
    sale: Sale, placed: Json, drain: Drain, clock: FrozenClock
) -> None:
    order = placed["order"]
    line = order["lines"][0]["id"]
    await edit(sale, await sale.seller(), order, lines=[{"line_id": line, "quantity": 5}])
    await cancel(sale, await sale.seller(), order, lines=[{"line_id": line, "quantity": 1}])
    await assert_books(sale, 9, 4)
    payment = await ask_again(sale, await sale.buyer(), order)
    clock.advance(minutes=31)
    await drain()
    gone = await sale.see(await sale.buyer(), order["id"])
    assert (gone["state"], gone["cancel_reason"]) == ("cancelled", "expired")
    await assert_books(sale, 9, 0)
    await press(sale.api, payment["id"], "late")
    await drain()
    late = await sale.see(await sale.buyer(), order["id"])
    assert late["state"] == "paid"
    sums(late)
    await assert_books(sale, 5, 0)


async def test_an_order_that_was_paid_late_is_taken_back(
    sale: Sale, placed: Json, drain: Drain, clock: FrozenClock
) -> None:
    async def taken() -> int:
        async with sale.ctx.reader() as session:
            item = await session.get(StreamItem, sale.item["id"])
            assert item is not None
            return item.taken_count

    order = placed["order"]
    is_claimed = order["lines"][0]["claim_id"] is not None
    clock.advance(minutes=31)
    await drain()
    await press(sale.api, placed["payment"]["id"], "late")
    await drain()
    assert (await taken(), (await sale.see(await sale.seller(), order["id"]))["state"]) == (3 * is_claimed, "paid")
    line = {"line_id": order["lines"][0]["id"], "quantity": 1}
    fewer = await cancel(sale, await sale.seller(), order, lines=[line])
    assert (fewer.status_code, fewer.json()["total"]["amount"]) == (200, 1000), fewer.text
    await assert_books(sale, 7, 0)
    assert await taken() == 2 * is_claimed
    gone = await cancel(sale, await sale.seller(), order)
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled"), gone.text
    await drain()
    assert (await sale.see(await sale.seller(), order["id"]))["refunded"]["amount"] == 1500
    await assert_books(sale, 9, 0)
    assert await taken() == 0


async def test_the_shop_brings_another_product_in(sale: Sale, api: httpx2.AsyncClient, placed: Json) -> None:
    seller = await sale.seller()
    tea = await make_product(api, seller, sale.shop_id, title="Tea", variants=[variant(stock=2, amount=80)])
    other = tea["variants"][0]["id"]
    answer = await edit(sale, seller, placed["order"], lines=[{"variant_id": other, "quantity": 2}])
    assert sums(answer.json()) == (1660, 0, 0, 1660)
    assert [line["title"] for line in answer.json()["lines"]][-1] == "Tea"
    again = await edit(sale, seller, placed["order"], lines=[{"variant_id": other, "quantity": 2}])
    assert sums(again.json()) == (1660, 0, 0, 1660), "two of it, however often that is said"
    line = again.json()["lines"][-1]["id"]
    wishes = [{"variant_id": other, "quantity": 1}, {"line_id": line, "quantity": 1}]
    twice = await edit(sale, seller, placed["order"], lines=wishes)
    assert (twice.status_code, twice.json()["code"]) == (422, "invalid-input")
    short = await edit(sale, seller, placed["order"], lines=[{"variant_id": other, "quantity": 3}])
    assert (short.status_code, short.json()["code"], short.json()["available"]) == (409, "out-of-stock", 0)
    assert sums(await sale.see(seller, placed["order"]["id"])) == (1660, 0, 0, 1660)
    fewer = await edit(sale, seller, placed["order"], lines=[{"variant_id": other, "quantity": 1}])
    assert sums(fewer.json()) == (1580, 0, 0, 1580)


async def test_a_line_of_a_show_grows_within_its_share(sale: Sale) -> None:
    seller, path = await sale.seller(), f"/api/v1/streams/{sale.stream['id']}/items/{sale.item['id']}"
    assert (await sale.api.patch(path, json={"stock": 4}, headers=seller)).status_code == 200
    await sale.claim(await sale.buyer(), 3)
    order = (await sale.order(await sale.buyer()))["order"]
    line = order["lines"][0]["id"]
    grown = await edit(sale, seller, order, lines=[{"line_id": line, "quantity": 4}])
    assert [one["quantity"] for one in grown.json()["lines"]] == [4]
    over = await edit(sale, seller, order, lines=[{"line_id": line, "quantity": 5}])
    assert (over.status_code, over.json()["code"]) == (409, "out-of-stock")
    await assert_books(sale, 9, 4)
    assert (await sale.see(seller, order["id"]))["lines"] == grown.json()["lines"]
    await edit(sale, seller, order, lines=[{"line_id": line, "quantity": 1}])
    assert (await sale.claim(await sale.buyer("other"), 3))["state"] == "held"
    await assert_books(sale, 9, 4)


async def test_address_and_contact_are_corrected(
    sale: Sale, api: httpx2.AsyncClient, placed: Json, drain: Drain
) -> None:
    order, buyer = placed["order"], await sale.buyer()
    moved = await edit(sale, buyer, order, address=ADDRESS | {"line1": "2 River Road"}, note="ring twice")
    assert (moved.status_code, moved.json()["address"]["line1"], moved.json()["note"]) == (
        200,
        "2 River Road",
        "ring twice",
    )
    packer = await join_shop(api, await sale.seller(), sale.shop_id, "packer", "packer")
    called = await edit(sale, packer, order, contact={"phone": "+886 987 654 321"}, note="")
    assert (called.json()["address"]["phone"], called.json()["address"]["line1"], called.json()["note"]) == (
        "+886 987 654 321",
        "2 River Road",
        None,
    )
    assert [step["state"] for step in called.json()["history"]].count("edited") == 2
    await pay(sale, placed["payment"]["id"], drain)
    assert (await edit(sale, await sale.buyer(), order, contact={"recipient": "Lin A"})).status_code == 200
    await api.post(f"/api/v1/orders/{order['id']}/packing", headers=await sale.seller())
    late = await edit(sale, await sale.buyer(), order, contact={"recipient": "Lin B"})
    assert (late.status_code, late.json()["code"]) == (409, "order-state-conflict")
    too_late = await cancel(sale, await sale.seller(), order)
    assert (too_late.status_code, too_late.json()["code"]) == (409, "order-state-conflict")
    assert (await sale.see(await sale.buyer(), order["id"]))["address"]["recipient"] == "Lin A"


async def test_a_paid_order_does_not_grow(sale: Sale, placed: Json, drain: Drain) -> None:
    await pay(sale, placed["payment"]["id"], drain)
    line = placed["order"]["lines"][0]["id"]
    answer = await edit(sale, await sale.seller(), placed["order"], lines=[{"line_id": line, "quantity": 4}])
    assert (answer.status_code, answer.json()["code"]) == (409, "order-state-conflict")
    await assert_books(sale, 6, 0)
    smaller = await edit(sale, await sale.seller(), placed["order"], lines=[{"line_id": line, "quantity": 2}])
    assert smaller.status_code == 200
    await drain()
    sums(await sale.see(await sale.buyer(), placed["order"]["id"]))
    await assert_books(sale, 7, 0)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("cancel", {"lines": []}, 422, "invalid-input"),
        ("cancel", {"lines": [{"line_id": "LINE", "quantity": 0}]}, 422, "invalid-input"),
        ("cancel", {"lines": [{"line_id": "LINE", "quantity": 1}] * 2}, 422, "invalid-input"),
        ("cancel", {"lines": [{"line_id": "OTHER", "quantity": 1}]}, 422, "invalid-input"),
        ("cancel", {"reason": "a\x00"}, 422, "invalid-input"),
        ("edit", {"lines": [{"line_id": "OTHER", "quantity": 1}]}, 422, "invalid-input"),
        ("edit", {"lines": [{"line_id": "LINE", "quantity": 0}]}, 422, "invalid-input"),
        ("edit", {"lines": [{"line_id": "LINE", "quantity": 1}] * 2}, 422, "invalid-input"),
        ("edit", {"lines": [{"quantity": 1}]}, 422, "invalid-input"),
        ("edit", {"lines": [{"line_id": "LINE", "quantity": 13}]}, 409, "out-of-stock"),
        ("edit", {"address": {"line1": "x"}}, 422, "invalid-input"),
        ("edit", {"state": "paid"}, 422, "invalid-input"),
    ],
)
async def test_refused_changes_change_nothing(sale: Sale, path: str, body: Json, status: int, code: str) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 3)
    order = (await sale.order(buyer))["order"]
    ids = {"LINE": order["lines"][0]["id"], "OTHER": unknown_id("oli")}
    lines = [line | {"line_id": ids[line["line_id"]]} if "line_id" in line else line for line in body.get("lines", [])]
    change = body | ({"lines": lines} if "lines" in body else {})
    act = cancel if path == "cancel" else edit
    answer = await act(sale, await sale.seller(), order, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await sale.see(buyer, order["id"]) == order
    await assert_books(sale, 9, 3)


async def test_orders_of_others_are_not_touched(sale: Sale, placed: Json) -> None:
    stranger = await sale.buyer("stranger")
    line = placed["order"]["lines"][0]["id"]
    assert (await cancel(sale, stranger, placed["order"])).status_code == 404
    assert (await edit(sale, stranger, placed["order"], note="x")).status_code == 404
    own = await edit(sale, await sale.buyer(), placed["order"], lines=[{"line_id": line, "quantity": 1}])
    assert own.status_code == 403, "lines are for the shop"
    await assert_books(sale, 9, 3)
