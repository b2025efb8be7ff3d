"""What Cloudflare signs, and what we sign for it. Pure functions, held to the published example."""

import base64
import hashlib
import hmac
import json
import re
from functools import lru_cache
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import RSAKey

_DIGITS = re.compile(r"[0-9]{1,12}")
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
LONGEST_SECONDS: Final = 24 * 3600
"""Playback tokens are refused when they live longer."""


def verify_webhook(raw_body: bytes, header: str, secret: str, *, now: int, tolerance: int = 300) -> bool:
    """Whether `Webhook-Signature: time=…,sig1=…` signs exactly these bytes, recently."""
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    time, given = parts.get("time", ""), parts.get("sig1", "")
    if not (_DIGITS.fullmatch(time) and _SHA256_HEX.fullmatch(given)):
        return False
    expected = hmac.new(secret.encode(), time.encode() + b"." + raw_body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, given) and abs(now - int(time)) <= tolerance


def playback_token(video_uid: str, key_id: str, private_key_pem: str, *, expires_at: int, **claims: Any) -> str:
    """A compact JWS that takes the place of the id in every playback address. `claims`: `nbf`, `accessRules`, …"""
    payload = json.dumps({"sub": video_uid, "kid": key_id, "exp": expires_at} | claims, separators=(",", ":"))
    head = {"alg": "RS256", "kid": key_id}
    return jws.serialize_compact(head, payload, _key(private_key_pem), algorithms=["RS256"])


def pem_text(configured: str) -> str:
    """A signing key as PEM text: Cloudflare hands it out once more encoded in base64."""
    if "-----BEGIN" in configured:
        return configured
    return base64.b64decode(configured, validate=True).decode("ascii")


@lru_cache(maxsize=4)
def _key(private_key_pem: str) -> RSAKey:
    return RSAKey.import_key(pem_text(private_key_pem))
