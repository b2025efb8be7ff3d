"""Ids are time-ordered, prefixed and survive the database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel.ids import id_from_bytes, id_to_bytes, is_id, new_id

ORDER = new_id("ord", 1_769_000_000_000)[:14] + "0" * 16
PAYMENT = "pay" + ORDER[3:]


@given(st.binary(min_size=16, max_size=16))
def test_text_and_bytes_agree(raw: bytes) -> None:
    assert id_to_bytes("ord", id_from_bytes("ord", raw)) == raw


def test_later_ids_sort_later() -> None:
    ids = [new_id("ord", moment) for moment in (1, 1_000, 1_769_000_000_000, 2**47)]
    assert ids == sorted(ids)


def test_ids_of_one_process_sort_in_the_order_of_their_making() -> None:
    ids = [new_id("ord") for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_version_and_variant_are_those_of_uuid7() -> None:
    raw = id_to_bytes("ord", new_id("ord"))
    assert raw[6] >> 4 == 7
    assert raw[8] >> 6 == 0b10


@pytest.mark.parametrize(
    "text",
    ["", "ord_", "ord", PAYMENT, ORDER.upper(), ORDER + "0", "ord_" + "8" * 26, "ord_" + "u" * 26,
     "ord_" + "०" * 26],
)  # fmt: skip
def test_malformed_ids_are_refused(text: str) -> None:
    assert not is_id("ord", text)
