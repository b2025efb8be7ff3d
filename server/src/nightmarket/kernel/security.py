"""Keyed signatures and derived keys: one master secret, a key of its own for every purpose."""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

import msgspec


class BadSignature(ValueError):
    """The text was not signed by us for this purpose, was changed, or has expired."""


def derive_key(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HMAC-SHA256 as the extract step of RFC 5869)."""
    return hmac.new(secret.encode(), f"nightmarket/{purpose}".encode(), hashlib.sha256).digest()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Signer:
    """Signs small JSON objects into URL-safe text that expires. Not encryption: anyone can read the payload."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._mac = hmac.new(derive_key(secret, purpose), digestmod=hashlib.sha256)

    def sign(self, payload: dict[str, Any], *, expires_at: int) -> str:
        """`payload` with an expiry (Unix seconds) as `body.signature`."""
        body = _b64(json.dumps(payload | {"exp": expires_at}, separators=(",", ":")).encode())
        return f"{body}.{self._tag(body)}"

    def verify(self, text: str, *, now: int) -> dict[str, Any]:
        """The payload, or BadSignature."""
        try:
            payload = msgspec.json.decode(self.open(text))
        except msgspec.MsgspecError as error:
            raise BadSignature("payload") from error
        if not isinstance(payload, dict) or not isinstance(payload.get("exp"), int) or payload["exp"] <= now:
            raise BadSignature("expired")
        return payload

    def open(self, text: str) -> bytes:
        """The JSON we signed, whatever its expiry says, or BadSignature: for those who decode and check it."""
        body, _, tag = text.partition(".")
        if not tag.isascii() or not hmac.compare_digest(self._tag(body), tag):
            raise BadSignature("signature")
        try:
            return _unb64(body)
        except ValueError as error:
            raise BadSignature("payload") from error

    def _tag(self, body: str) -> str:
        mac = self._mac.copy()
        mac.update(body.encode(errors="replace"))
        return _b64(mac.digest()[:18])


class BodySignature:
    """`t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`: how our own processes sign requests to each other."""

    header = "Nightmarket-Signature"

    def __init__(self, key: bytes | str, *, tolerance: int = 300) -> None:
        self._key = key.encode() if isinstance(key, str) else key
        self._tolerance = tolerance

    def sign(self, body: bytes, *, now: int) -> str:
        """The header value for this body."""
        return f"t={now},v1={self._digest(now, body)}"

    def verify(self, header: str, body: bytes, *, now: int) -> None:
        """Raises BadSignature unless the header signs exactly this body, recently."""
        parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
        stamp = parts.get("t", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise BadSignature("timestamp")
        given = parts.get("v1", "")
        if not given.isascii() or not hmac.compare_digest(self._digest(int(stamp), body), given):
            raise BadSignature("signature")
        if abs(now - int(stamp)) > self._tolerance:
            raise BadSignature("stale")

    def _digest(self, stamp: int, body: bytes) -> str:
        return hmac.new(self._key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def token_hash(secret: str, token: str) -> bytes:
    """Keyed hash under which a token that is only ever compared is stored."""
    return hmac.new(derive_key(secret, "token-hash"), token.encode(), hashlib.sha256).digest()


def random_token(size: int = 32) -> str:
    """An unguessable URL-safe token of `size` random bytes."""
    return secrets.token_urlsafe(size)
