"""The shop's side of an order: lists, packing, parcels, refunds; and who may see and do what."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from support.catalog import with_key
from support.orders import Json, Sale, open_sale
from support.payments import press
from support.shops import join_shop

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=5, amount=500)


@pytest.fixture
async def paid(sale: Sale, drain: Drain) -> Json:
    """A paid order of two units."""
    buyer = await sale.buyer()
    await sale.claim(buyer, 2)
    placed = await sale.order(buyer)
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    return await sale.see(buyer, placed["order"]["id"])


async def send(sale: Sale, order_id: str, what: str, headers: dict[str, str], **body: Any) -> httpx2.Response:
    return await sale.api.post(f"/api/v1/orders/{order_id}/{what}", json=body or None, headers=with_key(headers))


def twd(amount: int) -> Json:
    return {"amount": amount, "currency": "TWD"}


async def test_from_paid_to_delivered(sale: Sale, paid: Json, api: httpx2.AsyncClient) -> None:
    packer = await join_shop(api, sale.owner.headers, sale.shop_id, "packer", "packer")
    parcel = {"carrier": "Black Cat", "tracking_number": "T-1"}
    assert (await send(sale, paid["id"], "delivered", packer)).json()["code"] == "order-state-conflict"
    assert (await send(sale, paid["id"], "packing", packer)).json()["state"] == "packing"
    assert (await send(sale, paid["id"], "packing", packer)).status_code == 409
    for _ in range(2):
        shipped = await send(sale, paid["id"], "shipments", packer, **parcel)
        assert (shipped.status_code, shipped.json()["state"]) == (201, "shipped")
    second = await send(sale, paid["id"], "shipments", packer, carrier="Black Cat", tracking_number="T-2")
    assert [one["tracking_number"] for one in second.json()["shipments"]] == ["T-1", "T-2"]
    assert (await send(sale, paid["id"], "delivered", packer)).json()["state"] == "delivered"
    seen = await sale.see(await sale.buyer(), paid["id"])
    assert [step["state"] for step in seen["history"]][-3:] == ["packing", "shipped", "delivered"]


async def test_unpaid_is_not_shipped(sale: Sale) -> None:
    buyer = await sale.buyer()
    await sale.put(buyer)
    placed = await sale.order(buyer)
    answer = await send(sale, placed["order"]["id"], "shipments", await sale.seller(), carrier="x", tracking_number="y")
    assert (answer.status_code, answer.json()["state"]) == (409, "pending_payment")


@pytest.mark.parametrize("what", ["packing", "shipments", "delivered", "refunds"])
async def test_only_the_shop_works_on_an_order(sale: Sale, paid: Json, api: httpx2.AsyncClient, what: str) -> None:
    bodies: dict[str, Json] = {
        "shipments": {"carrier": "x", "tracking_number": "y"},
        "refunds": {"amount": twd(1), "reason": "because"},
    }
    body = bodies.get(what, {})
    stranger = await sale.buyer("stranger")
    assert (await send(sale, paid["id"], what, stranger, **body)).status_code == 404
    assert (await send(sale, paid["id"], what, await sale.buyer(), **body)).status_code == 403
    moderator = await join_shop(api, sale.owner.headers, sale.shop_id, "moderator", "moderator")
    assert (await send(sale, paid["id"], what, moderator, **body)).status_code == 403
    assert (await send(sale, new_id("ord"), what, await sale.seller(), **body)).status_code == 404
    assert (await sale.see(await sale.buyer(), paid["id"]))["state"] == "paid"


async def test_refund_in_parts(sale: Sale, paid: Json, drain: Drain) -> None:
    owner = await sale.seller()
    total = paid["total"]["amount"]
    first = await send(sale, paid["id"], "refunds", owner, amount=twd(100), reason="a scratch")
    assert (first.status_code, first.json()["refund"]["state"]) == (201, "requested")
    await drain()
    order = await sale.see(owner, paid["id"])
    assert (order["state"], order["refunded"]["amount"]) == ("paid", 100)
    assert order["payments"][0]["state"] == "partially_refunded"
    too_much = await send(sale, paid["id"], "refunds", owner, amount=twd(total - 99), reason="all")
    assert (too_much.status_code, too_much.json()["code"]) == (409, "refund-too-large")
    assert too_much.json()["refundable"] == twd(total - 100)
    rest = await send(sale, paid["id"], "refunds", owner, amount=twd(total - 100), reason="all")
    assert rest.status_code == 201
    await drain()
    order = await sale.see(owner, paid["id"])
    assert (order["state"], order["refunded"]["amount"]) == ("refunded", total)
    assert order["payments"][0]["state"] == "refunded"
    none_left = await send(sale, paid["id"], "refunds", owner, amount=twd(1), reason="more")
    assert none_left.json()["code"] == "not-refundable"
    detail = await sale.api.get(f"/api/v1/payments/{order['payments'][0]['id']}", headers=await sale.buyer())
    assert [(one["amount"]["amount"], one["state"]) for one in detail.json()["refunds"]] == [
        (100, "done"),
        (total - 100, "done"),
    ]


async def test_repeated_refund_request_is_one_refund(sale: Sale, paid: Json, drain: Drain) -> None:
    headers = with_key(await sale.seller(), "once")
    body = {"amount": twd(100), "reason": "a scratch"}
    answers = [
        await sale.api.post(f"/api/v1/orders/{paid['id']}/refunds", json=body, headers=headers) for _ in range(3)
    ]
    assert len({answer.json()["refund"]["id"] for answer in answers}) == 1
    await drain()
    assert (await sale.see(headers, paid["id"]))["refunded"]["amount"] == 100


async def test_refund_puts_units_back_when_asked(sale: Sale, paid: Json) -> None:
    owner = await sale.seller()
    assert await sale.stock() == (3, 0)
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    for expected in (201, 201, 422):
        answer = await send(
            sale, paid["id"], "refunds", owner, amount=twd(10), reason="returned", lines=lines, restock=True
        )
        assert answer.status_code == expected, answer.text
    assert await sale.stock() == (5, 0)
    assert (await sale.see(owner, paid["id"]))["refunded"]["amount"] == 0  # the gateway has not been asked yet


async def test_what_is_restocked_goes_back_into_the_show(sale: Sale, drain: Drain) -> None:
    path = f"/api/v1/streams/{sale.stream['id']}/items/{sale.item['id']}"
    assert (await sale.api.patch(path, json={"stock": 2}, headers=await sale.seller())).status_code == 200
    buyer = await sale.buyer()
    await sale.claim(buyer, 2)
    placed = await sale.order(buyer)
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    waiting = await sale.claim(await sale.buyer("other"), 1)
    assert waiting["state"] == "waitlisted"
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    answer = await send(
        sale,
        placed["order"]["id"],
        "refunds",
        await sale.seller(),
        amount=twd(10),
        reason="x",
        lines=lines,
        restock=True,
    )
    assert answer.status_code == 201, answer.text
    seen = await sale.api.get(f"/api/v1/claims/{waiting['id']}", headers=await sale.buyer("other"))
    assert seen.json()["state"] == "held"
    assert await sale.stock() == (4, 1)
    async with sale.ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []
    all_of_it = await send(sale, placed["order"]["id"], "cancel", await sale.seller())
    assert all_of_it.json()["state"] == "cancelled"
    assert await sale.stock() == (5, 1), "the other one came back; none comes back twice"
    again = await send(
        sale,
        placed["order"]["id"],
        "refunds",
        await sale.seller(),
        amount=twd(10),
        reason="x",
        lines=lines,
        restock=True,
    )
    assert again.status_code == 409
    assert await sale.stock() == (5, 1)


@pytest.mark.parametrize(
    "body",
    [
        {"amount": {"amount": 1, "currency": "THB"}, "reason": "x"},
        {"amount": {"amount": 0, "currency": "TWD"}, "reason": "x"},
        {"amount": {"amount": -5, "currency": "TWD"}, "reason": "x"},
        {"amount": {"amount": 1.5, "currency": "TWD"}, "reason": "x"},
        {"amount": {"amount": 1, "currency": "TWD"}, "reason": ""},
        {"amount": {"amount": 1, "currency": "TWD"}, "reason": "x", "restock": True},
        {"amount": {"amount": 1, "currency": "TWD"}, "reason": "x", "lines": [], "restock": True},
    ],
)
async def test_malformed_refund(sale: Sale, paid: Json, body: Json) -> None:
    answer = await send(sale, paid["id"], "refunds", await sale.seller(), **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_order_is_for_its_buyer_and_the_shop(sale: Sale, paid: Json, api: httpx2.AsyncClient) -> None:
    packer = await join_shop(api, sale.owner.headers, sale.shop_id, "packer", "packer")
    for headers in (await sale.buyer(), await sale.seller(), packer):
        seen = await sale.see(headers, paid["id"])
        assert seen["buyer"] == {"id": sale.people["buyer"].id, "display_name": "Buyer"}
    for path in (f"/orders/{paid['id']}", f"/payments/{paid['payments'][0]['id']}", "/orders/ord_1", "/payments/x"):
        answer = await api.get(f"/api/v1{path}", headers=await sale.buyer("stranger"))
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert (await api.get(f"/api/v1{path}")).status_code in {401, 404}


async def test_lists(sale: Sale, api: httpx2.AsyncClient, drain: Drain) -> None:
    buyer, other = await sale.buyer(), await sale.buyer("other")
    ids = []
    for headers in (buyer, buyer, other):
        await sale.put(headers)
        ids.append((await sale.order(headers))["order"]["id"])
    await sale.claim(other)
    claimed = await sale.order(other)
    ids.append(claimed["order"]["id"])
    await press(api, claimed["payment"]["id"], "paid")
    await drain()

    async def listed(path: str, headers: dict[str, str]) -> list[str]:
        answer = await api.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    shop = f"/shops/{sale.shop_id}/orders"
    seller = await sale.seller()
    assert await listed("/orders", buyer) == [ids[1], ids[0]]
    assert await listed("/orders?state=paid", other) == [ids[3]]
    assert await listed(shop, seller) == ids[::-1]
    assert await listed(f"{shop}?state=paid", seller) == [ids[3]]
    assert await listed(f"{shop}?stream={sale.stream['id']}", seller) == [ids[3]]
    assert await listed(f"{shop}?stream=x", seller) == []
    first = (await api.get(f"/api/v1{shop}?limit=3", headers=seller)).json()
    second = (await api.get(f"/api/v1{shop}?limit=3&cursor={first['next_cursor']}", headers=seller)).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    assert (await api.get(f"/api/v1{shop}", headers=buyer)).status_code == 403
    assert (await api.get(f"/api/v1/shops/{new_id('shp')}/orders", headers=seller)).status_code == 404
    for query in ("state=lost", "cursor=abc", "limit=0", "limit=1000"):
        assert (await api.get(f"/api/v1/orders?{query}", headers=buyer)).status_code == 422
    mine = (await api.get("/api/v1/me/payments?limit=1", headers=buyer)).json()
    assert [one["payable"] for one in mine["items"]] == [ids[1]]
    assert mine["next_cursor"] is not None
