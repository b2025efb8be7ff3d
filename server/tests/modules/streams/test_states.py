"""The table of a show's states."""

from typing import get_args

from nightmarket.modules.streams.states import BEFORE, ENDED, MOVES, ON_AIR, StreamState, sources


def test_table_names_every_state() -> None:
    assert set(MOVES) == set(get_args(StreamState))


def test_every_state_can_be_reached_from_draft() -> None:
    reached, waiting = {"draft"}, ["draft"]
    while waiting:
        for state in MOVES[waiting.pop()]:  # type: ignore[index]
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    assert reached == set(MOVES)


def test_ended_is_final() -> None:
    assert MOVES[ENDED] == frozenset()


def test_sources_turn_the_table_around() -> None:
    for state in MOVES:
        assert set(sources(state)) == {old for old, new in MOVES.items() if state in new}


def test_every_state_is_before_on_air_or_over() -> None:
    assert sorted((*BEFORE, *ON_AIR, ENDED)) == sorted(MOVES)
