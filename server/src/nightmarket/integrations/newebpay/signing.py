"""NewebPay's encryption and check codes (MPG, query, capture and refund).

HashKey is 32 ASCII characters (an AES-256 key), HashIV 16. Source: NewebPay's manual NDNF (version 1.2.6).
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

_BLOCK_BITS = 128
_LONGEST_PAD = 32
"""NewebPay pads to 16 or to 32 bytes, depending on which of its own programs wrote the message."""


def encrypt_trade_info(params: Mapping[str, str], key: str, iv: str) -> str:
    """`TradeInfo` (also `PostData_`): a query string in the order given, AES-256-CBC, lower-case hex."""
    query = urlencode(params).replace("~", "%7E")
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(query.encode()) + padder.finalize()
    encryptor = _cipher(key, iv).encryptor()
    return (encryptor.update(padded) + encryptor.finalize()).hex()


def decrypt_trade_info(hex_text: str, key: str, iv: str) -> str:
    """The text in a `TradeInfo`: a query string or JSON, as was asked for. Check `trade_sha` first.

    ValueError when it was not made with this key.
    """
    decryptor = _cipher(key, iv).decryptor()
    padded = decryptor.update(bytes.fromhex(hex_text)) + decryptor.finalize()
    pad = padded[-1] if padded else 0
    if not 1 <= pad <= min(_LONGEST_PAD, len(padded)) or padded[-pad:] != bytes([pad]) * pad:
        raise ValueError("not encrypted with this key")
    return padded[:-pad].decode()


def trade_sha(trade_info: str, key: str, iv: str) -> str:
    """What proves a `TradeInfo` (lower-case hex, as sent or received)."""
    return _sha256(f"HashKey={key}&{trade_info}&HashIV={iv}")


def check_value(amount: str, merchant_id: str, merchant_order_no: str, key: str, iv: str) -> str:
    """What proves a query of ours."""
    return _sha256(f"IV={iv}&Amt={amount}&MerchantID={merchant_id}&MerchantOrderNo={merchant_order_no}&Key={key}")


def check_code(amount: str, merchant_id: str, merchant_order_no: str, trade_no: str, key: str, iv: str) -> str:
    """What proves NewebPay's answer to a query, a capture or a refund."""
    return _sha256(
        f"HashIV={iv}&Amt={amount}&MerchantID={merchant_id}&MerchantOrderNo={merchant_order_no}"
        f"&TradeNo={trade_no}&HashKey={key}"
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest().upper()


def _cipher(key: str, iv: str) -> Cipher[CBC]:
    return Cipher(AES(key.encode("ascii")), CBC(iv.encode("ascii")))
