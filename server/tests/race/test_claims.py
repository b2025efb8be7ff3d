"""Many buyers, few units. Each race is first run with a careless version, to prove that it can be seen here."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.public import take_for_order
from nightmarket.modules.claims.service.make_claim import ClaimRequest
from nightmarket.modules.claims.service.release_claim import expire_claim, release_claim
from nightmarket.modules.claims.service.settle_claims import claim_units
from nightmarket.modules.inventory.models import Stock
from nightmarket.modules.inventory.public import books_that_do_not_add_up
from nightmarket.modules.streams.public import item_view, stream_view
from support.accounts import Person
from support.catalog import with_key
from support.claims import Sale, crowd, open_sale

Take = Callable[[Sale, Person, asyncio.Barrier], Awaitable[bool]]
BUYERS, UNITS = 50, 5


async def careless_take(sale: Sale, buyer: Person, barrier: asyncio.Barrier) -> bool:
    """Look, think, write back: what must not be done."""
    async with sale.ctx.reader() as session:
        row = (
            await session.execute(sa.select(Stock.on_hand, Stock.held).where(Stock.variant_id == sale.variant_id))
        ).one()
    await barrier.wait()
    if row.on_hand - row.held < 1:
        return False
    async with sale.ctx.unit() as unit:
        await unit.changed(sa.update(Stock).where(Stock.variant_id == sale.variant_id).values(held=row.held + 1))
    return True


async def real_take(sale: Sale, buyer: Person, barrier: asyncio.Barrier) -> bool:
    """The use case."""
    async with sale.ctx.reader() as session:
        stream = await stream_view(session, sale.stream_id)
        item = await item_view(session, sale.ctx, sale.item_id)
    assert stream is not None
    assert item is not None
    wanted = ClaimRequest(buyer.id, stream, item, sale.variant_id, 1, "tap")
    await barrier.wait()
    outcome = await sale.ctx.transact(lambda unit: claim_units(unit, sale.ctx, wanted))
    return outcome.kind == "held"


@pytest.mark.parametrize(("take", "winners"), [(careless_take, BUYERS), (real_take, UNITS)])
async def test_no_more_winners_than_units(ctx: Context, api: httpx2.AsyncClient, take: Take, winners: int) -> None:
    sale = await open_sale(ctx, api, stock=UNITS)
    people = await crowd(ctx, BUYERS)
    barrier = asyncio.Barrier(BUYERS)
    results = await asyncio.gather(*(take(sale, buyer, barrier) for buyer in people))
    assert results.count(True) == winners


async def test_fifty_buyers_tap_for_five_units(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=UNITS)
    people = await crowd(ctx, BUYERS)
    answers = await asyncio.gather(*(tap(sale, buyer) for buyer in people))
    assert [answer.status_code for answer in answers].count(201) == UNITS
    assert [answer.status_code for answer in answers].count(202) == BUYERS - UNITS
    assert await sale.stock() == (UNITS, UNITS, 0)
    waiting = [answer.json()["claim"]["id"] for answer in answers if answer.status_code == 202]
    places = sorted([(await sale.seen({"id": claim_id}))["position"] for claim_id in waiting])
    assert places == list(range(1, BUYERS - UNITS + 1))


async def test_ring_fenced_units_are_not_oversold(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=20)
    path = f"/api/v1/streams/{sale.stream_id}/items/{sale.item_id}"
    assert (await api.patch(path, json={"stock": 3}, headers=sale.seller)).status_code == 200
    people = await crowd(ctx, 12)
    answers = await asyncio.gather(*(tap(sale, buyer) for buyer in people))
    assert [answer.status_code for answer in answers].count(201) == 3
    assert await sale.stock() == (20, 3, 17)


async def test_same_key_at_the_same_time_claims_once(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=UNITS)
    buyer = await sale.buyer()
    answers = await asyncio.gather(*(tap(sale, buyer, key="same") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["claim"]["id"] for answer in answers}) == 1
    assert ["Idempotency-Replayed" in answer.headers for answer in answers].count(False) == 1
    assert await sale.stock() == (UNITS, 1, UNITS - 1)


async def test_limit_holds_against_the_buyers_own_haste(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=20, limit_per_buyer=2)
    buyer = await sale.buyer()
    answers = await asyncio.gather(*(tap(sale, buyer) for _ in range(10)))
    assert [answer.status_code for answer in answers].count(201) == 2
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"purchase-limit"}
    assert await sale.stock() == (20, 2, 18)


async def test_limit_holds_in_the_line_of_a_sold_out_item(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=5, limit_per_buyer=1)
    path = f"/api/v1/streams/{sale.stream_id}/items/{sale.item_id}"
    assert (await api.patch(path, json={"stock": 1}, headers=sale.seller)).status_code == 200
    assert (await sale.claim("quick"))["state"] == "held"
    await sale.buyer("hasty")
    answers = await asyncio.gather(*(sale.ask("hasty") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"purchase-limit"}


async def test_last_unit_then_the_loser_is_promoted(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=1)
    people = await crowd(ctx, 2)
    answers = await asyncio.gather(*(tap(sale, buyer) for buyer in people))
    assert sorted(answer.status_code for answer in answers) == [201, 202]
    winner, loser = (next(one.json()["claim"] for one in answers if one.status_code == code) for code in (201, 202))
    await ctx.transact(lambda unit: release_claim(unit, winner["id"]))
    assert (await sale.seen(loser))["state"] == "held"
    assert await sale.stock() == (1, 1, 0)


@pytest.mark.parametrize("turn", range(6))
async def test_order_and_expiry_of_one_claim(ctx: Context, api: httpx2.AsyncClient, turn: int) -> None:
    """The order's transaction begins just before the deadline, the timer's just after: one of them gets the units."""
    sale = await open_sale(ctx, api, stock=1)
    claim = await sale.claim("ann")
    waiting = await sale.claim("ben")
    ann = await sale.buyer("ann")
    deadline = ctx.clock() + timedelta(seconds=ctx.settings.claims.hold_seconds)
    before = replace(ctx, clock=lambda: deadline - timedelta(microseconds=1))
    after = replace(ctx, clock=lambda: deadline)
    barrier = asyncio.Barrier(2)

    async def order() -> bool:
        await barrier.wait()
        try:
            async with before.unit() as unit:
                await take_for_order(unit, buyer_id=ann.id, claim_ids=[claim["id"]], order_id=new_id("ord"))
        except ClaimNotHeld:
            return False
        return True

    async def expire() -> None:
        await barrier.wait()
        await expire_claim(after, claim["id"])

    work = [order(), expire()] if turn % 2 else [expire(), order()]
    ordered = True in await asyncio.gather(*work)
    state = (await sale.seen(claim))["state"]
    assert state == ("ordered" if ordered else "expired")
    assert (await sale.seen(waiting))["state"] == ("waitlisted" if ordered else "held")
    assert await sale.stock() == (1, 1, 0)


async def test_everything_at_once_adds_up(ctx: Context, api: httpx2.AsyncClient) -> None:
    """Claims, changes, returns and expiries of many buyers: whatever wins, the books and the claims agree."""
    sale = await open_sale(ctx, api, stock=6)
    people = await crowd(ctx, 12)
    answers = await asyncio.gather(*(tap(sale, buyer, quantity=1 + number % 2) for number, buyer in enumerate(people)))
    made = [
        (buyer, answer.json()["claim"]["id"])
        for buyer, answer in zip(people, answers, strict=True)
        if answer.status_code in {201, 202}
    ]

    async def disturb(number: int, buyer: Person, claim_id: str) -> None:
        path = f"/api/v1/claims/{claim_id}"
        if number % 3 == 0:
            await api.delete(path, headers=buyer.headers)
        elif number % 3 == 1:
            await api.patch(path, json={"quantity": 2}, headers=buyer.headers)
        else:
            await expire_claim(replace(ctx, clock=lambda: ctx.clock() + timedelta(hours=1)), claim_id)

    later = [tap(sale, buyer) for buyer in people[:4]]
    await asyncio.gather(*(disturb(number, *one) for number, one in enumerate(made)), *later)
    async with ctx.reader() as session:
        assert not await books_that_do_not_add_up(session)
        held = await session.scalar(sa.select(sa.func.sum(Claim.quantity)).where(Claim.state == "held"))
        item = await item_view(session, ctx, sale.item_id)
    on_hand, stock_held, _ = await sale.stock()
    assert item is not None
    assert (on_hand, stock_held, item.taken) == (6, int(held or 0), int(held or 0))


async def tap(sale: Sale, buyer: Person, *, key: str | None = None, quantity: int = 1) -> httpx2.Response:
    """A buyer presses the button."""
    return await sale.api.post(
        f"/api/v1/streams/{sale.stream_id}/claims",
        json={"item_id": sale.item_id, "quantity": quantity},
        headers=with_key(buyer.headers, key),
    )
