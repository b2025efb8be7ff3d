"""One spelling for everything that reads the same.

`flatten` folds width and case, look-alike letters, kana, traditional characters, digits of other scripts, and the
order of Thai marks; it drops what cannot be seen. It works character by character, so `Flat` can say where in the
original each folded character came from. Folding twice changes nothing; no text makes it fail.
"""

import re
import unicodedata
from typing import Final

from nightmarket.modules.rooms.realtime.safety.chinese import SHARED, SIMPLIFIED
from nightmarket.modules.rooms.realtime.safety.lookalikes import LOOKALIKES

MARKS: Final = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u3099\u309a"
"""Marks that make another word of it: Thai and Lao vowels and tones, the dots of kana. In a regex set."""

_IS_KEPT_MARK: Final = re.compile(f"[{MARKS}]")
_MARK_RUN: Final = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}")
_TWO_E: Final = "\u0e40\u0e40"
_ONE_AE: Final = "\u0e41"
_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\u17b4\u17b5")
_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58")
_SMALL_KANA: Final = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_SHARED_FORM: Final = {old: new for new, olds in SHARED.items() for old in olds}
_REMEMBERED: Final = 20_000


def _fold_one(char: str) -> str:
    """One character that no compatibility form hides any more."""
    category = unicodedata.category(char)
    if char in _BLANKS or category == "Cf":
        return ""
    if category[0] == "M":
        return char if _IS_KEPT_MARK.match(char) else ""
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    if char in _DASHES:
        return "-"
    if category == "Nd":
        return str(unicodedata.digit(char))
    if "\u30a1" <= char <= "\u30f6":
        char = chr(ord(char) - 0x60)
    char = _SMALL_KANA.get(char, char)
    char = SIMPLIFIED.get(char, char)
    return LOOKALIKES.get(char, char)


def _fold_character(char: str) -> str:
    if char in _BLANKS:
        return ""
    if "\uac00" <= char <= "\ud7a3" or char in _DASHES:
        return "-" if char in _DASHES else char
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(_fold_one(one) for one in plain)


class _Table(dict[int, str | None]):
    """What `str.translate` looks characters up in. Learns as it goes, but not without end."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


_TABLE: Final = _Table()


def flatten(text: str) -> str:
    """The one spelling."""
    flat = text.translate(_TABLE)
    if flat.isascii():
        return flat
    return _MARK_RUN.sub(_in_order, flat).replace(_TWO_E, _ONE_AE)


def merge_shared(text: str) -> str:
    """Folded text with characters merged that only share a simplified form: right for words, not for one character."""
    return text.translate(_SHARED_TABLE)


_SHARED_TABLE: Final = str.maketrans(_SHARED_FORM)


def _in_order(run: re.Match[str]) -> str:
    return "".join(sorted(set(run[0])))


class Flat:
    """A flattened text that knows where in the original everything is."""

    __slots__ = ("_ends", "_original", "_starts", "text")

    def __init__(self, original: str) -> None:
        self._original = original
        pieces = [(_TABLE[ord(char)] or "", index) for index, char in enumerate(original)]
        chars = [(one, index, index + 1) for piece, index in pieces for one in piece]
        folded = "".join(one for one, _, _ in chars)
        places: list[tuple[str, int, int]] = []
        done = 0
        for run in re.finditer(f"{_MARK_RUN.pattern}|{_TWO_E}", folded):
            places += chars[done : run.start()]
            start, end = chars[run.start()][1], chars[run.end() - 1][2]
            places += [(one, start, end) for one in (_ONE_AE if run[0] == _TWO_E else _in_order(run))]
            done = run.end()
        places += chars[done:]
        self.text = "".join(one for one, _, _ in places)
        self._starts = [start for _, start, _ in places]
        self._ends = [end for _, _, end in places]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original the folded characters from `start` up to `end` are, with what cannot be seen after."""
        last = max(self._ends[start:end])
        while last < len(self._original) and not _TABLE[ord(self._original[last])]:
            last += 1
        return min(self._starts[start:end]), last
