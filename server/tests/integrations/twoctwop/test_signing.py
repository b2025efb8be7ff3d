"""2C2P's payloads, by the example on its own JWT page."""

import base64
import json

import jwt
import pytest

from nightmarket.integrations.twoctwop.signing import decode, encode

SECRET = "1F4EDB965BBB3094F791A83750FBDCDA3852131CB5218E21E4F42929A1975E60"
CLAIMS = {
    "merchantID": "JT01",
    "invoiceNo": "1523953661",
    "description": "item 1",
    "amount": 1000,
    "currencyCode": "SGD",
}
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJtZXJjaGFudElEIjoiSlQwMSIsImludm9pY2VObyI6IjE1MjM5NTM2NjEiLCJkZXNjcmlwdGlvb"
    "iI6Iml0ZW0gMSIsImFtb3VudCI6MTAwMCwiY3VycmVuY3lDb2RlIjoiU0dEIn0.ElmhOULUdK63FnriSs2XyhH1LxULoTVIopTUuQ77DvA"
)


def test_the_published_token() -> None:
    assert encode(CLAIMS, SECRET) == TOKEN
    assert decode(TOKEN, SECRET) == CLAIMS


def test_claims_are_no_session() -> None:
    claims = {"exp": 1, "iat": "never", "iss": "7", "aud": ["x"], "respCode": "0000", "sub": 3}
    assert decode(encode(claims, SECRET), SECRET) == claims


def _unsigned(algorithm: str) -> str:
    head, body = ({"alg": algorithm, "typ": "JWT"}, CLAIMS)
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, body))
    return ".".join([*parts, ""])


@pytest.mark.parametrize(
    "token",
    [
        TOKEN[:-1] + ("B" if TOKEN[-1] != "B" else "C") + "x",
        TOKEN.replace(".eyJt", ".eyJu"),
        _unsigned("none"),
        _unsigned("HS256"),
        jwt.encode(CLAIMS, SECRET, algorithm="HS512"),
        jwt.encode(CLAIMS, SECRET[::-1], algorithm="HS256"),
        "",
        "a.b.c",
        "é",
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode(token, SECRET)
