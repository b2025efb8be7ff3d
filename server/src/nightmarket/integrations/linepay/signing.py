"""LINE Pay's request signature (Online API v3 and v4)."""

import base64
import hashlib
import hmac


def signature(channel_secret: str, uri: str, body_or_query: str, nonce: str) -> str:
    """The value of `X-LINE-Authorization` (Base64).

    `uri` is the path without a query; `body_or_query` the body exactly as sent (POST) or the query string without its
    question mark (GET), empty when there is none; `nonce` is new for each call. Source: LINE Pay's API reference.
    """
    message = f"{channel_secret}{uri}{body_or_query}{nonce}"
    return base64.b64encode(hmac.digest(channel_secret.encode(), message.encode(), hashlib.sha256)).decode()
