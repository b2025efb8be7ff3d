"""The bag is told of on every device in a room; bags that were left behind are announced once."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.carts.models import CartLineRow
from nightmarket.modules.carts.service.find_abandoned import find_abandoned
from nightmarket.modules.identity.events import AccountErased
from nightmarket.modules.rooms.public import Cart, RoomPublisher
from support.clock import FrozenClock
from support.orders import Sale, open_sale

Drain = Callable[[], Awaitable[list[str]]]
Told = list[tuple[str, str | None, Cart]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=9, amount=590)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is said about bags: (room, to whom, frame)."""
    said: Told = []

    async def publish(_self: RoomPublisher, room: str, data: Any, *, to_user: str | None = None, key: str = "") -> None:
        del key
        if isinstance(data, Cart):
            said.append((room, to_user, data))

    monkeypatch.setattr(RoomPublisher, "publish", publish)
    return said


async def abandoned(ctx: Context) -> list[Any]:
    async with ctx.reader() as session:
        query = sa.select(OutboxRow.payload).where(OutboxRow.name == "carts.abandoned").order_by(OutboxRow.id)
        return list(await session.scalars(query))


async def test_the_number_on_the_bag_follows_on_other_devices(sale: Sale, drain: Drain, told: Told) -> None:
    buyer = await sale.buyer()
    me, room = sale.people["buyer"].id, sale.stream["id"]
    await sale.put(buyer, 2)
    await drain()
    assert told[-1] == (room, me, Cart(2, None))
    claim = await sale.claim(buyer, 3)
    await drain()
    await sale.api.delete(f"/api/v1/cart/lines/{sale.variant_id}", headers=buyer)
    await drain()
    assert told[-1] == (room, me, Cart(3, None))
    await sale.api.delete(f"/api/v1/claims/{claim['id']}", headers=buyer)
    await drain()
    assert told[-1] == (room, me, Cart(0, None))
    await sale.claim(buyer, 1)
    await sale.order(buyer)
    await drain()
    assert told[-1] == (room, me, Cart(0, None))
    assert {to_user for _, to_user, _ in told} == {me}


async def test_a_hold_that_ran_out_leaves_the_bag(sale: Sale, drain: Drain, clock: FrozenClock, told: Told) -> None:
    await sale.claim(await sale.buyer(), 2)
    await drain()
    clock.advance(minutes=11)
    await drain()
    await drain()
    assert told[-1][2] == Cart(0, None)


async def test_the_box_is_told_of_and_its_end_before_it_comes(
    sale: Sale, drain: Drain, clock: FrozenClock, told: Told
) -> None:
    await sale.sell_with(box_days=14)
    await sale.claim(await sale.buyer(), 2)
    await drain()
    room, _, frame = told[-1]
    assert (room, frame.count) == (sale.stream["id"], 2)
    assert frame.box is not None
    assert (frame.box.state, frame.box.shop_id, frame.box.ending) == ("open", sale.shop_id, False)
    (box,) = (await sale.api.get("/api/v1/me/boxes", headers=await sale.buyer())).json()["items"]
    assert (frame.box.id, frame.box.expires_at) == (box["id"], box["expires_at"])
    clock.advance(days=13, minutes=1)
    await drain()
    await drain()
    warned = [frame for _, _, frame in told if frame.box is not None and frame.box.ending]
    assert [frame.count for frame in warned] == [2]
    clock.advance(days=1)
    await drain()
    await drain()
    last = [frame for _, _, frame in told if frame.box is not None][-1]
    assert last.box is not None
    assert last.box.state == "expired"


async def test_a_bag_left_behind_is_announced_once(sale: Sale, ctx: Context, clock: FrozenClock, drain: Drain) -> None:
    await sale.put(await sale.buyer(), 2)
    clock.advance(hours=23)
    assert await find_abandoned(ctx) == 0
    clock.advance(hours=2)
    assert await find_abandoned(ctx) == 1
    assert await find_abandoned(ctx) == 0
    await drain()
    one = {
        "buyer_id": sale.people["buyer"].id,
        "shop_id": sale.shop_id,
        "variant_ids": [sale.variant_id],
        "units": 2,
    }
    assert await abandoned(ctx) == [one]
    await sale.put(await sale.buyer(), 3)
    clock.advance(hours=25)
    assert await find_abandoned(ctx) == 1
    assert await abandoned(ctx) == [one, one | {"units": 3}]


async def test_what_was_ordered_is_not_left_behind(sale: Sale, ctx: Context, clock: FrozenClock) -> None:
    buyer = await sale.buyer()
    await sale.put(buyer, 2)
    await sale.order(buyer)
    clock.advance(hours=25)
    assert await find_abandoned(ctx) == 0


async def test_the_bag_goes_with_the_account(sale: Sale, ctx: Context, drain: Drain) -> None:
    await sale.put(await sale.buyer(), 2)
    await sale.put(await sale.buyer("other"), 1)
    async with ctx.unit() as unit:
        unit.announce(AccountErased(sale.people["buyer"].id))
    await drain()
    async with ctx.reader() as session:
        owners = set(await session.scalars(sa.select(CartLineRow.buyer_id)))
    assert owners == {sale.people["other"].id}
