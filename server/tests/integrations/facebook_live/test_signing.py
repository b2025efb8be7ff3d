"""Facebook's signatures, by published vectors."""

import hashlib
import hmac

import pytest

from nightmarket.integrations.facebook.signing import appsecret_proof, verify_webhook

SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
HEADER = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_the_published_example_verifies() -> None:
    assert verify_webhook(BODY, HEADER, SECRET)


@pytest.mark.parametrize(
    ("body", "header", "secret"),
    [
        (b"Hello, World?", HEADER, SECRET),
        (BODY, HEADER, "another secret"),
        (BODY, HEADER.replace("sha256", "sha1"), SECRET),
        (BODY, HEADER.removeprefix("sha256="), SECRET),
        (BODY, HEADER[:-1], SECRET),
        (BODY, "sha256=é", SECRET),
        (BODY, "", SECRET),
    ],
)
def test_anything_else_does_not(body: bytes, header: str, secret: str) -> None:
    assert not verify_webhook(body, header, secret)


def test_a_token_is_proven_by_the_secret() -> None:
    assert appsecret_proof("token", "secret") == hmac.new(b"secret", b"token", hashlib.sha256).hexdigest()
