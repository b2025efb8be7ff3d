"""One-off items go to one buyer after the other: only who has the turn in the room's line may claim."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.modules.claims.service.comment_orders import RoomCommentOrders
from nightmarket.modules.rooms.service.keep_queue import pass_turns
from support.catalog import make_product, variant, with_key
from support.claims import Sale, open_sale
from support.clock import FrozenClock
from support.streams import add_item

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """A one-off vase by turn."""
    return await open_sale(ctx, api, stock=1, title="Old vase", mode="turn")


async def stand(sale: Sale, name: str, item_id: str | None = None) -> None:
    """A buyer joins the line."""
    buyer = await sale.buyer(name)
    path = f"/api/v1/streams/{sale.stream_id}/queue"
    answer = await sale.api.post(path, json={"item_id": item_id}, headers=buyer.headers)
    assert answer.status_code == 200, answer.text


async def call(sale: Sale, **how: Any) -> None:
    """The host calls the next buyer."""
    path = f"/api/v1/streams/{sale.stream_id}/queue/next"
    answer = await sale.api.post(path, json=how, headers=sale.seller)
    assert answer.status_code == 200, answer.text


async def code(sale: Sale, name: str) -> str:
    """What a tap comes to: the state of the claim, or the code of the refusal."""
    answer = await sale.ask(name)
    body = answer.json()
    return str(body["claim"]["state"] if answer.is_success else body["code"])


async def test_only_who_has_the_turn_may_claim(sale: Sale) -> None:
    assert sale.item["mode"] == "turn"
    for name in ("ann", "ben"):
        await stand(sale, name, sale.item_id)
        assert await code(sale, name) == "not-your-turn"
    await call(sale, item_id=sale.item_id, seconds=60)
    assert await code(sale, "ben") == "not-your-turn"
    assert await sale.stock() == (1, 0, 1)
    assert await code(sale, "ann") == "held"
    assert await sale.stock() == (1, 1, 0)


async def test_staff_and_comments_wait_for_the_turn_too(sale: Sale, api: httpx2.AsyncClient) -> None:
    await stand(sale, "ann")
    ann, ben = await sale.buyer("ann"), await sale.buyer("ben")
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    form = {"item_id": sale.item_id, "buyer_id": ben.id}
    refused = await api.post(path, json=form, headers=with_key(sale.seller))
    assert (refused.status_code, refused.json()["code"]) == (409, "not-your-turn")
    await call(sale, seconds=60)
    orders = RoomCommentOrders()
    said = [
        await orders.submit(
            sale.ctx, stream_id=sale.stream_id, buyer_id=buyer.id, message_id=f"cht_{number}", text="A1+1"
        )
        for number, buyer in enumerate((ben, ann))
    ]
    assert [one and (one.outcome, one.problem and one.problem["code"]) for one in said] == [
        ("refused", "not-your-turn"),
        ("held", None),
    ]


async def test_turn_is_over_when_its_time_is(sale: Sale, clock: FrozenClock, drain: Drain) -> None:
    for name in ("ann", "ben"):
        await stand(sale, name)
    await call(sale, item_id=None, seconds=60)
    clock.advance(seconds=60)
    assert await code(sale, "ann") == "not-your-turn"
    await pass_turns(sale.ctx)
    await drain()
    assert await code(sale, "ann") == "not-your-turn"
    assert await code(sale, "ben") == "held"


async def test_turn_for_one_item_is_none_for_another(sale: Sale, api: httpx2.AsyncClient) -> None:
    product = await make_product(api, sale.seller, sale.shop["id"], "Old bowl", variants=[variant(1)])
    bowl = await add_item(api, sale.seller, sale.stream_id, product["id"], code="B2", mode="turn")
    await stand(sale, "ann", bowl["id"])
    await call(sale, item_id=bowl["id"], seconds=60)
    assert await code(sale, "ann") == "not-your-turn"
    assert (await sale.ask("ann", item_id=bowl["id"])).status_code == 201


async def test_there_is_no_other_line_behind_the_turn(sale: Sale) -> None:
    for name in ("ann", "ben"):
        await stand(sale, name)
    await call(sale, seconds=60)
    assert await code(sale, "ann") == "held"
    await call(sale, seconds=60)
    assert await code(sale, "ben") == "sold-out"
    assert await sale.stock() == (1, 1, 0)


async def test_item_is_opened_to_everybody(sale: Sale, api: httpx2.AsyncClient) -> None:
    path = f"/api/v1/streams/{sale.stream_id}/items/{sale.item_id}"
    changed = await api.patch(path, json={"mode": "stock", "first_paid": True}, headers=sale.seller)
    assert (changed.json()["mode"], changed.json()["first_paid"]) == ("stock", True)
    assert (await sale.claim("ann"))["first_paid"] is True
    changed = await api.patch(path, json={"first_paid": False}, headers=sale.seller)
    assert (await sale.claim("ben"))["first_paid"] is False
    assert await sale.stock() == (1, 1, 0)
    for wrong in ({"mode": None}, {"mode": "auction"}, {"first_paid": None}, {"first_paid": 1}):
        assert (await api.patch(path, json=wrong, headers=sale.seller)).status_code == 422
