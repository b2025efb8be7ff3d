"""A comment as it came, and what its reader knows."""

import re
from dataclasses import dataclass
from typing import Any

from nightmarket.modules.claims.service.line_up_context import LineUp

GRAMMAR_VERSION = 1
"""Rises with every change of what comments mean, so that a dispute can be answered by reading one again."""
_KEPT_LENGTH = 500
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Comment:
    """Who wrote what where."""

    stream_id: str
    buyer_id: str
    message_id: str
    text: str

    @classmethod
    def of(cls, stream_id: str, buyer_id: str, message_id: str, text: str) -> "Comment":
        """A comment as it came in. What no encoding can write means as much to the grammar as a space."""
        return cls(stream_id, buyer_id, message_id, _HALF_CHARACTERS.sub(" ", text))

    @property
    def kept_text(self) -> str:
        """As much of the text as is stored."""
        return self.text[:_KEPT_LENGTH]


@dataclass(frozen=True, slots=True)
class Reading:
    """A comment with what the grammar made of it, and what it was told."""

    comment: Comment
    line_up: LineUp
    meant: dict[str, Any]
    buyer_claims: list[dict[str, Any]]

    @property
    def seen(self) -> dict[str, Any]:
        """For the record."""
        return {"grammar": GRAMMAR_VERSION, "pinned": self.line_up.pinned, "buyer_claims": self.buyer_claims}
