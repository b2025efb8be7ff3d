"""Identifiers: UUIDv7 (RFC 9562) inside, prefixed text such as `ord_01k…` everywhere else.

Always true here: an id is lower case, its prefix says what it names, and ids made later sort later. The text part is
the 128 bits in Crockford's base 32 (26 characters), so that it survives being read aloud and sorts like the bytes.
"""

import os
import re
import threading
import time
from functools import lru_cache
from typing import Any

from pydantic_core import core_schema

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26
# Ids are read and written many times for each claim: two characters at a time one way, Python's base 32 the other.
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_PYTHON_DIGITS = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_NOT_OURS = re.compile(r"[^0-9a-hjkmnp-tv-z]")


class _Births:
    """Milliseconds with a 12-bit counter, never twice the same: ids of one process sort in the order of their making.

    That is RFC 9562's fixed-length counter; it starts at random in each millisecond, so that ids stay unguessable.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """The next 60-bit birth: 48 bits of time, 12 of counter."""
        return self.next_of(int.from_bytes(os.urandom(2), "big"))

    def next_of(self, luck: int) -> int:
        """The same with 16 random bits of the caller's."""
        now = (time.time_ns() // 1_000_000) << 12 | luck >> 5
        with self._lock:
            self._last = max(now, self._last + 1)
            return self._last


_births = _Births()


def new_id(prefix: str, now_ms: int | None = None) -> str:
    """A fresh id, e.g. `new_id("ord")`. Made before the insert, so that retries and logs can name it."""
    luck = int.from_bytes(os.urandom(10), "big")
    birth = _births.next_of(luck >> 64) if now_ms is None else now_ms << 12
    value = (birth >> 12) << 80 | 0x7 << 76 | (birth & 0xFFF) << 64
    return _text(prefix, value | 0x2 << 62 | (luck & 0xFFFF_FFFF_FFFF_FFFF) >> 2)


def id_from_bytes(prefix: str, raw: bytes) -> str:
    """The text form of 16 stored bytes."""
    return _text(prefix, int.from_bytes(raw, "big"))


def _text(prefix: str, value: int) -> str:
    high, low = value >> 60, value & 0xFFF_FFFF_FFFF_FFFF
    pairs = _PAIRS
    return (
        f"{prefix}_"
        f"{pairs[high >> 60]}{pairs[high >> 50 & 1023]}{pairs[high >> 40 & 1023]}{pairs[high >> 30 & 1023]}"
        f"{pairs[high >> 20 & 1023]}{pairs[high >> 10 & 1023]}{pairs[high & 1023]}"
        f"{pairs[low >> 50]}{pairs[low >> 40 & 1023]}{pairs[low >> 30 & 1023]}"
        f"{pairs[low >> 20 & 1023]}{pairs[low >> 10 & 1023]}{pairs[low & 1023]}"
    )


def id_to_bytes(prefix: str, text: str) -> bytes:
    """The 16 bytes of an id. Raises ValueError when the prefix or the shape is wrong."""
    head, _, tail = text.partition("_")
    if head != prefix or len(tail) != _LENGTH or tail[0] > "7" or _NOT_OURS.search(tail):
        raise ValueError(f"not a {prefix}_ id")
    return int(tail.translate(_PYTHON_DIGITS), 32).to_bytes(16, "big")


@lru_cache(maxsize=65_536)
def key_of(prefix: str, text: str) -> bytes:
    """The same, remembered: for ids that many requests name."""
    return id_to_bytes(prefix, text)


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
