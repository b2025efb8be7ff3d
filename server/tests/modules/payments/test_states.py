"""The table of moves says something about every state, and the database agrees with it."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.models import PaymentRow
from nightmarket.modules.payments.policy import GIVE_UP_AFTER, next_look
from nightmarket.modules.payments.ports import Standing
from nightmarket.modules.payments.service.apply_standing import mismatches
from nightmarket.modules.payments.states import MOVES, OPEN, SETTLED, State, sources_of
from support.payments import owe, state_of

STATES: tuple[State, ...] = get_args(State)


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(STATES)
    assert all(target in STATES for targets in MOVES.values() for target in targets)


def test_every_state_can_be_reached_from_created() -> None:
    reached: set[str] = {"created"}
    for _ in STATES:
        reached |= {target for state in reached for target in MOVES[state]}  # type: ignore[index]
    assert reached == set(STATES)


def test_money_that_was_refunded_stays_refunded() -> None:
    assert MOVES["refunded"] == frozenset()


def test_money_may_arrive_in_every_state_without_money() -> None:
    assert sources_of("paid") == set(STATES) - SETTLED


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATES, STATES)))
async def test_the_database_follows_the_table(ctx: Context, old: State, new: State) -> None:
    debt = await owe(ctx)
    async with ctx.unit() as unit:
        row = await unit.session.get(PaymentRow, debt.payment_id)
        assert row is not None
        row.state = old
    async with ctx.unit() as unit:
        moved = await repository.move(unit, debt.payment_id, new)
    assert moved is (new in MOVES[old])
    assert await state_of(ctx, debt.payment_id) == (new if moved else old)


def test_open_states_are_those_that_expire() -> None:
    assert sources_of("expired") == OPEN


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(age=st.integers(0, 5 * 86_400), left=st.integers(-86_400, 86_400), count=st.integers(0, 100_000))
def test_the_next_look_is_ahead_and_not_too_far(age: int, left: int, count: int) -> None:
    created, expires = NOW - timedelta(seconds=age), NOW + timedelta(seconds=left)
    at = next_look(now=NOW, created_at=created, expires_at=expires, look_count=count)
    if age >= GIVE_UP_AFTER.total_seconds():
        assert at is None
        return
    assert at is not None
    longest = timedelta(minutes=1) if left > 0 else timedelta(hours=6)
    assert timedelta(0) < at - NOW <= longest


EXPECTED = Money(390, "TWD")


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (Standing("paid", "R1", "we", Money(390, "TWD")), []),
        (Standing("paid", "R1", "we", Money(389, "TWD")), ["amount"]),
        (Standing("paid", "R1", "we", Money(390, "THB")), ["currency"]),
        (Standing("paid", "R1", "they", Money(390, "TWD")), ["merchant"]),
        (Standing("paid", "R2", "we", Money(390, "TWD")), ["reference"]),
        (Standing("paid", "R1", "we", None), ["amount"]),
        (Standing("paid", "R2", "they", Money(1, "THB")), ["reference", "merchant", "currency", "amount"]),
    ],
)
def test_a_statement_is_compared_with_our_own_row(told: Standing, wrong: list[str]) -> None:
    assert mismatches(expected=EXPECTED, reference="R1", merchant="we", told=told) == wrong
