"""The terms a product is found by, in any script (see ADR 0004).

Latin letters and digits become prefixes of words, so that "dre" finds "dress". Scripts without spaces between words
(Chinese, Japanese, Thai) become single characters and pairs, confirmed by a substring test, so that any part of a
name finds it. Pure functions: the same text gives the same terms when it is stored and when it is asked for.
"""

import unicodedata

PREFIX_LENGTH = 12
MAX_TERMS = 800
MAX_QUERY_WORDS = 8


def fold(text: str) -> str:
    """One spelling for what people hold to be the same: width, case, and words separated by one space."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char if _is_word(char) else " " for char in plain)
    return " ".join(kept.split())


def terms_of(*texts: str) -> list[str]:
    """What to store for a product, most important text first."""
    found: dict[str, None] = {}
    for text in texts:
        for run in _runs(fold(text)):
            for term in _stored(run):
                found[term] = None
                if len(found) >= MAX_TERMS:
                    return list(found)
    return list(found)


def query_of(text: str) -> tuple[list[str], list[str]]:
    """What to look up for a search: terms that must all be there, and text that must stand in one piece."""
    terms: dict[str, None] = {}
    pieces: list[str] = []
    for word in fold(text).split()[:MAX_QUERY_WORDS]:
        for run in _runs(word):
            terms.update(dict.fromkeys(_asked(run)))
            if len(run[1]) > (PREFIX_LENGTH if run[0] else 2):
                pieces.append(run[1])
    return list(terms), pieces


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


def _is_spaced(char: str) -> bool:
    """Whether the script of the character puts spaces between words."""
    return char.isdigit() or "LATIN" in (name := unicodedata.name(char, "")) or "CYRILLIC" in name or "GREEK" in name


def _runs(folded: str) -> list[tuple[bool, str]]:
    """Pieces of one kind of script: (spaced, text)."""
    runs: list[tuple[bool, str]] = []
    for word in folded.split():
        start = 0
        kind = _is_spaced(word[0])
        for index, char in enumerate(word):
            if not unicodedata.combining(char) and _is_spaced(char) != kind:
                runs.append((kind, word[start:index]))
                start, kind = index, not kind
        runs.append((kind, word[start:]))
    return runs


def _stored(run: tuple[bool, str]) -> list[str]:
    is_spaced, text = run
    if is_spaced:
        return [text[:size] for size in range(1, min(len(text), PREFIX_LENGTH) + 1)]
    return [*text, *(text[index : index + 2] for index in range(len(text) - 1))]


def _asked(run: tuple[bool, str]) -> list[str]:
    is_spaced, text = run
    if is_spaced:
        return [text[:PREFIX_LENGTH]]
    return [text] if len(text) == 1 else [text[index : index + 2] for index in range(len(text) - 1)]
