"""Orders for what is closed already: taken for as long as the shop says, and no longer."""

import httpx2
import pytest

from nightmarket.kernel.context import Context
from support.catalog import make_product, variant
from support.claims import Json, open_sale
from support.clock import FrozenClock
from support.comments import Chat
from support.streams import add_item


@pytest.fixture
async def chat(ctx: Context, api: httpx2.AsyncClient) -> Chat:
    """Five scarves as A1 and two belts as B2."""
    sale = await open_sale(ctx, api)
    belt = await make_product(api, sale.seller, sale.shop["id"], "編織皮帶", variants=[variant(2, 250)])
    await add_item(api, sale.seller, sale.stream_id, belt["id"], code="B2")
    return Chat(sale)


async def allow(chat: Chat, minutes: int | None) -> None:
    """The shop takes orders for what is closed, for so long."""
    path = f"/api/v1/shops/{chat.sale.shop['id']}"
    answer = await chat.sale.api.patch(path, json={"selling": {"catch_up_minutes": minutes}}, headers=chat.sale.seller)
    assert answer.status_code == 200, answer.text
    chat.orders.forget(chat.sale.stream_id)


async def close_item(chat: Chat, item_id: str) -> None:
    """An item leaves the line-up."""
    path = f"/api/v1/streams/{chat.sale.stream_id}/items/{item_id}"
    assert (await chat.sale.api.delete(path, headers=chat.sale.seller)).status_code == 204
    chat.orders.forget(chat.sale.stream_id)


async def end(chat: Chat) -> None:
    """The show is over."""
    answer = await chat.sale.api.post(f"/api/v1/streams/{chat.sale.stream_id}/end", headers=chat.sale.seller)
    assert answer.is_success, answer.text


async def test_a_closed_item_is_taken_while_the_shop_allows_it(chat: Chat, clock: FrozenClock) -> None:
    await allow(chat, 5)
    await close_item(chat, chat.sale.item_id)
    clock.advance(minutes=4, seconds=59)
    held = await chat.answer("A1+2")
    assert (held["outcome"], held["claim"]["code"], held["claim"]["quantity"]) == ("held", "A1", 2)
    assert await chat.sale.stock() == (5, 2, 3)
    clock.advance(seconds=2)
    late = await chat.answer("A1+1", "ben")
    assert (late["outcome"], late["reason"]) == ("ambiguous", "unknown_code")
    assert await chat.sale.stock() == (5, 2, 3)


async def test_a_closed_item_stays_closed_where_the_shop_says_nothing(chat: Chat) -> None:
    await close_item(chat, chat.sale.item_id)
    assert (await chat.answer("A1+1"))["outcome"] == "ambiguous"
    await allow(chat, 5)
    await allow(chat, None)
    assert (await chat.answer("A1+1", "ben"))["outcome"] == "ambiguous"
    assert await chat.sale.stock() == (5, 0, 5)


async def test_a_tap_does_not_reach_a_closed_item(chat: Chat) -> None:
    await allow(chat, 5)
    await close_item(chat, chat.sale.item_id)
    assert (await chat.sale.ask("ann")).json()["code"] == "not-found"
    await end(chat)
    assert (await chat.sale.ask("ann")).status_code in {404, 409}
    assert await chat.sale.stock() == (5, 0, 5)


async def test_a_code_that_is_used_again_means_the_new_item(chat: Chat) -> None:
    await allow(chat, 5)
    await close_item(chat, chat.sale.item_id)
    sale = chat.sale
    hat = await make_product(sale.api, sale.seller, sale.shop["id"], "Hat", variants=[variant(1)])
    new = await add_item(sale.api, sale.seller, sale.stream_id, hat["id"], code="A1")
    chat.orders.forget(sale.stream_id)
    assert (await chat.answer("A1+1"))["claim"]["item_id"] == new["id"]


async def test_the_show_is_over_and_orders_are_still_taken(chat: Chat, clock: FrozenClock) -> None:
    await allow(chat, 5)
    await end(chat)
    clock.advance(minutes=4)
    held = await chat.answer("A1+1")
    assert (held["outcome"], held["claim"]["state"]) == ("held", "held")
    changed = await chat.answer("A1改3")
    assert changed["outcome"] == "updated"
    assert await chat.sale.stock() == (5, 3, 2)
    clock.advance(minutes=2)
    closed = await chat.answer("A1+1", "ben")
    assert (closed["outcome"], closed["problem"]["code"]) == ("stream_closed", "stream-ended")
    assert (await chat.answer("A1取消"))["outcome"] == "cancelled"


async def test_nobody_waits_in_a_line_that_is_closed(chat: Chat) -> None:
    await allow(chat, 5)
    await chat.answer("B2+2", "ann")
    await end(chat)
    gone = await chat.answer("B2+1", "ben")
    assert (gone["outcome"], gone["available"]) == ("sold_out", 0)


async def test_helpers_mend_after_the_show_as_long(chat: Chat, clock: FrozenClock) -> None:
    await allow(chat, 5)
    await chat.say("A13+1", "ben", "cht_1")
    await chat.say("A13+1", "cid", "cht_2")
    await end(chat)
    clock.advance(minutes=3)
    mended = await chat.settle("cht_1", action="claim", item_id=chat.sale.item_id)
    assert mended.json()["state"] == "claimed"
    clock.advance(minutes=3)
    late: Json = (await chat.settle("cht_2", action="claim", item_id=chat.sale.item_id)).json()
    assert late["code"] == "stream-ended"
    assert await chat.sale.stock() == (5, 1, 4)
