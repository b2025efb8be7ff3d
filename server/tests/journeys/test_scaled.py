"""A whole sale on the scaled deployment: api, edge, media, worker, relay and scheduler as processes of their own."""

import asyncio
from pathlib import Path

import pytest

from support.engines import AMQP, require
from support.product import Visitor, encoder, open_stall, publish_address, until_live
from support.room_client import RoomClient
from support.scaled import running_scaled_product

ADDRESS = {
    "recipient": "王小明",
    "phone": "0912345678",
    "country": "TW",
    "postcode": "104",
    "city": "台北市",
    "district": "中山區",
    "line1": "南京東路一段 1 號",
}


@pytest.mark.timeout(240)
async def test_sale_over_separate_processes(tmp_path: Path, mysql_url: str) -> None:
    require(AMQP, "RabbitMQ")
    with running_scaled_product(tmp_path / "data", mysql_url) as product:
        seller = await Visitor(product.address, "scaled-seller").register()
        buyer = await Visitor(product.address, "scaled-buyer").register()
        stream_id, item_id, variant_id = await open_stall(seller, stock=3, slug="scaled-stall")
        with encoder(await publish_address(seller, stream_id)):
            await until_live(seller, stream_id)
            room = await RoomClient.enter(buyer, stream_id)
            await room.wait_for("room-state")
            answer = await seller.client.post(f"/streams/{stream_id}/items/{item_id}/pin")
            assert answer.is_success, answer.text
            # Through the outbox, the relay, RabbitMQ, a worker, Redis and the edge.
            await room.wait_for("spotlight-product", item_id=item_id)

            await room.say("A1+2")
            result = await room.wait_for("claim-result")
            assert (result["outcome"], result["claim"]["quantity"]) == ("held", 2)

            # With relay and worker dead, claims and orders still work; their news waits.
            product.kill("relay")
            product.kill("worker")
            stream = await seller.get(f"/streams/{stream_id}")
            placed = await buyer.post(
                "/orders",
                {
                    "shop_id": stream["shop_id"],
                    "claim_ids": [result["claim"]["id"]],
                    "address": ADDRESS,
                    "shipping_method": "home",
                    "payment_method": "sandbox",
                },
                key="order-one",
            )
            product.start("relay")
            product.start("worker")
            paying = await buyer.client.post(f"/sandbox/payments/{placed['payment']['id']}", json={"outcome": "twice"})
            assert paying.is_success, paying.text
            await until_paid(buyer, placed["order"]["id"])
            await room.wait_for("order-updated", seconds=30)
            await room.leave()
        stock = await seller.get(f"/variants/{variant_id}/stock")
        assert (stock["on_hand"], stock["held"], stock["available"]) == (1, 0, 1)


async def until_paid(buyer: Visitor, order_id: str) -> None:
    async with asyncio.timeout(45):
        while (await buyer.get(f"/orders/{order_id}"))["state"] != "paid":  # noqa: ASYNC110  (over HTTP)
            await asyncio.sleep(0.3)
