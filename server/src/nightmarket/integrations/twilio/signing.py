"""Twilio's signature of its calls to us: HMAC-SHA1 over the address it called and the sorted form fields."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def signature(url: str, params: Iterable[tuple[str, str]], auth_token: str) -> str:
    """The value of `X-Twilio-Signature` for a form post to exactly this URL."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def verify_webhook(url: str, params: Iterable[tuple[str, str]], header: str, auth_token: str) -> bool:
    """Whether Twilio, knowing our token, made this call. Never raises."""
    return header.isascii() and hmac.compare_digest(signature(url, params, auth_token), header)
