"""Signatures against the published example, and tokens against the public half of the key."""

import base64
import json

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from nightmarket.integrations.cloudflare.signing import pem_text, playback_token, verify_webhook

SECRET, TIME, BODY = "dev-secret-0001", 1_700_000_000, b'{"uid":"dev-video-1","readyToStream":true}'
PUBLISHED = "2c2e6712c97633fa3783ea24978d958b9edfc68c4f6e2514c8a22cb5dc394d59"
HEADER = f"time={TIME},sig1={PUBLISHED}"


def test_published_example_verifies() -> None:
    assert verify_webhook(BODY, HEADER, SECRET, now=TIME)
    assert verify_webhook(BODY, f"time={TIME}, sig1={PUBLISHED},sig2=unknown", SECRET, now=TIME + 300)


@pytest.mark.parametrize(
    ("body", "header", "secret", "now"),
    [
        (BODY + b" ", HEADER, SECRET, TIME),
        (BODY, HEADER, "another", TIME),
        (BODY, HEADER, SECRET, TIME + 301),
        (BODY, HEADER, SECRET, TIME - 301),
        (BODY, f"time={TIME + 1},sig1={PUBLISHED}", SECRET, TIME),
        (BODY, f"sig1={PUBLISHED}", SECRET, TIME),
        (BODY, f"time={TIME}", SECRET, TIME),
        (BODY, f"time={TIME},sig1={PUBLISHED.upper()}", SECRET, TIME),
        (BODY, f"time={TIME},sig1=ünïcode", SECRET, TIME),
        (BODY, f"time=１７００００００００,sig1={PUBLISHED}", SECRET, TIME),
        (BODY, f"time={'9' * 400},sig1={PUBLISHED}", SECRET, TIME),
        (BODY, "", SECRET, TIME),
        (BODY, "=,=,time", SECRET, TIME),
    ],
)
def test_anything_else_is_refused(body: bytes, header: str, secret: str, now: int) -> None:
    assert verify_webhook(body, header, secret, now=now) is False


@pytest.mark.parametrize("encoded", [False, True])
def test_token_says_what_it_opens_and_verifies(signing_key: RSAKey, *, encoded: bool) -> None:
    pem = signing_key.as_pem(private=True).decode()
    rules = [{"type": "ip.geoip.country", "action": "allow", "country": ["TW"]}, {"type": "any", "action": "block"}]
    given = base64.b64encode(pem.encode()).decode() if encoded else pem
    token = playback_token("a" * 32, "key-1", given, expires_at=1_785_495_600, accessRules=rules)
    read = jwt.decode(token, RSAKey.import_key(signing_key.as_pem(private=False)), algorithms=["RS256"])
    assert read.header == {"alg": "RS256", "kid": "key-1"}
    assert read.claims == {"sub": "a" * 32, "kid": "key-1", "exp": 1_785_495_600, "accessRules": rules}
    head = token.split(".")[0]
    assert json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))) == {"alg": "RS256", "kid": "key-1"}
    assert "=" not in token


def test_key_that_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match=r"base64|padding|characters|alphabet"):
        pem_text("not a key")
