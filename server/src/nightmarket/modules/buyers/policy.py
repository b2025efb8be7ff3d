"""How accounts are linked. A pure function."""

from typing import Final

_COUNTRIES: Final = ("886", "66")
_FEWEST, _MOST = 8, 9
"""National numbers of Taiwan and Thailand have so many digits, without the 0 in front."""


def phone_key(phone: str) -> str | None:
    """What spellings of the same phone have in common: its national number, with or without country code the same.

    None for a number too short to tell.
    """
    digits = "".join(char for char in phone if char in "0123456789").removeprefix("00")
    for code in _COUNTRIES:
        # A national number may begin like a country code; then too little would be left.
        if digits.startswith(code) and len(digits) >= len(code) + _FEWEST:
            digits = digits.removeprefix(code)
            break
    digits = digits.removeprefix("0")
    return digits[-_MOST:] if len(digits) >= _FEWEST else None
