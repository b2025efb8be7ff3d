"""How accounts are linked. A pure function."""

from typing import Final

_COMPARED: Final = 8
"""So many digits at the end of a number are compared: with and without country code it is the same phone."""


def phone_key(phone: str) -> str | None:
    """What numbers of the same phone have in common; None for a number too short to tell."""
    digits = "".join(char for char in phone if char in "0123456789")
    return digits[-_COMPARED:] if len(digits) >= _COMPARED else None
