"""Pure rules: addresses, passwords, where a request comes from."""

import pytest

from nightmarket.modules.identity.policy import (
    canonical_email,
    common_passwords,
    device_name,
    is_own_page,
    network_of,
    normal_password,
    weakness,
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Mei.Lin@Example.COM", "mei.lin@example.com"),
        ("  mei@shop.test ", "mei@shop.test"),
        ("mei@münchen.de", "mei@xn--mnchen-3ya.de"),
        ("mei", None),
        ("mei@localhost", None),
        ("mei@[127.0.0.1]", None),
        ("mei\x00@example.com", None),
        ("\N{LATIN SMALL LETTER DOTLESS I}nge@example.com", None),
        ("mei@" + "a" * 250 + ".com", None),
        ("", None),
    ],
)
def test_email_has_one_spelling(text: str, canonical: str | None) -> None:
    assert canonical_email(text) == canonical


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1234", "common"),
        ("PassWord@123", "common"),
        ("qwertyuiop123", "common"),
        ("qwertyqwerty", "common"),
        ("123456789012", "common"),
        ("210987654321", "common"),
        ("abcdefghijkl", "common"),
        ("ＰＡＳＳＷＯＲＤ１２３４", "common"),
        ("thailand2025", "common"),
        ("nightmarket //77//", "context"),
        ("mei lin 1990!!!", "context"),
        ("our nightmarket is fun", None),
        ("zzzzzzzzzz", "common"),
        ("mei.lin@example.com", "email"),
        ("Mei.Lin@Example.com", "email"),
        ("mei.lin.the.great", None),
        ("violet lantern 47", None),
        ("夜市真的很好玩", None),
    ],
)
def test_weakness(password: str, reason: str | None) -> None:
    assert weakness(password, "mei.lin@example.com", "Mei") == reason


def test_local_part_alone_is_weak() -> None:
    assert weakness("Long.Local.Part", "long.local.part@example.com") == "email"


def test_list_is_of_useful_size_and_respects_the_minimum() -> None:
    assert len(common_passwords()) > 3000
    assert min(map(len, common_passwords())) == 12


def test_compositions_of_one_character_are_one_password() -> None:
    assert normal_password("cafe\N{COMBINING ACUTE ACCENT} 2026") == normal_password("café 2026")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
    ],
)
def test_limits_count_networks(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("fetch_site", "origin", "own"),
    [
        ("same-origin", "https://shop.example", True),
        (None, "https://shop.example", True),
        (None, None, True),
        (None, "https://app.example", True),
        ("cross-site", "https://app.example", True),
        ("cross-site", "https://evil.example", False),
        ("same-site", "https://other.shop.example", False),
        ("cross-site", None, False),
        ("none", None, False),
        (None, "null", False),
        (None, "https://evil.example", False),
        (None, "https://shop.example.evil.example", False),
    ],
)
def test_only_our_pages_may_use_the_cookie(fetch_site: str | None, origin: str | None, *, own: bool) -> None:
    found = is_own_page(fetch_site=fetch_site, origin=origin, host="shop.example", allowed={"https://app.example"})
    assert found is own


def test_device_name_is_printable_and_short() -> None:
    assert device_name(None) is None
    assert device_name("a\tb\x00c") == "a b c"
    assert device_name("x" * 500) == "x" * 200
