"""A whole purchase through the API: from the seller's set-up to the parcel on the buyer's doorstep and a refund."""

from collections.abc import Awaitable, Callable

import httpx2

from nightmarket.kernel.context import Context
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from support.catalog import with_key
from support.clock import FrozenClock
from support.orders import open_sale

Drain = Callable[[], Awaitable[list[str]]]


async def test_from_claim_to_doorstep(ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock) -> None:
    sale = await open_sale(ctx, api, stock=10, amount=590, live_price={"amount": 490, "currency": "TWD"})
    buyer = await sale.buyer()

    claim = await sale.claim(buyer, 2)
    bag = await sale.put(buyer, 1)
    assert bag["count"] == 3
    methods = (await api.get(f"/api/v1/payment-methods?shop={sale.shop_id}", headers=buyer)).json()["items"]

    placed = await sale.order(buyer, payment_method=methods[0]["method"])
    order, payment = placed["order"], placed["payment"]
    assert {line["claim_id"] for line in order["lines"]} == {claim["id"], None}
    assert order["subtotal"]["amount"] == 2 * 490 + 590

    page = await api.get(payment["action"]["url"], headers={"Accept-Language": "zh-TW"})
    assert page.status_code == 200
    back = await api.post(payment["action"]["url"], data={"outcome": "paid"})
    assert back.headers["location"].endswith(f"/payments/{payment['id']}")
    ran = await drain()
    assert [name for name in ran if name.startswith(("sandbox.", "payments.", "orders."))] == [
        "orders.placed",
        "sandbox.notify.v1",
        "orders.tell_rooms.v1",
        "payments.take_delivery.v1",
        "payments.captured",
        "orders.paid",
        "orders.tell_sold.v1",
        "orders.tell_rooms.v1",
    ]
    assert (await api.get(f"/api/v1/payments/{payment['id']}", headers=buyer)).json()["state"] == "paid"
    assert (await sale.see(buyer, order["id"]))["state"] == "paid"

    seller = await sale.seller()
    listed = (await api.get(f"/api/v1/shops/{sale.shop_id}/orders?state=paid", headers=seller)).json()["items"]
    assert [one["number"] for one in listed] == [order["number"]]
    assert await sale.stock() == (7, 0)

    base = f"/api/v1/orders/{order['id']}"
    await api.post(f"{base}/packing", headers=seller)
    await api.post(f"{base}/shipments", json={"carrier": "Black Cat", "tracking_number": "T1"}, headers=seller)
    await api.post(f"{base}/delivered", headers=seller)
    clock.advance(hours=2)
    await drain()
    buyer, seller = await sale.buyer(), await sale.seller()
    assert (await sale.see(buyer, order["id"]))["state"] == "delivered"

    await api.post(
        f"{base}/refunds",
        json={
            "amount": order["total"],
            "reason": "changed mind",
            "lines": [{"variant_id": sale.variant_id, "quantity": 3}],
            "restock": True,
        },
        headers=with_key(seller),
    )
    await drain()
    refunded = await sale.see(buyer, order["id"])
    assert (refunded["state"], refunded["payments"][0]["state"]) == ("refunded", "refunded")
    assert refunded["refunded"] == order["total"]
    assert await sale.stock() == (10, 0)
    async with ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []
