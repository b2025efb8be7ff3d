"""LINE's signature of its calls to us."""

import base64
import hashlib
import hmac


def verify_webhook(raw_body: bytes, signature: str, channel_secret: str) -> bool:
    """Whether `x-line-signature` signs exactly these bytes. Never raises."""
    digest = base64.b64encode(hmac.new(channel_secret.encode(), raw_body, hashlib.sha256).digest()).decode()
    return signature.isascii() and hmac.compare_digest(digest, signature)
