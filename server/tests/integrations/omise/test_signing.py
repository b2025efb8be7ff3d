"""Omise's webhook signature, by a published worked value."""

import pytest

from nightmarket.integrations.omise.signing import verify

SECRET = "b21pc2Utd2ViaG9vay1zZWNyZXQ="
BODY = b'{"id":"evnt_test_1","key":"charge.complete","data":{"id":"chrg_test_1"}}'
SIGNATURE = "c18c99a6612d57ffecba8948a13ccd4b6f9bb21cac805cfa323c080c600cc15f"
AT = 1785578400


@pytest.mark.parametrize(
    "header", [SIGNATURE, f"{'0' * 64}, {SIGNATURE}", f"{SIGNATURE},{'0' * 64}", SIGNATURE.upper()]
)
@pytest.mark.parametrize("now", [AT, AT + 300, AT - 300])
def test_the_worked_value_verifies(header: str, now: int) -> None:
    assert verify(BODY, str(AT), header, SECRET, now=now)


@pytest.mark.parametrize(
    ("body", "timestamp", "header", "secret", "now"),
    [
        (BODY + b" ", str(AT), SIGNATURE, SECRET, AT),
        (BODY, str(AT), SIGNATURE, SECRET, AT + 301),
        (BODY, str(AT), SIGNATURE, SECRET, AT - 301),
        (BODY, str(AT + 1), SIGNATURE, SECRET, AT),
        (BODY, "", SIGNATURE, SECRET, AT),
        (BODY, "soon", SIGNATURE, SECRET, AT),
        (BODY, "๑๗๘๕๕๗๘๔๐๐", SIGNATURE, SECRET, AT),
        (BODY, "9" * 5000, SIGNATURE, SECRET, AT),
        (BODY, str(AT), SIGNATURE[:-1], SECRET, AT),
        (BODY, str(AT), "é" * 64, SECRET, AT),
        (BODY, str(AT), "", SECRET, AT),
        (BODY, str(AT), SIGNATURE, "not base64!", AT),
        (BODY, str(AT), SIGNATURE, "", AT),
        (BODY, str(AT), SIGNATURE, "é", AT),
    ],
)
def test_anything_else_does_not(body: bytes, timestamp: str, header: str, secret: str, now: int) -> None:
    assert not verify(body, timestamp, header, secret, now=now)
