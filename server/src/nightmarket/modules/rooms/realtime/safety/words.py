"""Word lists. A list is compiled once and then costs a few microseconds per message.

Latin and other scripts with spaces match whole words, so that "class" is no insult; a `*` at either end of an entry
opens that end. Thai, Chinese and Japanese match anywhere, for they have no spaces. Letters may be spelled apart
("f u c k", "髒 話"), stretched, or dressed up as digits; a word cut by an ordinary space in between is left alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from nightmarket.modules.rooms.realtime.safety.folding import MARKS, Flat, flatten, merge_shared
from nightmarket.modules.rooms.realtime.safety.lookalikes import LEET
from nightmarket.modules.rooms.realtime.safety.trie import any_of

Effect = Literal["block", "mask"]
Entry = tuple[str, Effect]

_APART: Final = re.compile(f"(?:[^\\w{MARKS}]|_)+")
_RUN: Final = re.compile(r"(.)\1+", re.DOTALL)
_STRETCH: Final = re.compile(r"([^\d])\1+")
_MARK: Final = re.compile(f"[{MARKS}]")
_UNSPACED: Final = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_JOINERS: Final = frozenset(".-_*·•'`^|")
_DIGIT_OR_SIGN: Final = re.compile("[0-9@$!]")
_LEET_HINT: Final = re.compile(r"[^\W\d_][\d@$!]{1,2}[^\W\d_]|[@$!][^\W\d_]|[^\W\d_][$!]{2}")
_LEET_WORD: Final = re.compile(r"[\w@$!]*[^\W\d_][\w@$!]*")
_READINGS: Final = (str.maketrans(LEET[0]), str.maketrans(LEET[0] | LEET[1]))
_STRETCHED: Final = 3
_REMEMBERED: Final = 20_000


class _Dense(dict[int, str]):
    """Drops what keeps letters apart, and merges characters with one simplified form: a first look, on one pass."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        dense = "" if _APART.match(char) else merge_shared(char)
        if len(self) < _REMEMBERED:
            self[code] = dense
        return dense


_DENSE: Final = _Dense()

NO_GAP, JOINED, BROKEN = range(3)


class Hit(NamedTuple):
    """A word of the list, where it is in the original text, and what follows from it."""

    start: int
    end: int
    effect: Effect


class _Word(NamedTuple):
    letters: str
    """Without repetitions, as the text is searched."""
    runs: tuple[int, ...]
    """How often each letter is repeated."""
    effect: Effect
    exact: str
    """The one character of a one-character word: it must not match through a shared simplified form."""
    starts_word: bool
    ends_word: bool
    is_spaced: bool


@dataclass(frozen=True, slots=True)
class _Letter:
    char: str
    at: int
    gap: int
    """What is between this letter and the one before."""


def word_key(text: str) -> str:
    """The normal form of an entry: one for every way to write it. Empty when it has no letters."""
    key = _APART.sub("", flatten(text))
    opened = f"{'*' * text.startswith('*')}{key}{'*' * text.endswith('*')}"
    return opened if key else ""


def bare(text: str) -> str:
    """The letters alone, none repeated: what stays the same when somebody says a thing once more."""
    return _STRETCH.sub(r"\1", flatten(text).translate(_DENSE))


def weight_of(text: str) -> int:
    """How much a text says: a Chinese character about as much as two letters."""
    return sum(2 if "\u3040" <= char <= "\u9fff" else 1 for char in text if char.isalnum())


class WordList:
    """A compiled list."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        words = [word for text, effect in entries if (word := _compile(text, effect)) is not None]
        self._by_first: dict[str, list[_Word]] = {}
        for word in words:
            self._by_first.setdefault(word.letters[0], []).append(word)
        self._any = any_of({word.letters for word in words}) if words else None

    def __bool__(self) -> bool:
        return self._any is not None

    def find(self, text: str, flat: str) -> list[Hit]:
        """What the list has against a text; `flat` is the same text flattened."""
        if self._any is None:
            return []
        found: set[Hit] = set()
        if self._any.search(_squeeze(flat.translate(_DENSE))):
            found |= self._look_closely(text, None)
        if _DIGIT_OR_SIGN.search(flat) and _LEET_HINT.search(flat):
            for reading in _READINGS:
                if self._any.search(_squeeze(_read(flat, reading).translate(_DENSE))):
                    found |= self._look_closely(text, reading)
        return sorted(found)

    def _look_closely(self, text: str, reading: dict[int, str] | None) -> set[Hit]:
        flat = Flat(text)
        shown = flat.text if reading is None else _read(flat.text, reading)
        letters = _letters(shown, merge_shared(shown))
        runs = _runs(letters)
        skeleton = "".join(letters[first].char for first, _ in runs)
        found = set()
        for index, char in enumerate(skeleton):
            for word in self._by_first.get(char, ()):
                if not skeleton.startswith(word.letters, index):
                    continue
                match = runs[index : index + len(word.letters)]
                if _is_meant(word, letters, match, shown):
                    first, last = _whole(word, letters, match[0][0], match[-1][1])
                    start, end = flat.span(letters[first].at, letters[last].at + 1)
                    found.add(Hit(start, end, word.effect))
        return found


def _compile(text: str, effect: Effect) -> _Word | None:
    exact = _APART.sub("", flatten(text))
    if not exact:
        return None
    letters = merge_shared(exact)
    spans = [(run.start(), run.end()) for run in re.finditer(r"(.)\1*", letters, re.DOTALL)]
    first, last = _is_spaced(letters[0]), _is_spaced(letters[-1])
    return _Word(
        letters="".join(letters[start] for start, _ in spans),
        runs=tuple(end - start for start, end in spans),
        effect=effect,
        exact=exact if len(exact) == 1 else "",
        starts_word=first and not text.startswith("*"),
        ends_word=last and not text.endswith("*"),
        is_spaced=first and last,
    )


def _is_spaced(char: str) -> bool:
    return _UNSPACED.match(char) is None


def _squeeze(dense: str) -> str:
    return _RUN.sub(r"\1", dense)


def _read(flat: str, reading: dict[int, str]) -> str:
    """Digits and signs inside words as the letters they stand for; product codes and sizes ("A55", "A5S") stay."""
    return _LEET_WORD.sub(lambda word: word[0].translate(reading) if _is_dressed(word[0]) else word[0], flat)


def _is_dressed(word: str) -> bool:
    letters = sum(char.isalpha() for char in word)
    return letters >= 3 or (letters >= 2 and not any(char.isdigit() for char in word)) or word.startswith(("@", "$"))


def _letters(shown: str, merged: str) -> list[_Letter]:
    letters: list[_Letter] = []
    done = 0
    for gap in _APART.finditer(shown):
        letters += _piece(merged, done, gap.start(), letters, shown)
        done = gap.end()
    return letters + _piece(merged, done, len(shown), letters, shown)


def _piece(merged: str, start: int, end: int, before: list[_Letter], shown: str) -> list[_Letter]:
    if start == end:
        return []
    gap = BROKEN
    if before:
        between = shown[before[-1].at + 1 : start]
        gap = JOINED if len(between) <= 2 and _JOINERS.issuperset(between) else BROKEN
    return [_Letter(merged[at], at, gap if at == start else NO_GAP) for at in range(start, end)]


def _runs(letters: list[_Letter]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for index, letter in enumerate(letters):
        if runs and letters[index - 1].char == letter.char and (letter.gap == NO_GAP or _is_spelled(letters, index)):
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _is_spelled(letters: list[_Letter], index: int) -> bool:
    """Whether this letter and the one before stand apart, as in "f u u c k"."""
    return _is_alone(letters, index) and _is_alone(letters, index - 1)


def _is_meant(word: _Word, letters: list[_Letter], match: list[tuple[int, int]], shown: str) -> bool:
    first, last = match[0][0], match[-1][1]
    if word.exact and shown[letters[first].at] != word.exact:
        return False
    if not _are_runs(word, [end - start + 1 for start, end in match]):
        return False
    if word.starts_word and first > 0 and _is_inside(letters[first - 1], letters[first]):
        return False
    if last + 1 < len(letters):
        after = letters[last + 1]
        if after.gap == NO_GAP and _MARK.match(after.char):
            return False  # the mark belongs to the last letter and makes another syllable of it
        if word.ends_word and _is_inside(letters[last], after):
            return False
    return _holds_together(word, letters, first, last)


def _are_runs(word: _Word, counts: list[int]) -> bool:
    """Stretched letters count; a double letter in a word with spaces is another word ("good" is not "god")."""
    last = len(counts) - 1
    for index, (count, wanted) in enumerate(zip(counts, word.runs, strict=True)):
        is_open = (index == 0 and not word.starts_word) or (index == last and not word.ends_word)
        least = wanted if is_open or not word.is_spaced else max(wanted, _STRETCHED)
        if count != wanted and count < least:
            return False
    return True


def _is_inside(one: _Letter, other: _Letter) -> bool:
    """Whether no word ends between two neighbours."""
    if other.gap != NO_GAP or one.char.isdigit() != other.char.isdigit():
        return False
    return _is_spaced(one.char) and _is_spaced(other.char)


def _whole(word: _Word, letters: list[_Letter], first: int, last: int) -> tuple[int, int]:
    """An entry that is open at an end stands for the whole word it is found in."""
    if not word.starts_word and word.is_spaced:
        while first > 0 and _is_inside(letters[first - 1], letters[first]):
            first -= 1
    if not word.ends_word and word.is_spaced:
        while last + 1 < len(letters) and _is_inside(letters[last], letters[last + 1]):
            last += 1
    return first, last


def _holds_together(word: _Word, letters: list[_Letter], first: int, last: int) -> bool:
    gaps = [letters[index].gap for index in range(first + 1, last + 1)]
    if word.is_spaced:
        return BROKEN not in gaps or (len(gaps) >= 2 and NO_GAP not in gaps)
    if not any(gaps) or last - first >= 2:
        return True
    return _is_alone(letters, first) or _is_alone(letters, last)


def _is_alone(letters: list[_Letter], index: int) -> bool:
    is_cut_after = index + 1 == len(letters) or letters[index + 1].gap != NO_GAP
    return letters[index].gap != NO_GAP and is_cut_after


@lru_cache(maxsize=256)
def compiled(entries: tuple[Entry, ...]) -> WordList:
    """The compiled list, shared by all rooms of a shop and made anew only when the list has changed."""
    return WordList(entries)
