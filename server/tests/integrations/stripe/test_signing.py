"""Stripe's webhook signature, by a published example."""

import pytest

from nightmarket.integrations.stripe.signing import verify

SECRET = "whsec_public_example"
BODY = b'{"id":"evt_public_1","object":"event","type":"payment_intent.succeeded"}'
V1 = "9de09eaec08abbba45e8e26eab81c30d3ce8f1465910264ae0d85c44747db21f"
AT = 1_700_000_000


@pytest.mark.parametrize(
    ("header", "now"),
    [
        (f"t={AT},v1={V1}", AT),
        (f"t={AT},v1={V1}", AT + 300),
        (f"t={AT},v1={V1}", AT - 10_000),
        (f"t={AT},v1={'0' * 64},v1={V1},v0=abc", AT),
        (f"v1={V1}, t={AT}", AT),
    ],
)
def test_the_published_example_verifies(header: str, now: int) -> None:
    assert verify(BODY, header, SECRET, now=now)


@pytest.mark.parametrize(
    ("body", "header", "secret", "now"),
    [
        (BODY, f"t={AT},v1={V1}", SECRET, AT + 301),
        (BODY + b"\n", f"t={AT},v1={V1}", SECRET, AT),
        (BODY, f"t={AT},v1={V1}", "public_example", AT),
        (BODY, f"t={AT},v1={V1}", "", AT),
        (BODY, f"t={AT},v0={V1}", SECRET, AT),
        (BODY, f"t={AT + 1},v1={V1}", SECRET, AT),
        (BODY, f"v1={V1}", SECRET, AT),
        (BODY, f"t=,v1={V1}", SECRET, AT),
        (BODY, f"t=-1,v1={V1}", SECRET, AT),
        (BODY, f"t={'9' * 5000},v1={V1}", SECRET, AT),
        (BODY, f"t={AT},v1=é", SECRET, AT),
        (BODY, "", SECRET, AT),
        (BODY, ",,=,", SECRET, AT),
    ],
)
def test_anything_else_does_not(body: bytes, header: str, secret: str, now: int) -> None:
    assert not verify(body, header, secret, now=now)
