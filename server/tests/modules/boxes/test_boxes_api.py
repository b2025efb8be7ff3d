"""Claims of several shows wait in one box, are paid together, topped up, packed, or let go of when its time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.boxes.policy import price_of_more, warning_time
from nightmarket.modules.boxes.service.end_boxes import catch_up
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.shops.public import ShippingTerms
from support.catalog import make_product, variant, with_key
from support.clock import FrozenClock
from support.orders import ADDRESS, Json, Sale, open_sale
from support.payments import press
from support.shops import join_shop
from support.streams import add_item, live_stream

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    sale = await open_sale(ctx, api, stock=9, amount=500)
    await sale.sell_with(box_days=14, shipping_fee=60, free_shipping_from=1500)
    return sale


async def claim_in_another_show(sale: Sale, headers: dict[str, str], quantity: int) -> Json:
    """The same product in a new show."""
    seller = await sale.seller()
    stream = await live_stream(sale.ctx, sale.api, seller, sale.shop_id)
    item = await add_item(sale.api, seller, stream["id"], sale.product["id"], code="B1")
    answer = await sale.api.post(
        f"/api/v1/streams/{stream['id']}/claims",
        json={"item_id": item["id"], "quantity": quantity},
        headers=with_key(headers),
    )
    assert answer.status_code == 201, answer.text
    claim: Json = answer.json()["claim"]
    return claim


async def boxes_of(sale: Sale, headers: dict[str, str], **query: Any) -> list[Json]:
    answer = await sale.api.get("/api/v1/me/boxes", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def order_box(sale: Sale, headers: dict[str, str], box: Json, **wish: Any) -> httpx2.Response:
    body = {"payment_method": "sandbox", "address": ADDRESS} | wish
    return await sale.api.post(f"/api/v1/boxes/{box['id']}/orders", json=body, headers=with_key(headers))


def sums(box: Json) -> dict[str, int]:
    names = ("ordered", "subtotal", "shipping", "discount", "total", "missing_for_free")
    return {name: box[name]["amount"] for name in names}


async def assert_books(sale: Sale, on_hand: int, held: int) -> None:
    assert await sale.stock() == (on_hand, held)
    async with sale.ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []


async def test_claims_of_two_shows_are_one_parcel(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 1)
    await drain()
    clock.advance(days=3)
    buyer = await sale.buyer()
    await claim_in_another_show(sale, buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert (box["state"], box["is_current"], box["shop"]["slug"]) == ("open", True, "lantern-lane")
    assert [(line["code"], line["state"], line["quantity"]) for line in box["lines"]] == [
        ("A1", "held", 1),
        ("B1", "held", 1),
    ]
    assert {line["hold_expires_at"] for line in box["lines"]} == {box["expires_at"]}
    assert sums(box) == {
        "ordered": 0,
        "subtotal": 1000,
        "shipping": 60,
        "discount": 0,
        "total": 1060,
        "missing_for_free": 500,
    }
    assert box["free_shipping_from"]["amount"] == 1500
    clock.advance(days=5)
    await drain()
    await assert_books(sale, 9, 2)
    buyer = await sale.buyer()
    placed = await order_box(sale, buyer, box, expected_total=box["total"])
    assert placed.status_code == 201, placed.text
    order = placed.json()["order"]
    assert (order["box_id"], order["total"]["amount"], len(order["lines"])) == (box["id"], 1060, 2)
    (after,) = await boxes_of(sale, buyer)
    assert (after["state"], after["order_ids"], {line["state"] for line in after["lines"]}) == (
        "ordered",
        [order["id"]],
        {"ordered"},
    )
    assert sums(after)["total"] == 0
    again = await order_box(sale, buyer, box)
    assert (again.status_code, again.json()["code"]) == (422, "nothing-to-order")


async def test_a_shop_without_boxes_has_none(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    await sale.sell_with(box_days=None)
    await sale.claim(await sale.buyer())
    await drain()
    assert await boxes_of(sale, await sale.buyer()) == []
    clock.advance(minutes=11)
    await drain()
    await assert_books(sale, 9, 0)


async def test_more_is_topped_up_until_the_parcel_is_free(sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    first = (await order_box(sale, buyer, box)).json()
    assert first["order"]["total"]["amount"] == 560
    await press(sale.api, first["payment"]["id"], "paid")
    await drain()

    await claim_in_another_show(sale, buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert (box["state"], box["order_ids"]) == ("open", [first["order"]["id"]])
    assert sums(box) == {
        "ordered": 500,
        "subtotal": 500,
        "shipping": 0,
        "discount": 0,
        "total": 500,
        "missing_for_free": 500,
    }, "one parcel is sent once"
    second = (await order_box(sale, buyer, box, expected_total=box["total"])).json()
    assert second["order"]["total"]["amount"] == 500
    await press(sale.api, second["payment"]["id"], "paid")

    await claim_in_another_show(sale, buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert sums(box)["discount"] == 60, "the whole parcel is free now: what was paid for it comes back"
    (bag,) = (await sale.api.get("/api/v1/cart", headers=buyer)).json()["shops"]
    assert bag["box"] == {
        "id": box["id"],
        "ordered": {"amount": 1000, "currency": "TWD"},
        "charged": {"amount": 60, "currency": "TWD"},
    }
    assert (bag["discount"]["amount"], bag["total"]["amount"], bag["missing_for_free"]["amount"]) == (
        60,
        440,
        0,
    )
    third = (await sale.order(buyer, expected_total=bag["total"]))["order"]
    assert third["box_id"] == box["id"], "whichever door the order came through"
    assert [third[name]["amount"] for name in ("subtotal", "shipping", "discount", "total")] == [500, 0, 60, 440]


async def test_an_order_that_comes_to_nothing_leaves_the_parcel(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    placed = (await order_box(sale, buyer, box)).json()
    clock.advance(minutes=31)
    await drain()
    buyer = await sale.buyer()
    (box,) = await boxes_of(sale, buyer)
    assert (box["state"], box["order_ids"], box["lines"]) == ("open", [], [])
    await assert_books(sale, 9, 0)
    await claim_in_another_show(sale, buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert (sums(box)["shipping"], sums(box)["total"]) == (60, 560)
    await press(sale.api, placed["payment"]["id"], "late")
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert (sums(box)["ordered"], sums(box)["shipping"], box["order_ids"]) == (500, 0, [placed["order"]["id"]])


async def test_units_taken_out_count_for_the_parcel(sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 3)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    order = (await order_box(sale, buyer, box)).json()["order"]
    assert (order["shipping"]["amount"], order["total"]["amount"]) == (0, 1500)
    line = {"line_id": order["lines"][0]["id"], "quantity": 2}
    smaller = await sale.api.post(
        f"/api/v1/orders/{order['id']}/cancel", json={"lines": [line]}, headers=with_key(buyer)
    )
    assert (smaller.json()["shipping"]["amount"], smaller.json()["total"]["amount"]) == (60, 560)
    (box,) = await boxes_of(sale, buyer)
    assert (sums(box)["ordered"], sums(box)["missing_for_free"]) == (0, 1500), "not paid yet"
    await assert_books(sale, 9, 1)
    again = await sale.api.post(
        f"/api/v1/orders/{order['id']}/payments", json={"payment_method": "sandbox"}, headers=with_key(buyer)
    )
    await press(sale.api, again.json()["payment"]["id"], "paid")
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert (sums(box)["ordered"], sums(box)["missing_for_free"]) == (500, 1000)
    await assert_books(sale, 8, 0)


async def test_only_paid_orders_make_the_next_one_cheaper(sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()

    async def order_more(quantity: int) -> Json:
        await claim_in_another_show(sale, buyer, quantity)
        await drain()
        (box,) = await boxes_of(sale, buyer)
        placed: Json = (await order_box(sale, buyer, box, expected_total=box["total"])).json()
        return placed

    def prices(placed: Json) -> list[int]:
        return [placed["order"][name]["amount"] for name in ("subtotal", "shipping", "discount", "total")]

    unpaid, second = await order_more(2), await order_more(1)
    assert prices(unpaid) == [1000, 60, 0, 1060]
    assert prices(second) == [500, 60, 0, 560], "the first may still come to nothing"
    await press(sale.api, unpaid["payment"]["id"], "paid")
    await drain()
    second = {"order": await sale.see(buyer, second["order"]["id"])}
    assert prices(second) == [500, 0, 60, 440], "the paid parcel and this one are free"
    assert [one["state"] for one in second["order"]["payments"]] == ["cancelled", "created"]
    assert second["order"]["payments"][-1]["amount"]["amount"] == 440
    third = await order_more(1)
    assert prices(third) == [500, 0, 0, 500], "the same shipping is not given back twice"
    answer = await sale.api.post(f"/api/v1/orders/{second['order']['id']}/cancel", headers=with_key(buyer))
    assert answer.status_code == 200
    await drain()
    assert prices({"order": await sale.see(buyer, third["order"]["id"])}) == [500, 0, 60, 440], "it is free again"


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_parcel_is_paid_for_once_whoever_pays_first(sale: Sale, drain: Drain, *, at_once: bool) -> None:
    buyer = await sale.buyer()
    placed: list[Json] = []
    for _ in range(2):
        await claim_in_another_show(sale, buyer, 1)
        await drain()
        (box,) = await boxes_of(sale, buyer)
        placed.append((await order_box(sale, buyer, box)).json())
    assert [one["order"]["total"]["amount"] for one in placed] == [560, 560]
    for one in reversed(placed):  # the buyer stands at both tills, and pays what each of them asks for
        await press(sale.api, one["payment"]["id"], "paid")
        if not at_once:
            await drain()
    await drain()
    first, last = [await sale.see(buyer, one["order"]["id"]) for one in placed]
    assert sorted(one["total"]["amount"] for one in (first, last)) == [500, 560]
    assert first["state"] == last["state"] == "paid"
    kept = [
        payment["amount"]["amount"] - payment["refunded"]["amount"]
        for one in (first, last)
        for payment in one["payments"]
        if payment["state"] in {"paid", "partially_refunded"}
    ]
    assert sum(kept) == 1060
    (box,) = await boxes_of(sale, buyer)
    assert (sums(box)["ordered"], box["order_ids"]) == (1000, sorted(one["order"]["id"] for one in placed))
    await claim_in_another_show(sale, buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert sums(box)["discount"] == 60, "the parcel is free now: what was paid for it once comes back once"


async def test_an_order_paid_after_its_parcel_was_packed_pays_for_its_own(
    sale: Sale, drain: Drain, clock: FrozenClock
) -> None:
    placed: list[Json] = []
    for _ in range(2):
        buyer = await sale.buyer()
        await claim_in_another_show(sale, buyer, 1)
        await drain()
        (box,) = await boxes_of(sale, buyer)
        placed.append((await order_box(sale, buyer, box)).json())
        clock.advance(minutes=20)
        await drain()
    late, second = placed
    await press(sale.api, second["payment"]["id"], "paid")
    await drain()
    path = f"/api/v1/orders/{second['order']['id']}/packing"
    assert (await sale.api.post(path, headers=await sale.seller())).status_code == 200
    await press(sale.api, late["payment"]["id"], "late")
    await drain()
    order = await sale.see(await sale.buyer(), late["order"]["id"])
    assert (order["state"], order["total"]["amount"], order["refunded"]["amount"]) == ("paid", 560, 0)


async def test_a_credit_leaves_what_can_be_paid(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await open_sale(ctx, api, stock=20, amount=50)
    await sale.sell_with(box_days=14, shipping_fee=60, free_shipping_from=150)
    gateways = ctx.port(Gateways)
    gateway, offer = gateways.for_method("sandbox") or pytest.fail("no gateway")
    from_30 = replace(offer, least_minor=30)
    monkeypatch.setitem(gateways._by_method, "sandbox", (gateway, from_30))
    buyer = await sale.buyer()

    async def order_more(quantity: int) -> Json:
        await claim_in_another_show(sale, buyer, quantity)
        await drain()
        (box,) = await boxes_of(sale, buyer)
        (bag,) = (await sale.api.get("/api/v1/cart", headers=buyer)).json()["shops"]
        assert bag["total"] == box["total"]
        placed = await order_box(sale, buyer, box, expected_total=box["total"])
        assert placed.status_code == 201, placed.text
        await press(sale.api, placed.json()["payment"]["id"], "paid")
        await drain()
        order: Json = placed.json()["order"]
        return order

    def prices(order: Json) -> list[int]:
        return [order[name]["amount"] for name in ("subtotal", "shipping", "discount", "total")]

    assert prices(await order_more(2)) == [100, 60, 0, 160]
    assert prices(await order_more(1)) == [50, 0, 20, 30]
    assert prices(await order_more(1)) == [50, 0, 20, 30], "the rest of the 60 waits for the next order"
    await claim_in_another_show(sale, buyer, 2)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    last = (await order_box(sale, buyer, box)).json()["order"]
    assert prices(last) == [100, 0, 20, 80]


async def test_a_smaller_order_can_still_be_paid(sale: Sale, drain: Drain) -> None:
    tea = await make_product(
        sale.api, await sale.seller(), sale.shop_id, title="Tea", variants=[variant(stock=9, amount=40)]
    )
    buyer = await sale.buyer()
    await sale.claim(buyer, 2)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    first = (await order_box(sale, buyer, box)).json()
    await press(sale.api, first["payment"]["id"], "paid")
    await drain()
    await sale.claim(buyer, 1)
    await drain()
    await sale.put(buyer, 1, tea["variants"][0]["id"])
    second = (await sale.order(buyer))["order"]
    assert (second["discount"]["amount"], second["total"]["amount"]) == (60, 480)
    lines = [{"line_id": line["id"], "quantity": 1} for line in second["lines"] if line["unit_price"]["amount"] == 500]
    answer = await sale.api.post(
        f"/api/v1/orders/{second['id']}/cancel", json={"lines": lines}, headers=with_key(await sale.seller())
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"]["amount"] > 0
    open_now = [one["amount"] for one in answer.json()["payments"] if one["state"] == "created"]
    assert open_now == [answer.json()["total"]]


@pytest.mark.parametrize("end", ["cancelled", "expired"])
async def test_shipping_is_not_given_back_twice(sale: Sale, drain: Drain, clock: FrozenClock, end: str) -> None:
    buyer = await sale.buyer()

    async def order_more(quantity: int) -> Json:
        await claim_in_another_show(sale, await sale.buyer(), quantity)
        await drain()
        (box,) = await boxes_of(sale, await sale.buyer())
        placed: Json = (await order_box(sale, await sale.buyer(), box, expected_total=box["total"])).json()
        return placed

    async def cancel(order: Json) -> None:
        path = f"/api/v1/orders/{order['id']}/cancel"
        answer = await sale.api.post(path, headers=with_key(await sale.seller()))
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled"), answer.text
        await drain()

    async def refunded(order: Json) -> int:
        amount: int = (await sale.see(await sale.seller(), order["id"]))["refunded"]["amount"]
        return amount

    first = await order_more(2)
    await press(sale.api, first["payment"]["id"], "paid")
    await drain()
    second = await order_more(1)
    assert (first["order"]["total"]["amount"], second["order"]["total"]["amount"]) == (1060, 440)
    if end == "cancelled":
        await press(sale.api, second["payment"]["id"], "paid")
        await drain()
    await cancel(first["order"])
    assert await refunded(first["order"]) == 1000, "60 of it came back with the second order"
    (box,) = await boxes_of(sale, buyer)
    assert box["order_ids"] == [second["order"]["id"]]
    if end == "expired":
        stock = await sale.stock()
        back = {"variant_id": sale.variant_id, "quantity": 1}
        answer = await sale.api.post(
            f"/api/v1/orders/{first['order']['id']}/refunds",
            json={"amount": {"amount": 1, "currency": "TWD"}, "reason": "x", "restock": True, "lines": [back]},
            headers=with_key(await sale.seller()),
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "order-state-conflict"), answer.text
        assert await sale.stock() == stock, "its goods are for sale already, and exist once"
    if end == "cancelled":
        await cancel(second["order"])
        assert await refunded(second["order"]) == 440
    else:
        clock.advance(minutes=31)
        await drain()
    assert await refunded(first["order"]) == 1060, "nothing is sent any more"
    await assert_books(sale, 9, 0)


async def test_packing_closes_the_box_and_the_rest_waits_in_a_new_one(
    sale: Sale, drain: Drain, clock: FrozenClock
) -> None:
    buyer = await sale.buyer()
    await sale.claim(buyer, 1)
    await drain()
    (box,) = await boxes_of(sale, buyer)
    placed = (await order_box(sale, buyer, box)).json()
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    late = await claim_in_another_show(sale, buyer, 1)
    await drain()
    packed = await sale.api.post(f"/api/v1/orders/{placed['order']['id']}/packing", headers=await sale.seller())
    assert packed.status_code == 200, packed.text
    rest, old = await boxes_of(sale, buyer)
    assert (old["id"], old["state"], old["is_current"]) == (box["id"], "ordered", False)
    assert (rest["state"], [line["claim_id"] for line in rest["lines"]]) == ("open", [late["id"]])
    assert rest["expires_at"] == box["expires_at"]
    assert sums(rest)["total"] == 560, "another parcel, with its own shipping"
    clock.advance(days=13, hours=1)
    await drain()
    async with sale.ctx.reader() as session:
        told = await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == "boxes.expiring"))
        assert [news["box_id"] for news in told] == [rest["id"]], "it has timers of its own"
    clock.advance(days=1)
    await drain()
    rest, _ = await boxes_of(sale, await sale.buyer())
    assert (rest["state"], rest["is_current"]) == ("expired", False)


async def test_the_buyer_is_warned_and_then_all_is_let_go_of(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    await sale.claim(await sale.buyer(), 2)
    await drain()
    (box,) = await boxes_of(sale, await sale.buyer())

    async def news(name: str) -> list[Any]:
        async with sale.ctx.reader() as session:
            return list(await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == name)))

    clock.advance(days=12, hours=23)
    await drain()
    assert await news("boxes.expiring") == []
    clock.advance(hours=2)
    await drain()
    await catch_up(sale.ctx)
    await drain()
    (warning,) = await news("boxes.expiring")
    assert (warning["box_id"], warning["buyer_id"]) == (box["id"], sale.people["buyer"].id)
    await assert_books(sale, 9, 2)
    clock.advance(days=1)
    await drain()
    await drain()
    (box,) = await boxes_of(sale, await sale.buyer())
    assert (box["state"], box["is_current"], box["lines"]) == ("expired", False, [])
    assert len(await news("boxes.expired")) == 1
    await assert_books(sale, 9, 0)
    await sale.claim(await sale.buyer(), 1)
    await drain()
    assert [one["state"] for one in await boxes_of(sale, await sale.buyer())] == ["open", "expired"]


async def test_missed_timers_are_made_up_for(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    await sale.claim(await sale.buyer(), 2)
    await drain()
    async with sale.ctx.unit() as unit:
        await unit.session.execute(sa.delete(OutboxRow).where(OutboxRow.kind == "job"))
    clock.advance(days=15)
    await catch_up(sale.ctx)
    await drain()
    (box,) = await boxes_of(sale, await sale.buyer())
    assert box["state"] == "expired"
    await assert_books(sale, 9, 0)


async def test_a_long_hold_moves_the_end_of_the_box_out(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    await sale.sell_with(box_days=1)
    await sale.claim(await sale.buyer(), 1)
    await drain()
    clock.advance(hours=23, minutes=55)
    await sale.claim(await sale.buyer(), 1)
    await drain()
    (box,) = await boxes_of(sale, await sale.buyer())
    assert len(box["lines"]) == 2
    assert {line["hold_expires_at"] for line in box["lines"]} == {box["expires_at"]}
    clock.advance(minutes=6)
    await drain()
    await assert_books(sale, 9, 2)
    clock.advance(minutes=5)
    await drain()
    await drain()
    await assert_books(sale, 9, 0)


async def test_claims_at_the_same_moment_share_one_box(sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()
    await asyncio.gather(*(sale.claim(buyer, 1) for _ in range(4)))
    await asyncio.gather(drain(), drain())
    await drain()
    (box,) = await boxes_of(sale, buyer)
    assert len(box["lines"]) == 4


async def test_boxes_are_for_their_buyer_and_the_shop(sale: Sale, api: httpx2.AsyncClient, drain: Drain) -> None:
    await sale.claim(await sale.buyer())
    await drain()
    (box,) = await boxes_of(sale, await sale.buyer())
    stranger = await sale.buyer("stranger")
    packer = await join_shop(api, await sale.seller(), sale.shop_id, "packer", "packer")
    one, all_of_shop = f"/api/v1/boxes/{box['id']}", f"/api/v1/shops/{sale.shop_id}/boxes"
    assert (await api.get(one, headers=stranger)).status_code == 404
    assert (await api.get(all_of_shop, headers=stranger)).status_code == 403
    assert (await order_box(sale, stranger, box)).status_code == 404
    assert (await order_box(sale, packer, box)).status_code == 404
    assert (await api.get(one, headers=packer)).json()["buyer"]["display_name"] == "Buyer"
    shown = (await api.get(all_of_shop, params={"state": "open"}, headers=packer)).json()["items"]
    assert [other["id"] for other in shown] == [box["id"]]
    assert (await api.get(all_of_shop, params={"state": "expired"}, headers=packer)).json()["items"] == []
    assert (await api.get(all_of_shop, params={"state": "lost"}, headers=packer)).status_code == 422


twd = st.integers(0, 5000).map(lambda minor: Money(minor, "TWD"))


@given(fee=twd, free_from=st.none() | twd, orders=st.lists(twd, min_size=1, max_size=6))
def test_a_parcel_is_never_paid_for_more_than_once(fee: Money, free_from: Money | None, orders: list[Money]) -> None:
    terms = ShippingTerms(fee, free_from)
    goods = charged = Money(0, "TWD")
    for more in orders:
        price = price_of_more(terms.cost_of(goods + more), charged, more, least=Money(30, "TWD"))
        assert price.shipping.minor >= 0
        assert 0 <= price.credit.minor <= more.minor
        assert not (price.shipping.minor and price.credit.minor)
        assert (more + price.shipping - price.credit).minor >= min(30, more.minor)
        goods, charged = goods + more, charged + price.shipping - price.credit
        assert terms.cost_of(goods).minor <= charged.minor <= fee.minor


@given(hours=st.integers(1, 60 * 24))
def test_a_warning_comes_in_the_second_half_and_before_the_end(hours: int) -> None:
    from datetime import UTC, datetime

    opened = datetime(2026, 1, 1, tzinfo=UTC)
    ends = opened + timedelta(hours=hours)
    assert opened + (ends - opened) / 2 <= warning_time(opened, ends) < ends
