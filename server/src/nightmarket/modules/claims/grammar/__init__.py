"""The comment grammar: what a chat comment means for the items of a room.

``parse`` is a pure function: no I/O, no clock, no state but a bounded cache of compiled line-ups. It never raises on
any text and never names a code or an option value that the context does not have. The stages follow one another in the
order of the files: normalise, mask, lex (lex_latin, lex_numbers, codes), fuse, promote, clauses, decide (claims with
groups, parts and lines; changes), combine.
"""

from __future__ import annotations

from typing import Any

from .pipeline import parse as _parse

__all__ = ["parse"]


def parse(text: str, context: dict[str, Any]) -> dict[str, Any]:
    """What the buyer who wrote ``text`` in the room described by ``context`` meant: intent, claims and reason."""
    return _parse(text, context)
