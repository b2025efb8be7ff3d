"""Digits and number words: quantities, prices, measures, and plain numbers (rules N4, M8, M13, Q1 to Q5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import tokens as t
from .codes import segment, walk
from .tokens import Token

if TYPE_CHECKING:
    from .lex import Scanner

_DIGITS = re.compile(r"[0-9]+")
_LETTERS = re.compile(r"[a-z']+")
_DIGIT_WORD = re.compile(r"[0-9]+[a-z]*")
_ALNUM = re.compile(r"[a-z0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_AMOUNT = re.compile(r" ?([0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.-|\.00)?")
_HAN = re.compile(r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]+")
_RANGE = re.compile(r" ?(?:~|到|至|or|ถึง|หรือ) ?[0-9]+(?![0-9])")
_DASH_RANGE = re.compile(r" ?- ?[0-9]+(?![0-9])")
_ONE = re.compile(r"นึง|หนึ่ง|เดียว")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![a-z0-9])")
_TIMES_CODE = re.compile(r" ?[x*] ?(?=[a-z])(?!l)")
_HAN_VALUE = {ch: at for at, ch in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_VERBS = t.VERB | t.VERBB
_BEFORE_NUMBER_WORD = (
    _VERBS | t.EACH | t.MARK | t.SET | t.CANCEL | t.TOTAL | t.MORE | t.ONLY | t.LESS | t.CODE | t.KW | t.OPT
)


def counter_at(scan: Scanner, at: int) -> tuple[int, int, Any] | None:
    """The counter, measure or currency that starts at ``at`` or after one space: its end, class and value."""
    text = scan.text
    pos = at + 1 if text[at : at + 1] == " " else at
    head = text[pos : pos + 1]
    sizes = scan.lineup.counter_heads.get(head)
    if sizes is None:
        return None
    counters = scan.lineup.counters
    for size in sizes:
        end = pos + size
        entry = counters.get(text[pos:end])
        if entry is None:
            continue
        following = text[end : end + 1]
        if following and head.isascii() and head.isalpha() and ("a" <= following <= "z" or "0" <= following <= "9"):
            continue
        if following and "\u0e30" <= following <= "\u0e4e" and following not in "\u0e40\u0e41\u0e42\u0e43\u0e44\u0e46":
            continue
        if head.isascii() and _longer_phrase(scan, pos, size):
            continue
        if pos > at and head > "\u3000" and following > "\u3000":
            continue
        if _longer_word(scan, pos, size):
            continue
        return end, entry[0], entry[1]
    return None


def _longer_phrase(scan: Scanner, at: int, size: int) -> bool:
    """Whether an English phrase begins with what could be a counter (``+1 set aside``)."""
    first = _LETTERS.match(scan.text, at)
    if first is None:
        return False
    for phrase, _ in scan.lineup.phrases.get(first.group(), ()):
        if len(phrase) <= size:
            return False
        if scan.text.startswith(phrase, at) and not _alnum(scan.text[at + len(phrase) : at + len(phrase) + 1]):
            return True
    return False


def _longer_word(scan: Scanner, at: int, size: int) -> bool:
    lineup, text = scan.lineup, scan.text
    if text[at] in lineup.letter_first and any(text.startswith(run, at) for run in lineup.letter_heads):
        return True
    for length in lineup.heads.get(text[at], ()):
        if length <= size:
            return False
        entry = lineup.words.get(text[at : at + length]) if at + length <= scan.end else None
        if entry is not None and not entry[0] & t.PART:
            return True
    return False


def hides_shorter_code(scan: Scanner, start: int, end: int) -> bool:
    """I7: ``A12件`` could also be two pieces of A1."""
    text = scan.text
    if text[end : end + 1] in ("", " ") or not text[end - 1].isdigit():
        return False
    counter = counter_at(scan, end)
    if counter is None or counter[1] != t.UNIT:
        return False
    raw = text[start:end]
    digits = _DIGITS.findall(raw)[-1]
    node = scan.lineup.tree.get(raw[: len(raw) - len(digits)].rstrip("-_.# "))
    if node is None:
        return False
    return any(int(digits[:cut]) in node and digits[cut] != "0" for cut in range(1, len(digits)))


def digits(scan: Scanner, at: int) -> int:
    """Tokens for the digits that start at ``at``."""
    text, lineup = scan.text, scan.lineup
    match = _DIGITS.match(text, at)
    assert match is not None
    end = match.end()
    key = _DIGIT_WORD.match(text, at)
    assert key is not None
    for phrase, entry in lineup.phrases.get(key.group(), ()):
        if text.startswith(phrase, at) and not (
            phrase[-1] <= "z" and _alnum(text[at + len(phrase) : at + len(phrase) + 1])
        ):
            scan.add(entry[0], entry[1], phrase)
            return at + len(phrase)
    if int(match.group()) in lineup.tree:
        stop = _digit_code(scan, at, match)
        if stop:
            return stop
    if text[end : end + 1] in (".", ",", "~", "-", " ", "到", "至", "o"):
        stop = _number_with_tail(scan, at, match)
        if stop:
            return stop
    return _number(scan, at, match)


def _alnum(ch: str) -> bool:
    return "a" <= ch <= "z" or "0" <= ch <= "9"


def _digit_code(scan: Scanner, at: int, match: re.Match[str]) -> int:
    node = scan.lineup.tree[int(match.group())]
    found = walk(scan.lineup, scan.text, match.end(), node, after_letters=False)
    if found is None:
        return 0
    scan.add(t.CODE, found[1], scan.text[at : found[0]])
    return found[0]


def _number_with_tail(scan: Scanner, at: int, match: re.Match[str]) -> int:
    """Decimals, thousands and ranges; 0 when it is none of them."""
    text, end = scan.text, match.end()
    if text.startswith(".-", end):
        scan.add(t.PRICE, int(match.group()), text[at : end + 2])
        return end + 2
    if text[end] == "." and text[end + 1 : end + 2].isdigit():
        fraction = _DIGITS.match(text, end + 1)
        assert fraction is not None
        counter = counter_at(scan, fraction.end())
        stop = counter[0] if counter else fraction.end()
        scan.add(t.MASK | t.IGN if counter and counter[1] != t.UNIT else t.QBAD, None, text[at:stop])
        return stop
    thousands = _THOUSANDS.match(text, at) if text[end] == "," else None
    if thousands is not None and _price_may_stand(scan, thousands.end()):
        value = int(thousands.group().replace(",", ""))
        counter = counter_at(scan, thousands.end())
        stop = counter[0] if counter and counter[1] == t.CURRENCY else thousands.end()
        scan.add(t.PRICE, value, thousands.group())
        return stop
    spread = _RANGE.match(text, end)
    dash = _DASH_RANGE.match(text, end) if spread is None else None
    if dash is not None:
        counter = counter_at(scan, dash.end())
        spread = dash if counter is not None and counter[1] == t.UNIT else None
    if spread is None:
        return 0
    counter = counter_at(scan, spread.end())
    stop = counter[0] if counter else spread.end()
    scan.add(t.MASK | t.IGN if counter and counter[1] == t.MEASURE else t.QBAD, None, text[at:stop])
    return stop


def _price_may_stand(scan: Scanner, end: int) -> bool:
    counter = counter_at(scan, end)
    if counter is not None and counter[1] == t.CURRENCY:
        return True
    parts = [int(part) for part in _DIGITS.findall(scan.text[end - 12 if end > 12 else 0 : end])]
    if scan.lineup.numeric and any(part in scan.lineup.numeric for part in parts):
        return False
    return bool(scan.out) and bool(scan.out[-1].kind & _VERBS)


def _number(scan: Scanner, at: int, match: re.Match[str]) -> int:
    text, end, value = scan.text, match.end(), int(match.group())
    following = text[end : end + 1]
    glued = "a" <= following <= "z"
    counter = counter_at(scan, end)
    if counter is not None:
        return _counted(scan, value, at, counter)
    if glued:
        if _ORDINAL.match(text, end):
            scan.add(t.MASK | t.IGN, None, match.group())
            return end + 2
        return _glued(scan, at)
    times = _TIMES_CODE.match(text, end)
    if times is not None and _code_follows(scan, times.end()):
        scan.add(t.QTY | t.STRONG, (value, None), match.group())
        return times.end()
    scan.add(t.NUM, value, match.group())
    return end


def _code_follows(scan: Scanner, at: int) -> bool:
    run = _ALNUM.match(scan.text, at)
    letters = re.match(r"[a-z]+", scan.text[at : at + 8])
    return run is not None and letters is not None and letters.group() in scan.lineup.code_letters


def _glued(scan: Scanner, at: int) -> int:
    """Digits with letters after them: ``2pcs``, ``2xA100``; otherwise unknown text."""
    run = _ALNUM.match(scan.text, at)
    assert run is not None
    pieces = segment(scan.lineup, run.group())
    if pieces is None:
        scan.add_text(run.group())
        return run.end()
    for kind, word_value, raw in pieces:
        scan.add(kind, word_value, raw)
    return run.end()


def _counted(scan: Scanner, value: int, at: int, counter: tuple[int, int, Any]) -> int:
    end, kind, unit = counter
    raw = scan.text[at:end]
    if kind == t.CURRENCY:
        scan.add(t.PRICE, value, raw)
    elif kind == t.MEASURE:
        scan.add(t.MASK | t.IGN | t.MEASURE, None, raw)
    elif scan.text.startswith("半", end):
        scan.add(t.QBAD, None, raw)
        return end + 1
    else:
        scan.add(t.QTY, (value, unit), raw)
    return end


def counted(scan: Scanner, at: int, token: Token) -> int:
    """A number word just added at the end of ``scan.out``; it becomes a quantity when its counter follows."""
    counter = counter_at(scan, at)
    if counter is None:
        return at
    end, kind, unit = counter
    if kind == t.UNIT:
        token.kind, token.val = t.QTY, (token.val, unit)
    elif kind == t.MEASURE:
        token.kind = t.MASK | t.IGN | t.MEASURE
    else:
        token.kind = t.PRICE
    return end


def article(scan: Scanner, at: int, token: Token) -> int:
    """``a dozen``, ``a pair``: an article before a counter is one."""
    counter = counter_at(scan, at)
    if counter is None or counter[1] != t.UNIT:
        return at
    token.kind, token.val = t.QTY, (1, counter[2])
    return counter[0]


def one_more(scan: Scanner, at: int) -> int:
    """``อีกตัว``: a counter right after *more* is one of them."""
    counter = counter_at(scan, at)
    if counter is None or counter[1] != t.UNIT or scan.text[at : at + 1] == " " or scan.text[at] < "\u0e00":
        return at
    scan.add(t.QTY, (1, counter[2]), scan.text[at : counter[0]])
    tail = _ONE.match(scan.text, counter[0])
    return tail.end() if tail is not None else counter[0]


def unit_after(scan: Scanner, at: int) -> int:
    """A counter after a glued number (``cf2ตัว``)."""
    last = scan.out[-1]
    if last.kind == t.NUM:
        counter = counter_at(scan, at)
        if counter is not None and counter[1] == t.UNIT:
            last.kind, last.val = t.QTY, (last.val, counter[2])
            return counter[0]
    return at


def han(scan: Scanner, at: int) -> int:
    """Chinese numerals in a quantity position (Q2); 0 when they stand elsewhere."""
    match = _HAN.match(scan.text, at)
    assert match is not None
    raw = match.group()
    counter = counter_at(scan, match.end())
    if len(raw) > 1 and "十" not in raw:
        if counter is None or counter[1] != t.UNIT:
            return 0
        scan.add(t.QBAD, None, raw)
        return counter[0]
    value = _han_value(raw)
    if counter is not None:
        return _counted(scan, value, at, counter)
    last = scan.out[-1] if scan.out else None
    if last is not None and last.kind & _BEFORE_NUMBER_WORD:
        scan.add(t.NUM, value, raw)
        return match.end()
    return 0


def _han_value(raw: str) -> int:
    if "十" not in raw:
        return _HAN_VALUE[raw]
    tens, _, ones = raw.partition("十")
    return (_HAN_VALUE[tens] if tens else 1) * 10 + (_HAN_VALUE[ones] if ones else 0)


def marked(scan: Scanner, start: int, at: int) -> int:
    """A quantity operator whose number starts at ``at`` or after a space; 0 when there is no number."""
    text = scan.text
    pos = at + 1 if text[at : at + 1] == " " else at
    match = _DIGITS.match(text, pos)
    if match is None:
        numeral = _HAN.match(text, pos)
        if numeral is None or (len(numeral.group()) > 1 and "十" not in numeral.group()):
            return 0
        value, end = _han_value(numeral.group()), numeral.end()
    else:
        value, end = int(match.group()), match.end()
    if text[end : end + 1] in (".", "~") and text[end + 1 : end + 2].isdigit():
        tail = _DIGITS.match(text, end + 1)
        assert tail is not None
        scan.add(t.QBAD, None, text[start : tail.end()])
        return tail.end()
    counter = counter_at(scan, end)
    unit = None
    if counter is not None and counter[1] == t.UNIT:
        end, unit = counter[0], counter[2]
        if text.startswith("半", end):
            scan.add(t.QBAD, None, text[start:end])
            return end + 1
    elif counter is not None and counter[1] == t.CURRENCY:
        scan.add(t.PRICE, value, text[start : counter[0]])
        return counter[0]
    scan.add(t.QTY | t.STRONG, (value, unit), text[start:end])
    return end


def minus(scan: Scanner, at: int) -> int:
    """A dash: before a number it may take away or join; at the end of a word it may give everything up (Q11)."""
    text = scan.text
    pos = at + 1
    match = _DIGITS.match(text, pos + (text[pos : pos + 1] == " "))
    if match is None:
        bare = text[pos : pos + 1] in ("", " ", "\n") and bool(scan.out) and not scan.space
        scan.add(t.MINUS if bare and scan.out[-1].kind & t.CODE else t.JOIN, None, "-")
        return pos
    key = _DIGIT_WORD.match(text, match.start())
    assert key is not None
    if any(text.startswith(phrase, match.start()) for phrase, _ in scan.lineup.phrases.get(key.group(), ())):
        scan.add(t.JOIN, None, "-")
        return pos
    if _joins_option(scan, match.group()):
        scan.add(t.JOIN, None, "-")
        return pos
    counter = counter_at(scan, match.end())
    end, unit = match.end(), None
    if counter is not None and counter[1] == t.UNIT:
        end, unit = counter[0], counter[2]
    scan.add(t.MINUS, (int(match.group()), unit), match.group())
    return end


def _joins_option(scan: Scanner, number: str) -> bool:
    """Whether the number behind the dash is a size of the item before it (``SH-1-38``)."""
    last = scan.out[-1] if scan.out and not scan.space else None
    if last is None or not last.kind & (t.CODE | t.KW):
        return False
    item = last.val if last.kind & t.CODE else last.val[0]
    return number in scan.lineup.items[item].number_words


def money(scan: Scanner, at: int) -> int:
    """A currency sign and its amount (M13)."""
    match = _AMOUNT.match(scan.text, at + 1)
    if match is None:
        scan.add_text(scan.text[at])
        return at + 1
    if scan.out and scan.out[-1].kind == t.TEXT and scan.out[-1].raw in {"nt", "ntd"}:
        scan.out.pop()
    scan.add(t.PRICE, int(match.group(1).replace(",", "")), scan.text[at : match.end()])
    return match.end()
