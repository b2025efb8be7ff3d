"""The transition table of claims."""

from itertools import product
from typing import get_args

from nightmarket.modules.claims.states import COUNTED, MOVES, OPEN, State, may_move


def test_every_state_has_its_moves() -> None:
    states = set(get_args(State))
    assert set(MOVES) == states
    assert set().union(*MOVES.values()) <= states


def test_only_these_moves_are_allowed() -> None:
    allowed = {(old, new) for old, new in product(MOVES, MOVES) if may_move(old, new)}
    assert allowed == {
        ("held", "ordered"),
        ("held", "expired"),
        ("held", "released"),
        ("waitlisted", "held"),
        ("waitlisted", "released"),
        ("waitlisted", "expired"),
        ("ordered", "released"),
    }


def test_what_is_open_counts() -> None:
    assert set(OPEN) < set(COUNTED)
