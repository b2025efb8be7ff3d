"""Latin letters: codes, whole words and phrases, and words glued to a code (rules I1 to I8 and N13)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import lex_numbers
from . import tokens as t
from .codes import Found, Piece, segment, walk
from .lineup import Lineup

if TYPE_CHECKING:
    from .lex import Scanner

_ALNUM = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[a-z']+")
_RUN = re.compile(r"[0-9]+|[a-z]+")
_UNKNOWN = re.compile(r"[a-z]{1,3}[0-9]{1,4}[a-z]?")
_UNKNOWN_SPREAD = re.compile(r"([a-z]{1,4})(?:[-_.#]| |  ?[-_.#])([0-9]{1,4})(?![a-z0-9])")
_TIMES = re.compile(r"x ?(?=[0-9])")
UNKNOWN_TAIL = re.compile(r"[a-z0-9]{1,4}(?![a-z0-9])")
_LOOKS_LIKE_DIGIT = re.compile("[oil]")
_LOOK_ALIKE_DIGITS = str.maketrans("oil", "011")
_PLACES = ("出口", "栋", "楼", "座", "馆")


def letters(scan: Scanner, at: int) -> int:
    """Tokens for the Latin letters that start at ``at``."""
    text, lineup = scan.text, scan.lineup
    run_match = _ALNUM.match(text, at)
    word_match = _WORD.match(text, at)
    assert run_match is not None
    assert word_match is not None
    run = run_match.group()
    code = _code_at(scan, at)
    phrase = _phrase(lineup, text, at, word_match.group())
    if code is not None and (phrase is None or code[0] >= phrase[0]):
        return _take_code(scan, at, code)
    if phrase is not None and phrase[0] >= run_match.end():
        kind, value = phrase[1]
        scan.add(kind, value, text[at : phrase[0]])
        if scan.out[-1].raw in ("a", "an"):
            return lex_numbers.article(scan, phrase[0], scan.out[-1])
        return lex_numbers.counted(scan, phrase[0], scan.out[-1]) if kind & t.NUMW else phrase[0]
    return _glued_run(scan, at, run)


def _code_at(scan: Scanner, at: int) -> Found | None:
    match = _RUN.match(scan.text, at)
    assert match is not None
    node = scan.lineup.tree.get(match.group())
    if node is None:
        return None
    found = walk(scan.lineup, scan.text, match.end(), node)
    if found is not None and scan.text[found[0] - 1].isalpha() and scan.text[found[0] : found[0] + 1].isdigit():
        return None
    return found


def _phrase(lineup: Lineup, text: str, at: int, first: str) -> tuple[int, tuple[int, Any]] | None:
    for phrase, entry in lineup.phrases.get(first, ()):
        if text.startswith(phrase, at):
            end = at + len(phrase)
            following = text[end : end + 1]
            if not ("a" <= following <= "z" or "0" <= following <= "9") or not phrase[-1].isalnum():
                return end, entry
    return None


def _take_code(scan: Scanner, at: int, code: Found) -> int:
    end, item, spaced = code
    text = scan.text
    if text.startswith(_PLACES, end):
        scan.add(t.MASK | t.IGN, None, text[at : end + 1])
        return end + 1 + (text[end] == "出")
    if lex_numbers.hides_shorter_code(scan, at, end):
        scan.add(t.UCODE, "code_boundary", text[at:end])
        return end
    tail_match = _ALNUM.match(text, end)
    tail = tail_match.group() if tail_match is not None else ""
    if tail and not tail[0].isdigit():
        pieces = segment(scan.lineup, tail)
        if pieces is None:
            unknown = _UNKNOWN.fullmatch(text[at:end] + tail) is not None
            scan.add(t.UCODE if unknown else t.TEXT, None, text[at:end] + tail)
            return end + len(tail)
        scan.add(t.CODE, item, text[at:end])
        _add_pieces(scan, pieces)
        return end + len(tail)
    scan.add(t.CODE | (t.SPACED if spaced else 0), item, text[at:end])
    return end


def _add_pieces(scan: Scanner, pieces: list[Piece]) -> None:
    for kind, value, raw in pieces:
        scan.add(kind, value, raw)


def _glued_run(scan: Scanner, at: int, run: str) -> int:
    end = at + len(run)
    if run == "x":
        mark = _TIMES.match(scan.text, at)
        if mark is not None:
            return lex_numbers.marked(scan, at, at + 1)
    pieces = segment(scan.lineup, run)
    if pieces is not None:
        _add_pieces(scan, pieces)
        return lex_numbers.unit_after(scan, end)
    spread = _UNKNOWN_SPREAD.match(scan.text, at)
    if spread is not None and (spread.group(1) in scan.lineup.code_letters or "-" in spread.group()):
        scan.add(t.UCODE, None, spread.group())
        return spread.end()
    if _UNKNOWN.fullmatch(run) is not None or _known_letters(scan.lineup, run):
        scan.add(t.UCODE, _folded(scan.lineup, run), run)
        return end
    folded = _folded(scan.lineup, run)
    if folded is not None:
        scan.add(t.UCODE, folded, run)
        return end
    scan.add_text(run)
    return end


def _known_letters(lineup: Lineup, run: str) -> bool:
    match = _RUN.match(run)
    return match is not None and match.group() in lineup.code_letters and run[match.end() :].isdigit()


def _folded(lineup: Lineup, run: str) -> int | None:
    """N13: the one code this run becomes when look-alike letters are read as digits."""
    if len(run) > 8 or _LOOKS_LIKE_DIGIT.search(run) is None:
        return None
    found = set()
    for spelling in {run[0] + run[1:].translate(_LOOK_ALIKE_DIGITS), run.translate(_LOOK_ALIKE_DIGITS)} - {run}:
        runs = _RUN.findall(spelling)
        node = lineup.tree.get(int(runs[0]) if runs[0].isdigit() else runs[0])
        result = walk(lineup, spelling, len(runs[0]), node, after_letters=not runs[0].isdigit()) if node else None
        if result is not None and result[0] == len(spelling):
            found.add(result[1])
    return found.pop() if len(found) == 1 else None
