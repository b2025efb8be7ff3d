"""LINE Pay's signature, by examples computed with its documented formula."""

import pytest

from nightmarket.integrations.linepay.signing import signature

SECRET = "a917ab6a2367b536f8e5a6e2977e06f4"


@pytest.mark.parametrize(
    ("uri", "content", "nonce", "expected"),
    [
        (
            "/v4/payments/2026092300000000001/confirm",
            '{"amount":250,"currency":"TWD"}',
            "1758600000000",
            "DQ/WsHG9iJfijyAymB+20MeH0pwxl+Jb2GfpZWvPF80=",
        ),
        (
            "/v3/payments",
            "transactionId=2026092300000000001",
            "1758600000001",
            "ni4wYQgWobXxBnalj7bSDLoeZ3iK8/CXoHik846pygk=",
        ),
    ],
)
def test_published_calls(uri: str, content: str, nonce: str, expected: str) -> None:
    assert signature(SECRET, uri, content, nonce) == expected


def test_everything_counts() -> None:
    base = "/v3/payments/request", "{}", "n"
    signed = {signature(SECRET, *base), signature("other", *base), signature(SECRET, "/v4/payments/request", "{}", "n")}
    signed |= {signature(SECRET, base[0], '{"ชื่อ":"茶"}', "n"), signature(SECRET, base[0], "{}", "m")}
    assert len(signed) == 5
