"""Time-based one-time passwords (RFC 6238)."""

import hashlib
from typing import Final

import pyotp

PERIOD_SECONDS: Final = 30
_DIGESTS: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def code(secret_b32: str, at: int, *, digits: int = 6, algorithm: str = "sha1") -> str:
    """The code at a moment (Unix seconds), with leading zeros.

    The secret is Base32, padding and case as they come, spaces as people write them. ValueError for another alphabet or
    an algorithm other than sha1, sha256 and sha512.
    """
    digest = _DIGESTS.get(algorithm.lower())
    if digest is None:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    secret = secret_b32.replace(" ", "")
    return pyotp.TOTP(secret, digits=digits, digest=digest, interval=PERIOD_SECONDS).generate_otp(at // PERIOD_SECONDS)
