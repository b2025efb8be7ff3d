"""ECPay's check codes and encrypted data (AIO payment, logistics, e-invoice)."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote_plus, unquote_plus

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

_BLOCK_BITS = 128
_UNTOUCHED_BY_DOTNET = {"%21": "!", "%2a": "*", "%28": "(", "%29": ")"}
"""What .NET's encoder leaves alone and PHP's does not. `-`, `_` and `.` are left alone by both."""


def check_mac_value(
    params: Mapping[str, str], hash_key: str, hash_iv: str, method: Literal["sha256", "md5"] = "sha256"
) -> str:
    """The `CheckMacValue` of these parameters: upper-case hex, SHA-256 for payment, MD5 for logistics.

    Every parameter counts as it was sent or received, also empty and unknown ones; a `CheckMacValue` does not.
    Keys are ordered without regard to case. Source: ECPay's developer documents, "檢查碼機制" (AIO and logistics).
    """
    pairs = sorted(((key, value) for key, value in params.items() if key != "CheckMacValue"), key=_by_key)
    text = "&".join([f"HashKey={hash_key}", *(f"{key}={value}" for key, value in pairs), f"HashIV={hash_iv}"])
    encoded = _php_urlencode(text).lower()
    for escaped, plain in _UNTOUCHED_BY_DOTNET.items():
        encoded = encoded.replace(escaped, plain)
    return hashlib.new(method, encoded.encode(), usedforsecurity=method != "md5").hexdigest().upper()


def encrypt_data(data: Mapping[str, Any], key: str, iv: str) -> str:
    """The `Data` of an AES-JSON request: JSON, form-encoded, AES-128-CBC with PKCS #7, Base64.

    `key` and `iv` are the 16 ASCII characters of the merchant's HashKey and HashIV; ValueError for other lengths.
    """
    text = _php_urlencode(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = _cipher(key, iv).encryptor()
    padded = padder.update(text.encode()) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt_data(text: str, key: str, iv: str) -> dict[str, Any]:
    """The object in an answer's `Data`; ValueError when it was not made with this key or is not a JSON object."""
    decryptor = _cipher(key, iv).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    padded = decryptor.update(base64.b64decode(text, validate=True)) + decryptor.finalize()
    plain = unpadder.update(padded) + unpadder.finalize()
    data = json.loads(unquote_plus(plain.decode(), errors="strict"))
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def _by_key(pair: tuple[str, str]) -> str:
    return pair[0].lower()


def _php_urlencode(text: str) -> str:
    """As PHP's `urlencode`: letters, digits, `-`, `_` and `.` stay, a space becomes `+`, `~` does not stay."""
    return quote_plus(text, safe="").replace("~", "%7E")


def _cipher(key: str, iv: str) -> Cipher[CBC]:
    if len(key) != AES.block_size // 8:
        raise ValueError("the key must have 16 characters")
    return Cipher(AES(key.encode("ascii")), CBC(iv.encode("ascii")))
