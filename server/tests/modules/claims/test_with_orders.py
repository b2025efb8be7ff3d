"""Claims on their way through an order."""

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.claims.public import (
    WAITLISTED,
    claims_of,
    give_back_from_order,
    sold_with_order,
    take_for_order,
)
from nightmarket.modules.claims.service.release_claim import expire_overdue
from support.claims import Json, Sale, open_sale
from support.clock import FrozenClock


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """Five scarves in a live show."""
    return await open_sale(ctx, api)


async def take(sale: Sale, name: str, *claims: Json) -> str:
    """An order made of a buyer's claims; its id."""
    order_id = new_id("ord")
    buyer = await sale.buyer(name)
    async with sale.ctx.unit() as unit:
        taken = await take_for_order(
            unit, buyer_id=buyer.id, claim_ids=[claim["id"] for claim in claims], order_id=order_id
        )
    assert [view.id for view in taken] == [claim["id"] for claim in claims]
    assert {(view.state, view.order_id) for view in taken} == {("ordered", order_id)}
    return order_id


async def test_order_keeps_units_past_the_claims_deadline(sale: Sale, clock: FrozenClock) -> None:
    claims = [await sale.claim("ann", 2), await sale.claim("ann", 1)]
    order_id = await take(sale, "ann", *claims)
    clock.advance(hours=2)
    await expire_overdue(sale.ctx)
    assert await sale.stock() == (5, 3, 2)
    for _ in range(2):
        async with sale.ctx.unit() as unit:
            await sold_with_order(unit, order_id=order_id)
        assert await sale.stock() == (2, 0, 2)
    async with sale.ctx.unit() as unit:
        await give_back_from_order(unit, order_id=order_id)
    assert await sale.stock() == (2, 0, 2)
    assert (await sale.seen(claims[0]))["state"] == "ordered"


async def test_order_that_comes_to_nothing_gives_back_once(sale: Sale) -> None:
    claims = [await sale.claim("ann", 3), await sale.claim("ann", 2)]
    waiting = await sale.claim("ben", 4)
    assert waiting["position"] == 1
    order_id = await take(sale, "ann", *claims)
    for _ in range(2):
        async with sale.ctx.unit() as unit:
            await give_back_from_order(unit, order_id=order_id)
        assert await sale.stock() == (5, 4, 1)
    assert {(await sale.seen(claim))["state"] for claim in claims} == {"released"}
    assert (await sale.seen(waiting))["state"] == "held"
    async with sale.ctx.unit() as unit:
        await sold_with_order(unit, order_id=order_id)
    assert await sale.stock() == (5, 4, 1)


async def test_all_claims_are_taken_or_none(sale: Sale, clock: FrozenClock) -> None:
    old = await sale.claim("ann", 1)
    clock.advance(minutes=10)
    fresh = await sale.claim("ann", 1)
    foreign = await sale.claim("ben", 1)
    for wrong in (old, foreign, {"id": "clm_" + "0" * 26}):
        with pytest.raises(ClaimNotHeld) as caught:
            await take(sale, "ann", fresh, wrong)
        assert caught.value.members["claim_ids"] == [wrong["id"]]
        assert (await sale.seen(fresh))["state"] == "held"


async def test_claims_of_a_buyer(sale: Sale) -> None:
    first, second = await sale.claim("ann", 1), await sale.claim("ann", 4)
    waiting = await sale.claim("ann", 1)
    buyer = await sale.buyer("ann")
    async with sale.ctx.reader() as session:
        held = await claims_of(session, buyer.id)
        waits = await claims_of(session, buyer.id, states=[WAITLISTED], shop_id=sale.shop["id"])
        nothing = await claims_of(session, buyer.id, shop_id=new_id("shp"))
    assert [view.id for view in held] == [second["id"], first["id"]]
    assert [(view.id, view.position) for view in waits] == [(waiting["id"], 1)]
    assert nothing == []
