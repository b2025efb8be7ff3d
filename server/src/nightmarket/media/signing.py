"""Signatures on hooks and control calls: `t=<unix>,v1=<hex hmac-sha256 of "{t}.{body}">`."""

import hashlib
import hmac

HEADER = "Nightmarket-Signature"
TOLERANCE_SECONDS = 300


def sign(secret: str, body: bytes, *, now: int) -> str:
    """The header's value."""
    return f"t={now},v1={_mac(secret, str(now), body)}"


def verify(secret: str, body: bytes, header: str, *, now: int) -> bool:
    """Whether the header was made for this body, with this secret, not long ago."""
    parts = dict(piece.partition("=")[::2] for piece in header.split(","))
    stamp, mac = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now - int(stamp)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(_mac(secret, stamp, body).encode(), mac.encode())


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
