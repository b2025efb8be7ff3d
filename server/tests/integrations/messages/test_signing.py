"""Published examples of the services' signatures, and what must not pass."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nightmarket.integrations.line import signing as line
from nightmarket.integrations.sendgrid import signing as sendgrid
from nightmarket.integrations.twilio import signing as twilio

LINE_BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'


@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        ("8c570fa6dd201bb328f1c1eac23a96d8", LINE_BODY, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="),
        ("channel_secret", b"bodybodybodybody", "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="),
    ],
)
def test_line_examples(secret: str, body: bytes, signature: str) -> None:
    assert line.verify_webhook(body, signature, secret)
    assert not line.verify_webhook(body + b" ", signature, secret)
    assert not line.verify_webhook(body, signature, secret + "x")
    assert not line.verify_webhook(body, "", secret)
    assert not line.verify_webhook(body, "簽", secret)


def test_twilio_example() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert twilio.verify_webhook(url, params.items(), signature, "12345")
    assert not twilio.verify_webhook(url + "&x=1", params.items(), signature, "12345")
    assert not twilio.verify_webhook(url, (params | {"Digits": "1235"}).items(), signature, "12345")
    assert not twilio.verify_webhook(url, params.items(), signature, "12346")
    assert not twilio.verify_webhook(url, params.items(), "ü", "12345")


def test_sendgrid_signs_timestamp_and_body() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = base64.b64encode(
        private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
    body = b'[{"event":"delivered"}]\r\n'
    signature = base64.b64encode(private.sign(b"1600112502" + body, ec.ECDSA(hashes.SHA256()))).decode()
    assert sendgrid.verify_webhook(body, signature, "1600112502", public)
    assert not sendgrid.verify_webhook(body.strip(), signature, "1600112502", public)
    assert not sendgrid.verify_webhook(body, signature, "1600112503", public)
    for bad in ("", "AAAA", "not base64", "簽"):
        assert not sendgrid.verify_webhook(body, bad, "1600112502", public)
        assert not sendgrid.verify_webhook(body, signature, "1600112502", bad)
