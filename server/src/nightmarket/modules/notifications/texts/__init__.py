"""The words of every message, keyed by the event's name and, after a colon, its variant. Five languages, each whole."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from nightmarket.kernel.i18n import Locale


class Text(msgspec.Struct, frozen=True):
    """A message with gaps for the facts."""

    title: str
    body: str


class Language(msgspec.Struct, frozen=True):
    """Everything that is said in one language."""

    words: dict[str, str]
    texts: dict[str, Text]


@cache
def language(locale: Locale) -> Language:
    """The words of a language."""
    return msgspec.json.decode(Path(__file__).with_name(f"{locale}.json").read_bytes(), type=Language)


def text_of(locale: Locale, kind: str, variant: str) -> Text:
    """Title and body with their gaps; a variant without words of its own is said as its kind."""
    texts = language(locale).texts
    return texts.get(f"{kind}:{variant}") or texts[kind]


def word(locale: Locale, name: str, **gaps: Any) -> str:
    """One of the small words around the texts."""
    return language(locale).words[name].format(**gaps)
