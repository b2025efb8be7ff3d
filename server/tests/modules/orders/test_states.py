"""The table of moves, the database that follows it, and the sums of an order."""

import itertools
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.orders.policy import new_number, price_order
from nightmarket.modules.orders.states import BEFORE_PACKING, MOVES, STATES, State, sources_of


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(STATES) == set(get_args(State))
    assert all(target in STATES for targets in MOVES.values() for target in targets)


def test_every_state_can_be_reached() -> None:
    reached: set[State] = {"pending_payment"}
    for _ in STATES:
        reached |= {target for state in reached for target in MOVES[state]}
    assert reached == set(STATES)


def test_money_that_came_is_never_lost_sight_of() -> None:
    """Only a paid order can be refunded, shipped or packed; what was packed is not cancelled any more."""
    assert sources_of("cancelled") == {"pending_payment", "paid"}
    assert sources_of("paid") == {"pending_payment", "cancelled"}
    assert set(BEFORE_PACKING) == {"pending_payment", "paid"}


def test_nothing_leaves_refunded_and_nothing_returns_to_waiting() -> None:
    assert MOVES["refunded"] == frozenset()
    assert sources_of("pending_payment") == frozenset()


async def keep_order(ctx: Context, state: State) -> str:
    order_id = new_id("ord")
    now = ctx.clock()
    async with ctx.unit() as unit:
        await unit.add(
            OrderRow(
                id=order_id,
                number=new_number("TW"),
                shop_id=new_id("shp"),
                buyer_id=new_id("usr"),
                state=state,
                currency="TWD",
                subtotal_minor=100,
                shipping_minor=60,
                discount_minor=0,
                total_minor=160,
                shipping_method="home",
                address={},
                pay_by=now,
                placed_at=now,
            )
        )
    return order_id


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATES, STATES)))
async def test_the_database_follows_the_table(ctx: Context, old: State, new: State) -> None:
    order_id = await keep_order(ctx, old)
    async with ctx.unit() as unit:
        moved = await repository.move(unit, order_id, new)
    assert moved is (new in MOVES[old])
    async with ctx.reader() as session:
        row = await repository.order(session, order_id)
    assert row is not None
    assert row.state == (new if moved else old)


currencies = st.sampled_from(["TWD", "THB"])
lines = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 99)), min_size=1, max_size=100)


@given(currency=currencies, wanted=lines, shipping=st.integers(0, 10**6), discount=st.integers(0, 10**13))
def test_total_is_lines_and_shipping_less_discount(
    currency: str, wanted: list[tuple[int, int]], shipping: int, discount: int
) -> None:
    price = price_order(
        [(Money(minor, currency), quantity) for minor, quantity in wanted],
        shipping=Money(shipping, currency),
        discount=Money(discount, currency),
    )
    goods = sum(minor * quantity for minor, quantity in wanted)
    assert price.subtotal.minor == goods
    assert price.total == price.subtotal + price.shipping - price.discount
    assert price.discount.minor == min(discount, goods)
    assert price.total.minor >= shipping
    assert {price.total.currency, price.subtotal.currency} == {currency}


@given(market=st.sampled_from(["TW", "TH"]))
def test_numbers_are_short_and_easy_to_read(market: str) -> None:
    assert re.fullmatch(market + r"[0-9A-HJKMNP-TV-Z]{8}", new_number(market))


def test_numbers_do_not_follow_each_other() -> None:
    numbers = [new_number("TW") for _ in range(1000)]
    assert len(set(numbers)) == 1000
    assert numbers != sorted(numbers)
