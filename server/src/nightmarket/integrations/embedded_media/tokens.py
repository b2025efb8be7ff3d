"""Tokens that open a protected show to a player, made here and checked by the media server."""

import base64
import hashlib
import hmac


def play_token(secret: str, stream_id: str, expires_at: int) -> str:
    """`<unix time>.<MAC of show and time>`: good for every file of this show until then."""
    mac = hmac.new(secret.encode(), f"play:{stream_id}:{expires_at}".encode(), hashlib.sha256).digest()
    return f"{expires_at}.{base64.urlsafe_b64encode(mac[:18]).decode()}"
