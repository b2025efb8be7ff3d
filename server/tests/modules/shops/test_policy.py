"""Who may do what in a shop, as a matrix; what shipping costs."""

import re

import pytest

from nightmarket.kernel.money import CurrencyMismatch, Money
from nightmarket.modules.shops.policy import RESERVED_SLUGS, SLUG_PATTERN, may
from nightmarket.modules.shops.public import ShippingTerms


@pytest.mark.parametrize(
    ("role", "is_admin", "roles", "allowed"),
    [
        ("owner", False, (), True),
        ("owner", False, ("packer",), True),
        ("host", False, ("host",), True),
        ("host", False, ("host", "moderator"), True),
        ("host", False, ("moderator",), False),
        ("packer", False, (), False),
        (None, False, ("host", "moderator", "packer"), False),
        (None, True, (), True),
        ("packer", True, ("host",), True),
    ],
)
def test_may(role: str | None, roles: tuple[str, ...], *, is_admin: bool, allowed: bool) -> None:
    assert may(role, is_admin=is_admin, roles=roles) is allowed


@pytest.mark.parametrize("slug", ["abc", "a-1", "9" * 40, *RESERVED_SLUGS])
def test_slugs_we_take(slug: str) -> None:
    assert re.search(SLUG_PATTERN, slug)


@pytest.mark.parametrize("slug", ["ab", "a" * 41, "-ab", "ab-", "aBc", "a_b", "a b", "ａｂｃ", "abc\n", ""])
def test_slugs_we_refuse(slug: str) -> None:
    assert not re.fullmatch(SLUG_PATTERN.strip("^$"), slug)


@pytest.mark.parametrize(("goods", "cost"), [(0, 60), (998, 60), (999, 0), (5000, 0)])
def test_shipping_is_free_from_its_threshold_on(goods: int, cost: int) -> None:
    terms = ShippingTerms(fee=Money(60, "TWD"), free_from=Money(999, "TWD"))
    assert terms.cost_of(Money(goods, "TWD")) == Money(cost, "TWD")
    assert terms.missing_for_free(Money(goods, "TWD")) == Money(max(0, 999 - goods), "TWD")


def test_shipping_without_threshold_is_never_free() -> None:
    terms = ShippingTerms(Money(4000, "THB"), None)
    assert terms.cost_of(Money(10**9, "THB")) == Money(4000, "THB")
    assert terms.missing_for_free(Money(10**9, "THB")) is None


def test_shipping_of_another_currency_is_a_bug() -> None:
    with pytest.raises(CurrencyMismatch):
        ShippingTerms(Money(60, "TWD"), Money(999, "TWD")).cost_of(Money(1, "THB"))
