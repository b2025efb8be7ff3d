"""Identifiers: UUIDv7 (RFC 9562) inside, prefixed text such as `ord_01k…` everywhere else.

Always true here: an id is lower case, its prefix says what it names, and ids made later sort later. The text part is
the 128 bits in Crockford's base 32 (26 characters), so that it survives being read aloud and sorts like the bytes.
"""

import os
import threading
import time
from typing import Any

from pydantic_core import core_schema

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_LENGTH = 26


class _Births:
    """Milliseconds with a 12-bit counter, never twice the same: ids of one process sort in the order of their making.

    That is RFC 9562's fixed-length counter; it starts at random in each millisecond, so that ids stay unguessable.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """The next 60-bit birth: 48 bits of time, 12 of counter."""
        now = (time.time_ns() // 1_000_000) << 12 | int.from_bytes(os.urandom(2), "big") >> 5
        with self._lock:
            self._last = max(now, self._last + 1)
            return self._last


_births = _Births()


def new_id(prefix: str, now_ms: int | None = None) -> str:
    """A fresh id, e.g. `new_id("ord")`. Made before the insert, so that retries and logs can name it."""
    birth = _births.next() if now_ms is None else now_ms << 12
    value = (birth >> 12) << 80 | 0x7 << 76 | (birth & 0xFFF) << 64
    value |= 0x2 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    return id_from_bytes(prefix, value.to_bytes(16, "big"))


def id_from_bytes(prefix: str, raw: bytes) -> str:
    """The text form of 16 stored bytes."""
    value = int.from_bytes(raw, "big")
    chars = [""] * _LENGTH
    for index in range(_LENGTH - 1, -1, -1):
        chars[index] = _ALPHABET[value & 31]
        value >>= 5
    return f"{prefix}_{''.join(chars)}"


def id_to_bytes(prefix: str, text: str) -> bytes:
    """The 16 bytes of an id. Raises ValueError when the prefix or the shape is wrong."""
    head, _, tail = text.partition("_")
    if head != prefix or len(tail) != _LENGTH or tail[0] > "7":
        raise ValueError(f"not a {prefix}_ id")
    value = 0
    for char in tail:
        digit = _VALUES.get(char)
        if digit is None:
            raise ValueError(f"not a {prefix}_ id")
        value = (value << 5) | digit
    return value.to_bytes(16, "big")


def is_id(prefix: str, text: str) -> bool:
    """Whether the text is a well-formed id with this prefix."""
    try:
        id_to_bytes(prefix, text)
    except ValueError:
        return False
    return True


class IdShape:
    """Pydantic annotation of an id in a body: `item_id: Annotated[str, IdShape("itm")]`. Malformed ids are a 422."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        pattern = rf"^{self._prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
        return core_schema.str_schema(pattern=pattern)
