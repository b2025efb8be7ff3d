"""What becomes of an order: paid, declined, expired, cancelled, paid late, paid twice. The books add up each time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from msgspec import UNSET

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.text import masked_name
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from nightmarket.modules.orders.service.close_order import expire_order, expire_overdue
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.payments.tasks import expire_payments
from support.catalog import adjust_stock
from support.clock import FrozenClock
from support.orders import Json, Sale, open_sale
from support.payments import press

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=5, amount=590)


@pytest.fixture(params=["claim", "line"])
async def placed(request: pytest.FixtureRequest, sale: Sale) -> Json:
    """An order of two units, from a claim and from the bag in turn."""
    buyer = await sale.buyer()
    if request.param == "claim":
        await sale.claim(buyer, 2)
    else:
        await sale.put(buyer, 2)
    return await sale.order(buyer)


async def names_of(ctx: Context, prefix: str) -> list[str]:
    async with ctx.reader() as session:
        names = await session.scalars(sa.select(OutboxRow.name).where(OutboxRow.kind == "event").order_by(OutboxRow.id))
        return [name for name in names if name.startswith(prefix)]


async def assert_books(sale: Sale, on_hand: int, held: int) -> None:
    assert await sale.stock() == (on_hand, held)
    async with sale.ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []


async def test_paid_in_time(sale: Sale, placed: Json, drain: Drain) -> None:
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    order = await sale.see(await sale.buyer(), placed["order"]["id"])
    assert order["state"] == "paid"
    assert [payment["state"] for payment in order["payments"]] == ["paid"]
    assert [step["state"] for step in order["history"]] == ["placed", "paid"]
    await assert_books(sale, 3, 0)
    assert await names_of(sale.ctx, "orders.") == ["orders.placed", "orders.paid"]


async def test_paid_order_does_not_expire(sale: Sale, placed: Json, drain: Drain, clock: FrozenClock) -> None:
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    clock.advance(hours=1)
    await drain()
    await expire_overdue(sale.ctx)
    assert (await sale.see(await sale.buyer(), placed["order"]["id"]))["state"] == "paid"
    await assert_books(sale, 3, 0)


async def test_declined_then_paid_by_another_try(sale: Sale, placed: Json, drain: Drain) -> None:
    buyer = await sale.buyer()
    order_id = placed["order"]["id"]
    await press(sale.api, placed["payment"]["id"], "failed")
    await drain()
    order = await sale.see(buyer, order_id)
    assert (order["state"], order["payments"][0]["state"]) == ("pending_payment", "failed")
    path = f"/api/v1/orders/{order_id}/payments"
    tries = [
        await sale.api.post(path, json={"payment_method": "sandbox"}, headers=buyer | {"Idempotency-Key": key})
        for key in ("a", "a", "b")
    ]
    assert [answer.status_code for answer in tries] == [201] * 3
    assert len({answer.json()["payment"]["id"] for answer in tries}) == 1
    second = tries[0].json()["payment"]
    assert second["id"] != placed["payment"]["id"]
    assert second["action"]["type"] == "redirect"
    await press(sale.api, second["id"], "paid")
    await drain()
    assert (await sale.see(buyer, order_id))["state"] == "paid"
    await assert_books(sale, 3, 0)


async def test_impatient_buyer_opens_one_payment(sale: Sale, placed: Json, drain: Drain) -> None:
    buyer = await sale.buyer()
    order_id = placed["order"]["id"]
    await press(sale.api, placed["payment"]["id"], "failed")
    await drain()
    path = f"/api/v1/orders/{order_id}/payments"
    answers = await asyncio.gather(
        *(
            sale.api.post(path, json={"payment_method": "sandbox"}, headers=buyer | {"Idempotency-Key": f"tap-{tap}"})
            for tap in range(4)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["payment"]["id"] for answer in answers}) == 1
    assert len((await sale.see(buyer, order_id))["payments"]) == 2


@pytest.mark.parametrize("reason", ["cancel", "expire"])
async def test_money_and_the_end_at_the_same_moment(
    sale: Sale, placed: Json, drain: Drain, clock: FrozenClock, reason: str
) -> None:
    buyer, order_id = await sale.buyer(), placed["order"]["id"]
    await press(sale.api, placed["payment"]["id"], "paid")

    async def end() -> None:
        if reason == "cancel":
            await sale.api.post(f"/api/v1/orders/{order_id}/cancel", headers=buyer)
        else:
            clock.advance(minutes=31)
            await expire_overdue(sale.ctx)

    await asyncio.gather(drain(), end())
    await drain()
    order = await sale.see(await sale.buyer(), order_id)
    if order["state"] == "paid":
        assert order["payments"][0]["state"] == "paid"
        await assert_books(sale, 3, 0)
    else:
        assert (reason, order["state"], order["payments"][0]["state"]) == ("cancel", "cancelled", "refunded")
        await assert_books(sale, 5, 0)


async def test_paid_twice_gives_the_second_back(sale: Sale, placed: Json, drain: Drain) -> None:
    buyer = await sale.buyer()
    order_id = placed["order"]["id"]
    await press(sale.api, placed["payment"]["id"], "failed")
    await drain()
    again = await sale.api.post(
        f"/api/v1/orders/{order_id}/payments",
        json={"payment_method": "sandbox"},
        headers=buyer | {"Idempotency-Key": "again"},
    )
    for payment_id in (placed["payment"]["id"], again.json()["payment"]["id"]):
        await press(sale.api, payment_id, "paid")
        await drain()
    order = await sale.see(buyer, order_id)
    assert order["state"] == "paid"
    assert [payment["state"] for payment in order["payments"]] == ["paid", "refunded"]
    assert order["refunded"] == order["total"]
    await assert_books(sale, 3, 0)


async def test_nobody_pays_in_time(sale: Sale, placed: Json, drain: Drain, clock: FrozenClock) -> None:
    clock.advance(minutes=29, seconds=59)
    await drain()
    assert (await sale.see(await sale.buyer(), placed["order"]["id"]))["state"] == "pending_payment"
    clock.advance(seconds=1)
    await drain()
    order = await sale.see(await sale.buyer(), placed["order"]["id"])
    assert (order["state"], order["cancel_reason"]) == ("cancelled", "expired")
    assert order["payments"][0]["state"] == "expired"
    await assert_books(sale, 5, 0)
    assert (await names_of(sale.ctx, "orders."))[-1] == "orders.expired"


async def test_sweep_finds_what_the_timer_missed(sale: Sale, placed: Json, clock: FrozenClock) -> None:
    clock.advance(hours=5)
    assert await expire_overdue(sale.ctx) == 1
    assert await expire_overdue(sale.ctx) == 0
    assert (await sale.see(await sale.buyer(), placed["order"]["id"]))["state"] == "cancelled"
    await assert_books(sale, 5, 0)


async def test_money_at_the_gateway_saves_an_order_from_expiring(
    sale: Sale, placed: Json, drain: Drain, clock: FrozenClock
) -> None:
    await press(sale.api, placed["payment"]["id"], "silent")
    clock.advance(minutes=31)
    await drain()
    assert (await sale.see(await sale.buyer(), placed["order"]["id"]))["state"] == "paid"
    await assert_books(sale, 3, 0)


async def test_a_gateway_that_is_down_delays_the_end_only_a_little(
    sale: Sale, placed: Json, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = sale.ctx.port(Gateways).named("sandbox")
    assert gateway is not None

    async def down(_reference: str) -> Any:
        raise Unavailable

    monkeypatch.setattr(gateway, "look_up", down)
    order_id = placed["order"]["id"]
    clock.advance(minutes=31)
    await expire_overdue(sale.ctx)
    await expire_payments.function(sale.ctx)
    assert (await sale.see(await sale.buyer(), order_id))["state"] == "pending_payment"
    with pytest.raises(Unavailable):
        await expire_order(sale.ctx, order_id)
    clock.advance(minutes=5)
    await expire_overdue(sale.ctx)
    assert (await sale.see(await sale.buyer(), order_id))["state"] == "cancelled"
    await assert_books(sale, 5, 0)


async def test_late_money_takes_the_goods_again(sale: Sale, placed: Json, drain: Drain, clock: FrozenClock) -> None:
    await press(sale.api, placed["payment"]["id"], "late")
    clock.advance(minutes=30)
    await drain()
    await assert_books(sale, 5, 0)
    clock.advance(seconds=10)
    await drain()
    order = await sale.see(await sale.buyer(), placed["order"]["id"])
    assert (order["state"], order["cancel_reason"]) == ("paid", None)
    assert [step["state"] for step in order["history"]] == ["placed", "expired", "paid_late"]
    await assert_books(sale, 3, 0)


async def test_late_money_goes_back_when_the_goods_are_gone(
    sale: Sale, placed: Json, drain: Drain, clock: FrozenClock
) -> None:
    await press(sale.api, placed["payment"]["id"], "late")
    clock.advance(minutes=30)
    await drain()
    assert (await adjust_stock(sale.api, await sale.seller(), sale.variant_id, -4)).status_code in {200, 201}
    clock.advance(seconds=10)
    await drain()
    order = await sale.see(await sale.buyer(), placed["order"]["id"])
    assert (order["state"], order["cancel_reason"]) == ("cancelled", "expired")
    assert order["payments"][0]["state"] == "refunded"
    assert order["refunded"] == order["total"]
    assert [step["state"] for step in order["history"]] == ["placed", "expired", "money_returned", "refunded"]
    await assert_books(sale, 1, 0)


async def test_buyer_cancels(sale: Sale, placed: Json, drain: Drain) -> None:
    buyer = await sale.buyer()
    path = f"/api/v1/orders/{placed['order']['id']}/cancel"
    answer = await sale.api.post(path, headers=buyer)
    assert (answer.status_code, answer.json()["state"], answer.json()["cancel_reason"]) == (200, "cancelled", "buyer")
    assert answer.json()["payments"][0]["state"] == "cancelled"
    await drain()
    await assert_books(sale, 5, 0)
    again = await sale.api.post(path, headers=buyer)
    assert (again.status_code, again.json()["code"], again.json()["state"]) == (
        409,
        "order-state-conflict",
        "cancelled",
    )
    await assert_books(sale, 5, 0)


async def test_money_for_a_cancelled_order_goes_back(sale: Sale, placed: Json, drain: Drain) -> None:
    buyer = await sale.buyer()
    await sale.api.post(f"/api/v1/orders/{placed['order']['id']}/cancel", headers=buyer)
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    order = await sale.see(buyer, placed["order"]["id"])
    assert (order["state"], order["payments"][0]["state"]) == ("cancelled", "refunded")
    await assert_books(sale, 5, 0)


async def test_a_buyer_cancels_their_own_order_before_paying(sale: Sale, placed: Json, drain: Drain) -> None:
    path = f"/api/v1/orders/{placed['order']['id']}/cancel"
    answer = await sale.api.post(path, headers=await sale.buyer("stranger"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    answer = await sale.api.post(path, headers=await sale.buyer())
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "order-state-conflict", "paid")
    await assert_books(sale, 3, 0)


@pytest.mark.parametrize("outcome", ["wrong_amount", "forged"])
async def test_false_money_pays_nothing(sale: Sale, placed: Json, drain: Drain, outcome: str) -> None:
    await press(sale.api, placed["payment"]["id"], outcome)
    await drain()
    assert (await sale.see(await sale.buyer(), placed["order"]["id"]))["state"] == "pending_payment"
    await assert_books(sale, 5, 2)


async def test_no_more_tries_after_the_deadline(sale: Sale, placed: Json, drain: Drain, clock: FrozenClock) -> None:
    path = f"/api/v1/orders/{placed['order']['id']}/payments"
    clock.advance(minutes=31)
    for _ in range(2):
        answer = await sale.api.post(
            path, json={"payment_method": "sandbox"}, headers=await sale.buyer() | {"Idempotency-Key": "late"}
        )
        assert (answer.status_code, answer.json()["code"]) == (410, "payment-time-over")
        await drain()


async def test_everybody_concerned_is_told(
    sale: Sale, placed: Json, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nightmarket.modules.rooms.public import OrderUpdated, RoomPublisher

    told: list[tuple[str, str, Any, str | None]] = []

    async def publish(_self: Any, room: str, data: Any, *, to_user: str | None = None, key: str = "") -> None:
        if isinstance(data, OrderUpdated):
            told.append((room, data.order_id, data.state, to_user))

    monkeypatch.setattr(RoomPublisher, "publish", publish)
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    order = placed["order"]
    if order["lines"][0]["stream_id"] is None:
        assert told == []
        return
    people = {sale.people["buyer"].id, sale.owner.id}
    assert {(room, order_id, to_user) for room, order_id, _, to_user in told} == {
        (sale.stream["id"], order["id"], user_id) for user_id in people
    }
    assert {state for _, _, state, _ in told} <= {"pending_payment", "paid"}
    assert "paid" in {state for _, _, state, _ in told}


async def test_viewers_hear_what_was_sold_and_a_masked_name(
    sale: Sale, placed: Json, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nightmarket.modules.rooms.public import RoomPublisher, Sold

    heard: list[tuple[str, Any, str | None]] = []

    async def publish(_self: Any, room: str, data: Any, *, to_user: str | None = None, key: str = "") -> None:
        if isinstance(data, Sold):
            heard.append((room, data, to_user))

    monkeypatch.setattr(RoomPublisher, "publish", publish)
    await drain()
    assert heard == []
    await press(sale.api, placed["payment"]["id"], "twice")
    await drain()
    line = placed["order"]["lines"][0]
    frame = Sold(sale.item["id"], "A1", line["quantity"], "B***")
    assert heard == ([] if line["stream_id"] is None else [(sale.stream["id"], frame, None)])


async def test_who_switched_it_off_is_not_named(
    sale: Sale, placed: Json, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nightmarket.modules.rooms.public import RoomPublisher, Sold

    heard: list[Sold] = []

    async def publish(_self: Any, _room: str, data: Any, **_to: Any) -> None:
        if isinstance(data, Sold):
            heard.append(data)

    monkeypatch.setattr(RoomPublisher, "publish", publish)
    await sale.api.patch("/api/v1/me", json={"show_activity": False}, headers=await sale.buyer())
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    assert all(data.name is UNSET for data in heard)
    assert len(heard) == (placed["order"]["lines"][0]["stream_id"] is not None)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Mei Lin", "M***"), (" 小美", "小***"), ("กิ่ง", "กิ่***"), ("A", "A***"), ("e\u0301ve", "é***"), ("", "")],
)
def test_masked_name(name: str, masked: str) -> None:
    assert masked_name(name) == masked
