"""Codes in text, and runs of letters and digits that glue codes and words together (rules I1 to I5)."""

from __future__ import annotations

import re
from typing import Any

from . import tokens as t
from .lineup import Lineup, Node

_RUN = re.compile(r"[0-9]+|[a-z]+")
_GLUED = t.OPT | t.VERBB | t.VERB | t.IGN | t.CANCEL | t.DRESS
_MARKERS = frozenset({"cf", "x", "f"})
#: A found code: where it ends, its item, and whether a space stood between its runs.
Found = tuple[int, int, bool]
#: Class, value and text of one glued piece.
Piece = tuple[int, Any, str]


def walk(lineup: Lineup, text: str, at: int, node: Node, *, after_letters: bool = True) -> Found | None:
    """The longest code that starts with ``node``, whose run ended just before ``at`` (I2, I4)."""
    best: Found | None = None
    digits, spaced = not after_letters, False
    start = at
    while True:
        if "" in node:
            best = _ending(lineup, node, text, start, at, spaced=spaced) or best
        pos = at
        if text[pos : pos + 1] == " ":
            pos += 1
        if text[pos : pos + 1] in ("-", "_", ".", "#") or (digits and text[pos : pos + 1] == "/"):
            pos += 1
        match = _RUN.match(text, pos)
        if match is None:
            break
        run = match.group()
        number = run[0] <= "9"
        if number and digits and pos == at:
            break
        following = node.get(int(run) if number else run)
        if following is None or (pos > at and text[at] == " " and not number):
            break
        spaced = spaced or (pos > at and text[at] == " ")
        node, at, digits = following, match.end(), number
    return best


def whole(lineup: Lineup, written: str) -> int | None:
    """The item whose code is exactly ``written``."""
    match = _RUN.match(written)
    if match is None:
        return None
    head = match.group()
    number = head[0] <= "9"
    node = lineup.tree.get(int(head) if number else head)
    found = walk(lineup, written, match.end(), node, after_letters=not number) if node is not None else None
    return found[1] if found is not None and found[0] == len(written) else None


def _ending(lineup: Lineup, node: Node, text: str, start: int, at: int, *, spaced: bool) -> Found | None:
    owners: list[int] = node[""]
    if len(owners) == 1:
        return at, owners[0], spaced
    written = re.sub(r"[\s\-_.#/]", "", text[start:at])
    for owner in owners:
        if "".join(lineup.items[owner].runs[1:]) == written:
            return at, owner, spaced
    return None


def segment(lineup: Lineup, run: str) -> list[Piece] | None:
    """A run of letters and digits as glued words, codes and numbers, or None when a part of it is unknown (I5)."""
    if run in lineup.segments:
        found: list[Piece] | None = lineup.segments[run]
        return found
    if len(lineup.segments) > 4096:
        lineup.segments.clear()
    found = _segment(lineup, run, 0, {}, code_may_start=True) if len(run) <= 24 else None
    lineup.segments[run] = found
    return found


def _segment(
    lineup: Lineup, run: str, at: int, seen: dict[tuple[int, bool], Any], *, code_may_start: bool
) -> list[Piece] | None:
    if at == len(run):
        return []
    key = (at, code_may_start)
    if key in seen:
        cached: list[Piece] | None = seen[key]
        return cached
    seen[key] = None
    for piece, end in _candidates(lineup, run, at, code_may_start=code_may_start):
        marker = piece[2] in _MARKERS and bool(piece[0] & (t.VERBB | t.MARK))
        rest = _segment(lineup, run, end, seen, code_may_start=marker)
        if rest is not None:
            seen[key] = [piece, *rest]
            break
    result: list[Piece] | None = seen[key]
    return result


def _candidates(lineup: Lineup, run: str, at: int, *, code_may_start: bool) -> list[tuple[Piece, int]]:
    found: list[tuple[Piece, int]] = []
    match = _RUN.match(run, at)
    assert match is not None
    if code_may_start:
        found.extend(_glued_codes(lineup, run, at, match))
    for end in range(min(len(run), at + 12), at, -1):
        word = run[at:end]
        entry = lineup.words.get(word)
        if entry is not None and entry[0] & _GLUED and (entry[0] & t.OPT or len(word) > 1 or word == "f"):
            found.append(((entry[0], entry[1], word), end))
    if run[at] == "x":
        digits = _RUN.match(run, at + 1)
        if digits is not None and digits.group().isdigit():
            found.append(((t.QTY | t.STRONG, (int(digits.group()), None), "x" + digits.group()), digits.end()))
        elif at and run[at - 1].isdigit():
            found.append(((t.MARK, None, "x"), at + 1))
    if match.group()[0] <= "9":
        found.extend(_glued_numbers(lineup, run, match))
    return found


def _glued_codes(lineup: Lineup, run: str, at: int, match: re.Match[str]) -> list[tuple[Piece, int]]:
    head = match.group()
    node = lineup.tree.get(int(head) if head[0] <= "9" else head)
    if node is not None:
        result = walk(lineup, run, match.end(), node, after_letters=head[0] > "9")
        if result is not None and not (run[result[0] - 1].isalpha() and run[result[0] : result[0] + 1].isdigit()):
            return [((t.CODE, result[1], run[at : result[0]]), result[0])]
    if head[-1] == "x" and head[:-1] in lineup.single_letters and match.end() < len(run):
        end = at + len(head) - 1
        return [((t.CODE, lineup.tree[head[:-1]][""][0], head[:-1]), end)]
    return []


def _glued_numbers(lineup: Lineup, run: str, match: re.Match[str]) -> list[tuple[Piece, int]]:
    """A number inside a glued run, with and without the counter after it."""
    value = int(match.group())
    found: list[tuple[Piece, int]] = []
    for end in range(len(run), match.end(), -1):
        entry = lineup.counters.get(run[match.end() : end])
        if entry is not None and entry[0] == t.UNIT:
            found.append(((t.QTY, (value, entry[1]), run[match.start() : end]), end))
    found.append(((t.NUM, value, match.group()), match.end()))
    return found
