"""What proves that a webhook is Omise's."""

import base64
import binascii
import hashlib
import hmac
import re

_HEX = re.compile(r"[0-9a-fA-F]{64}")


def verify(
    raw_body: bytes, timestamp: str, signature_header: str, secret_b64: str, *, now: int, tolerance: int = 300
) -> bool:
    """Whether `Omise-Signature` signs exactly these bytes at `Omise-Signature-Timestamp`. Never raises.

    The header holds two signatures while a secret is being exchanged; one that fits is enough. `now` is
    in Unix seconds, `tolerance` counts to both sides of it. The key is the dashboard's secret, Base64-decoded.
    """
    try:
        secret = base64.b64decode(secret_b64, validate=True)
    except (binascii.Error, ValueError):
        return False
    if not secret or not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > tolerance:
        return False
    digest = hmac.digest(secret, timestamp.encode() + b"." + raw_body, hashlib.sha256)
    given = [part.strip() for part in signature_header.split(",")]
    return any(hmac.compare_digest(digest, bytes.fromhex(one)) for one in given if _HEX.fullmatch(one))
