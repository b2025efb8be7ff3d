"""One-time passwords, by the examples of RFC 6238."""

import base64

import pytest

from nightmarket.modules.identity.totp import code

DIGITS = "1234567890" * 7


def seed(length: int) -> str:
    return base64.b32encode(DIGITS[:length].encode()).decode()


@pytest.mark.parametrize(
    ("at", "sha1", "sha256", "sha512"),
    [
        (59, "94287082", "46119246", "90693936"),
        (1111111109, "07081804", "68084774", "25091201"),
        (1234567890, "89005924", "91819424", "93441116"),
        (2000000000, "69279037", "90698825", "38618901"),
        (20000000000, "65353130", "77737706", "47863826"),
    ],
)
def test_the_standard_s_examples(at: int, sha1: str, sha256: str, sha512: str) -> None:
    assert code(seed(20), at, digits=8) == sha1
    assert code(seed(32), at, digits=8, algorithm="sha256") == sha256
    assert code(seed(64), at, digits=8, algorithm="sha512") == sha512


def test_six_digits_with_leading_zeros_for_half_a_minute() -> None:
    assert code(seed(20), 1111111109) == "081804"
    assert code(seed(20), 1111111080) == code(seed(20), 1111111109)
    assert code(seed(20), 1111111110) != code(seed(20), 1111111109)


def test_secrets_as_people_write_them() -> None:
    written = seed(20).lower()
    assert code(" ".join([written[:4], written[4:].rstrip("=")]), 59) == code(seed(20), 59)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="algorithm"):
        code(seed(20), 59, algorithm="md5")
    with pytest.raises(ValueError):  # noqa: PT011
        code("0189", 59)
