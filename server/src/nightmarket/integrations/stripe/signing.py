"""What proves that a webhook is Stripe's."""

import hashlib
import hmac


def verify(raw_body: bytes, header: str, secret: str, *, now: int, tolerance: int = 300) -> bool:
    """Whether `Stripe-Signature` signs exactly these bytes, not longer ago than `tolerance` seconds. Never raises.

    One fitting `v1` of several is enough (two while a secret is being rolled); other schemes count for nothing. Like
    Stripe's own libraries it accepts a time in the future. `secret` is the endpoint's, with its `whsec_`.
    """
    pairs = [(name.strip(), value) for name, _, value in (part.partition("=") for part in header.split(","))]
    timestamp = next((value for name, value in pairs if name == "t"), "")
    if not secret or not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        return False
    if now - int(timestamp) > tolerance:
        return False
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()
    given = [value for name, value in pairs if name == "v1" and value.isascii()]
    return any(hmac.compare_digest(digest, one) for one in given)
