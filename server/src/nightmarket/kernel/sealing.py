"""Secrets of others that we must be able to read again, encrypted with the row they lie in bound in."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nightmarket.kernel.security import derive_key

_NONCE_BYTES = 12


class Sealer:
    """Seals for one purpose."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._cipher = AESGCM(derive_key(secret, purpose))

    def seal(self, row_id: str, text: str) -> bytes:
        """The text for this row alone: copied into another row it opens no more."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), row_id.encode())

    def open(self, row_id: str, sealed: bytes) -> str | None:
        """The text again; None when it was sealed under another secret or for another row."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row_id.encode()).decode()
        except (InvalidTag, ValueError):
            return None
