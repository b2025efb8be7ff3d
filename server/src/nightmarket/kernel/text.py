"""Text that people type: trimmed, without control characters or broken surrogates, of bounded length."""

import unicodedata
from typing import Any

from pydantic_core import core_schema

_BAD = {"Cc", "Cs", "Co", "Cn"}


def _clean(text: str, allowed: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if any(unicodedata.category(char) in _BAD and char not in allowed for char in text):
        raise ValueError("must not contain control characters")
    return text


def _line(text: str) -> str:
    return _clean(text, "")


def _prose(text: str) -> str:
    return _clean(text, "\n\t")


def masked_name(name: str) -> str:
    """A name that its owner recognises and nobody else does: the first letter, with the marks that belong to it."""
    letters = unicodedata.normalize("NFC", name.strip())
    end = next((at for at in range(1, len(letters)) if not unicodedata.category(letters[at]).startswith("M")), 1)
    return f"{letters[:end]}***" if letters else ""


class Line:
    """One line of text: `name: Annotated[str, Line(80)]`. Empty is refused unless `min_length=0`."""

    def __init__(self, max_length: int, min_length: int = 1) -> None:
        self._limits = (min_length, max_length)
        self._clean = _line

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        least, most = self._limits
        return core_schema.chain_schema(
            [
                core_schema.str_schema(max_length=most * 2 + 16),
                core_schema.no_info_plain_validator_function(self._clean),
                core_schema.str_schema(min_length=least, max_length=most),
            ],
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        least, most = self._limits
        return {"type": "string", "minLength": least, "maxLength": most}


class Prose(Line):
    """Text of several lines: `description: Annotated[str, Prose(5000)]`."""

    def __init__(self, max_length: int, min_length: int = 0) -> None:
        super().__init__(max_length, min_length)
        self._clean = _prose
