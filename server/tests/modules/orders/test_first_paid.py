"""Items nobody holds: who pays first gets them, the others are told, not charged, or get their money back."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import handlers
from nightmarket.modules.claims.service import race_to_pay
from nightmarket.modules.inventory.public import books_that_do_not_add_up, holds_without_holder
from nightmarket.modules.payments.models import PaymentRow
from support.catalog import adjust_stock, with_key
from support.clock import FrozenClock
from support.orders import Json, Sale, open_sale
from support.payments import press

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """One lantern for whoever pays first."""
    return await open_sale(ctx, api, stock=1, first_paid=True)


@pytest.fixture
async def two(sale: Sale) -> tuple[Json, Json]:
    """Two buyers have ordered it."""
    return await order(sale, "ann"), await order(sale, "ben")


async def order(sale: Sale, name: str, **wish: object) -> Json:
    """An order for the lantern."""
    headers = await sale.buyer(name)
    claim = await sale.claim(headers)
    assert (claim["state"], claim["first_paid"]) == ("held", True)
    return await sale.order(headers, claim_ids=[claim["id"]], **wish)


async def seen(sale: Sale, name: str, placed: Json) -> Json:
    """The order as its buyer sees it."""
    return await sale.see(await sale.buyer(name), placed["order"]["id"])


async def assert_books(sale: Sale, on_hand: int, held: int) -> None:
    """The books add up, and somebody answers for what is held."""
    assert await sale.stock() == (on_hand, held)
    async with sale.ctx.reader() as session:
        assert await books_that_do_not_add_up(session) == []
    assert await holds_without_holder(sale.ctx, [sale.variant_id]) == []


async def test_claims_hold_nothing(sale: Sale, api: httpx2.AsyncClient) -> None:
    for name in ("ann", "ben", "cid"):
        await sale.claim(await sale.buyer(name))
    await assert_books(sale, 1, 0)
    items = (await api.get(f"/api/v1/streams/{sale.stream['id']}/items")).json()["items"]
    assert [(item["first_paid"], item["available"]) for item in items] == [(True, 1)]
    wish = {"item_id": sale.item["id"], "quantity": 2}
    path = f"/api/v1/streams/{sale.stream['id']}/claims"
    short = await api.post(path, json=wish, headers=with_key(await sale.buyer("dot")))
    assert (short.status_code, short.json()["code"], short.json()["available"]) == (409, "sold-out", 1)


async def test_the_first_to_pay_gets_it_and_the_other_is_not_charged(
    sale: Sale, two: tuple[Json, Json], drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def note(_unit: object, _ctx: object, claim_id: str, outcome: str, **_more: object) -> None:
        told.append(f"{claim_id} {outcome}")

    monkeypatch.setattr(handlers, "_tell", note)
    ann, ben = two
    idle = await sale.claim(await sale.buyer("cid"))
    await drain()
    await press(sale.api, ben["payment"]["id"], "paid")
    await drain()
    assert (await seen(sale, "ben", ben))["state"] == "paid"
    lost = await seen(sale, "ann", ann)
    assert (lost["state"], lost["cancel_reason"]) == ("cancelled", "sold_out")
    assert [payment["state"] for payment in lost["payments"]] == ["cancelled"]
    await assert_books(sale, 0, 0)
    assert f"{ann['order']['lines'][0]['claim_id']} sold_out" in told
    assert f"{idle['id']} sold_out" in told
    mine = (await sale.api.get("/api/v1/me/claims", headers=await sale.buyer("cid"))).json()["items"]
    assert [claim["state"] for claim in mine] == ["released"]
    too_late = await sale.api.post(
        f"/api/v1/streams/{sale.stream['id']}/claims",
        json={"item_id": sale.item["id"]},
        headers=with_key(await sale.buyer("dot")),
    )
    assert (too_late.status_code, too_late.json()["code"]) == (409, "sold-out")


async def test_both_pay_at_the_same_time(sale: Sale, two: tuple[Json, Json], drain: Drain) -> None:
    await asyncio.gather(*(press(sale.api, placed["payment"]["id"], "paid") for placed in two))
    await drain()
    orders = [await seen(sale, name, placed) for name, placed in zip(("ann", "ben"), two, strict=True)]
    assert sorted(order["state"] for order in orders) == ["cancelled", "paid"]
    loser = next(order for order in orders if order["state"] == "cancelled")
    assert loser["cancel_reason"] == "sold_out"
    assert [payment["state"] for payment in loser["payments"]] == ["refunded"]
    async with sale.ctx.reader() as session:
        money = (await session.execute(sa.select(PaymentRow.amount_minor, PaymentRow.refunded_minor))).all()
    assert sorted(amount - refunded for amount, refunded in money) == [0, money[0][0]]
    await assert_books(sale, 0, 0)


async def test_the_rest_of_a_lost_order_goes_back(sale: Sale, drain: Drain) -> None:
    """A unit of the same kind from the bag is held as always; what is lost takes nothing with it."""
    await adjust_stock(sale.api, await sale.seller(), sale.variant_id, 1)
    ann = await sale.buyer("ann")
    await sale.put(ann, 1)
    claim = await sale.claim(ann)
    mixed = await sale.order(ann, claim_ids=[claim["id"]], lines=[{"variant_id": sale.variant_id, "quantity": 1}])
    await assert_books(sale, 2, 1)
    ben = await order(sale, "ben")
    await press(sale.api, ben["payment"]["id"], "paid")
    await drain()
    assert (await seen(sale, "ben", ben))["state"] == "paid"
    assert (await seen(sale, "ann", mixed))["state"] == "pending_payment"
    await assert_books(sale, 1, 1)
    await press(sale.api, mixed["payment"]["id"], "paid")
    await drain()
    lost = await seen(sale, "ann", mixed)
    assert (lost["state"], lost["cancel_reason"]) == ("cancelled", "sold_out")
    assert [payment["state"] for payment in lost["payments"]] == ["refunded"]
    await assert_books(sale, 1, 0)


async def test_an_order_that_expires_gives_nothing_back(
    sale: Sale, two: tuple[Json, Json], drain: Drain, clock: FrozenClock
) -> None:
    clock.advance(hours=1)
    await drain()
    assert {(await seen(sale, "ann", two[0]))["state"], (await seen(sale, "ben", two[1]))["state"]} == {"cancelled"}
    await assert_books(sale, 1, 0)


async def test_a_claim_in_the_race_can_be_changed_and_runs_out(
    sale: Sale, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock
) -> None:
    await adjust_stock(api, await sale.seller(), sale.variant_id, 1)
    ann = await sale.buyer("ann")
    claim = await sale.claim(ann)
    path = f"/api/v1/claims/{claim['id']}"
    assert (await api.patch(path, json={"quantity": 2}, headers=ann)).status_code == 200
    too_many = await api.patch(path, json={"quantity": 3}, headers=ann)
    assert (too_many.status_code, too_many.json()["code"]) == (409, "sold-out")
    await assert_books(sale, 2, 0)
    clock.advance(minutes=10)
    await drain()
    [mine] = (await api.get("/api/v1/me/claims", headers=await sale.buyer("ann"))).json()["items"]
    assert (mine["state"], mine["quantity"]) == ("expired", 2)
    await assert_books(sale, 2, 0)


async def test_ring_fence_holds_among_payers(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    sale = await open_sale(ctx, api, stock=5, first_paid=True)
    path = f"/api/v1/streams/{sale.stream['id']}/items/{sale.item['id']}"
    assert (await api.patch(path, json={"stock": 1}, headers=await sale.seller())).status_code == 200
    ann, ben = await order(sale, "ann"), await order(sale, "ben")
    await press(api, ann["payment"]["id"], "paid")
    await drain()
    assert (await seen(sale, "ann", ann))["state"] == "paid"
    assert (await seen(sale, "ben", ben))["cancel_reason"] == "sold_out"
    await assert_books(sale, 4, 0)


async def test_a_crowd_of_losers_is_told_in_several_transactions(
    sale: Sale, api: httpx2.AsyncClient, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    real = race_to_pay.tell_losers

    async def count(unit: Unit, variant_id: str, *more: str | None) -> None:
        told.append(0)
        await real(unit, variant_id, *more)

    def note(*_: object, **__: object) -> None:
        told[-1] += 1

    monkeypatch.setattr(race_to_pay, "_PAGE", 2, raising=False)
    monkeypatch.setattr(race_to_pay, "announce", note)
    for module in (race_to_pay, handlers):
        monkeypatch.setattr(module, "tell_losers", count)
    winner = await order(sale, "ann")
    losers = [await sale.claim(await sale.buyer(name)) for name in ("ben", "cid", "dot", "eve", "fay")]
    await press(api, winner["payment"]["id"], "paid")
    await drain()
    assert (sum(told), max(told)) == (len(losers), 2)
    await assert_books(sale, 0, 0)
