"""Fields of the EMVCo kind: a two-digit id, a two-digit length in characters, the value."""

import binascii
from collections.abc import Iterator

_LONGEST = 99


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of a code up to its checksum, id and length included: four upper-case hex digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def field(number: str, value: str) -> str:
    """One field; ValueError when the value is empty or too long."""
    if not 1 <= len(value) <= _LONGEST:
        raise ValueError(f"field {number} must have 1 to {_LONGEST} characters")
    return f"{number}{len(value):02}{value}"


def fields(text: str) -> Iterator[tuple[str, str]]:
    """Id and value of each field; ValueError when the text does not consist of fields."""
    at = 0
    while at < len(text):
        number, length = text[at : at + 2], text[at + 2 : at + 4]
        if len(length) != 2 or not (number + length).isascii() or not (number + length).isdigit():
            raise ValueError("not made of fields")
        end = at + 4 + int(length)
        if end > len(text):
            raise ValueError(f"field {number} is cut off")
        yield number, text[at + 4 : end]
        at = end
