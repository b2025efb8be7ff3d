"""Money never loses a coin and never mixes currencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nightmarket.kernel.i18n import format_money
from nightmarket.kernel.money import CurrencyMismatch, Money, MoneyModel

amounts = st.integers(min_value=0, max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=20).filter(any)


@given(amounts, weights)
def test_share_loses_no_coin(minor: int, parts: list[int]) -> None:
    shares = Money(minor, "THB").share(parts)
    assert sum(share.minor for share in shares) == minor
    assert all(share.minor >= 0 for share in shares)


@given(amounts, weights)
def test_share_is_fair_to_within_one_coin(minor: int, parts: list[int]) -> None:
    for share, weight in zip(Money(minor, "TWD").share(parts), parts, strict=True):
        assert 0 <= share.minor - minor * weight // sum(parts) <= 1


@pytest.mark.parametrize("parts", [[], [0, 0], [2, -1]])
def test_share_refuses_weights_without_sense(parts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|empty"):
        Money(10, "TWD").share(parts)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "TWD") + Money(1, "THB")


def test_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown currency"):
        Money(1, "USD")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1290, "TWD"), "NT$1,290"),
        (Money(12900, "THB"), "฿129.00"),
        (Money(5, "THB"), "฿0.05"),
        (Money(0, "TWD"), "NT$0"),
    ],
)
def test_format_uses_our_own_exponents(money: Money, text: str) -> None:
    assert format_money(money) == text


@pytest.mark.parametrize(
    "body",
    [
        {"amount": 1.5, "currency": "TWD"},
        {"amount": -1, "currency": "TWD"},
        {"amount": "5", "currency": "TWD"},
        {"amount": True, "currency": "TWD"},
        {"amount": 10**13, "currency": "TWD"},
        {"amount": 1, "currency": "USD"},
        {"amount": 1, "currency": "TWD", "extra": 1},
    ],
)
def test_wire_form_refuses_what_is_not_money(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MoneyModel.model_validate(body)


def test_wire_form_returns_the_same_money() -> None:
    money = Money(12900, "THB")
    assert MoneyModel.of(money).money() == money
    assert money.as_json() == {"amount": 12900, "currency": "THB"}
