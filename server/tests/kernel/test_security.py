"""Signatures: only ours, only for their purpose, only in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel.security import BadSignature, BodySignature, Signer, derive_key, token_hash

NOW = 1_769_000_000


def test_signed_payload_comes_back() -> None:
    signer = Signer("secret", "ticket")
    text = signer.sign({"room": "str_1"}, expires_at=NOW + 60)
    assert signer.verify(text, now=NOW) == {"room": "str_1", "exp": NOW + 60}


@pytest.mark.parametrize("late", [60, 61, 10_000])
def test_expired_payload_is_refused(late: int) -> None:
    signer = Signer("secret", "ticket")
    text = signer.sign({}, expires_at=NOW + 60)
    with pytest.raises(BadSignature):
        signer.verify(text, now=NOW + late)


def test_other_purpose_is_refused() -> None:
    text = Signer("secret", "ticket").sign({}, expires_at=NOW + 60)
    with pytest.raises(BadSignature):
        Signer("secret", "upload").verify(text, now=NOW)


@given(st.integers(min_value=0, max_value=200), st.characters())
def test_changed_text_is_refused(position: int, char: str) -> None:
    signer = Signer("secret", "ticket")
    text = signer.sign({"room": "str_1", "rights": ["watch"]}, expires_at=NOW + 60)
    index = position % len(text)
    changed = text[:index] + char + text[index + 1 :]
    if changed != text:
        with pytest.raises(BadSignature):
            signer.verify(changed, now=NOW)


@given(st.text())
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(BadSignature):
        Signer("secret", "ticket").verify(text, now=NOW)


def test_body_signature_accepts_its_body() -> None:
    signature = BodySignature("key")
    signature.verify(signature.sign(b"{}", now=NOW), b"{}", now=NOW + 299)


@pytest.mark.parametrize(
    ("header", "body", "now"),
    [
        ("", b"{}", NOW),
        ("t=abc,v1=00", b"{}", NOW),
        (BodySignature("key").sign(b"{}", now=NOW), b"{} ", NOW),
        (BodySignature("key").sign(b"{}", now=NOW), b"{}", NOW + 301),
        (BodySignature("key").sign(b"{}", now=NOW), b"{}", NOW - 301),
        (BodySignature("other").sign(b"{}", now=NOW), b"{}", NOW),
        (f"t={NOW},v1=ü", b"{}", NOW),
        (f"t={'9' * 40},v1=00", b"{}", NOW),
    ],
)
def test_body_signature_refuses(header: str, body: bytes, now: int) -> None:
    with pytest.raises(BadSignature):
        BodySignature("key").verify(header, body, now=now)


def test_every_purpose_has_its_own_key() -> None:
    assert derive_key("secret", "a") != derive_key("secret", "b")
    assert token_hash("secret", "x") != token_hash("secret", "y")
