"""Stage 3: the masked text as tokens. One pass, longest match first, no backtracking over earlier text."""

from __future__ import annotations

import re

from . import codes, lex_latin, lex_numbers, normalise
from . import tokens as t
from .lineup import Lineup
from .normalise import spell
from .tokens import Token

_THAI_MARKS = frozenset(
    "\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e45\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
)
_HAN_DIGITS = frozenset("一二两三四五六七八九十")
_PUNCTUATION: dict[str, tuple[int, object]] = {
    "\n": (t.NL, None),
    "!": (t.STOP, "!"),
    "。": (t.STOP, None),
    ";": (t.SEP, ";"),
    ",": (t.SEP, ","),
    "、": (t.SEP, ","),
    "?": (t.QM, None),
    "/": (t.SLASH, None),
    "&": (t.LIST, None),
    "→": (t.SET, "→"),
    "(": (t.JOIN, None),
    ")": (t.JOIN, None),
    "_": (t.JOIN, None),
    ":": (t.JOIN, None),
    "=": (t.JOIN, None),
    "·": (t.JOIN, None),
    "・": (t.JOIN, None),
    '"': (t.JOIN, None),
    "<": (t.JOIN, None),
    ">": (t.JOIN, None),
    "|": (t.JOIN, None),
    "~": (t.IGN | t.PART, None),
    "^": (t.IGN, None),
    "…": (t.IGN, None),
    "'": (t.IGN, None),
    "\\": (t.IGN, None),
    normalise.MASKED: (t.MASK | t.IGN, None),
    normalise.CLOCK: (t.MASK | t.IGN, None),
    normalise.CROSS: (t.WEAKC, None),
    normalise.PROMOTION: (t.PROMO, None),
    normalise.SHIPPING: (t.FULFIL | t.TOPIC_F, None),
    normalise.SELLER: (t.HOST, None),
    normalise.PICTURE: (t.IGN, "picture"),
}
_HASH = re.compile(r"# ?")
_ORDINAL = re.compile(r"第 ?([0-9]+|[一二三四五六七八九十]+) ?[个件条双只款组张位次名]?")
_REFERENCES = t.CODE | t.KW | t.OPT | t.DRESS | t.NUM | t.WILD | t.UCODE
_PLACES = ("出口", "栋", "楼", "座", "馆", "区")


_NAMES_OF_LETTERS = (
    *("เอ", "บี", "ซี", "ดี", "อี", "เอฟ", "จี", "เอช", "ไอ", "เจ", "เค", "แอล", "เอ็ม", "เอ็น", "โอ", "พี", "คิว", "อาร์"),
    *("เอส", "ที", "ยู", "วี", "เอ็กซ์", "วาย", "แซด"),
)
_LETTER_NAMES = dict(zip(map(spell, _NAMES_OF_LETTERS), "abcdefghijklmnopqrstuvxyz", strict=True))
_LETTER_HEADS = frozenset(name[0] for name in _LETTER_NAMES)
_NAME = re.compile("|".join(sorted(_LETTER_NAMES, key=len, reverse=True)))
_SPELLED = re.compile(f"((?:{_NAME.pattern}){{1,3}}) ?-?([0-9]{{1,4}})(?![0-9])")
_OPERATOR = re.compile(r" ?[+x*=]")


class Scanner:
    """The position-independent state of one pass over one comment."""

    __slots__ = ("end", "lineup", "out", "space", "text")

    def __init__(self, text: str, lineup: Lineup) -> None:
        self.text = text
        self.end = len(text)
        self.lineup = lineup
        self.out: list[Token] = []
        self.space = False

    def add(self, kind: int, value: object, raw: str) -> None:
        """Append one token."""
        self.out.append(Token(kind, value, raw, self.space))
        self.space = False

    def add_text(self, raw: str) -> None:
        """Append unknown text, growing an unknown token that touches it."""
        if self.out and not self.space and self.out[-1].kind == t.TEXT:
            self.out[-1].raw += raw
            return
        self.add(t.TEXT, None, raw)

    def touches_text(self) -> bool:
        """Whether the last token is unknown text with nothing between."""
        return not self.space and bool(self.out) and self.out[-1].kind == t.TEXT

    def scan(self) -> list[Token]:
        """All tokens of the text."""
        text, at, end = self.text, 0, self.end
        while at < end:
            ch = text[at]
            if ch == " ":
                self.space = True
                at += 1
            elif "a" <= ch <= "z":
                at = lex_latin.letters(self, at)
            elif "0" <= ch <= "9":
                at = lex_numbers.digits(self, at)
            elif ch in _SIGNS:
                at = _SIGNS[ch](self, at)
            elif ch in _PUNCTUATION:
                self.add(*_PUNCTUATION[ch], ch)
                at += 1
            else:
                at = self._word(at, ch)
        return self.out

    def _word(self, at: int, ch: str) -> int:
        end = self._named_by_letters(at, ch)
        if end:
            return end
        stop = self._longest(at, ch)
        if stop:
            self._known(self.lineup.words[self.text[at:stop]], at, stop)
            return self._after_word(stop)
        end = lex_numbers.han(self, at) if ch in _HAN_DIGITS else self._ordinal(at) if ch == "第" else 0
        if end:
            return end
        self.add_text(ch)
        return at + 1

    def _longest(self, at: int, ch: str) -> int:
        """Where the longest known word that starts here ends; 0 when there is none."""
        text, words, end = self.text, self.lineup.words, self.end
        for size in self.lineup.heads.get(ch, ()):
            stop = at + size
            if stop > end or text[at:stop] not in words or (stop < end and text[stop] in _THAI_MARKS):
                continue
            return 0 if size == 1 and ch in _HAN_DIGITS else stop
        return 0

    def _named_by_letters(self, at: int, ch: str) -> int:
        end = 0
        if ch in self.lineup.letter_first and not self.touches_text():
            end = self._letter_code(at)
        if not end and ch in _LETTER_HEADS:
            end = self._spelled_letters(at)
        return end

    def _known(self, entry: tuple[int, object], at: int, stop: int) -> None:
        kind, value = entry
        if kind & t.KW and self.touches_text():
            self.add_text(self.text[at:stop])
        else:
            self.add(kind, value, self.text[at:stop])

    def _after_word(self, stop: int) -> int:
        """Number words take their counter with them."""
        last = self.out[-1]
        if last.kind & t.NUMW:
            return lex_numbers.counted(self, stop, last)
        if last.kind & (t.MORE | t.EACH):
            return lex_numbers.one_more(self, stop)
        return stop

    def _ordinal(self, at: int) -> int:
        """M9: an ordinal is no order, except where the codes are numbers."""
        match = _ORDINAL.match(self.text, at)
        if match is None:
            return 0
        digits = match.group(1)
        if self.lineup.numeric and digits.isascii():
            self.add(t.NUM | t.HAO, int(digits), digits)
        else:
            self.add(t.MASK | t.IGN, None, match.group())
        return match.end()

    def _spelled_letters(self, at: int) -> int:
        """I10: Thai letter names before a number, after a claim verb or before an operator."""
        match = _SPELLED.match(self.text, at)
        if match is None:
            return 0
        after_verb = bool(self.out) and bool(self.out[-1].kind & (t.VERB | t.VERBB | t.PART))
        if not after_verb and _OPERATOR.match(self.text, match.end()) is None:
            return 0
        spelled = "".join(_LETTER_NAMES[name] for name in _NAME.findall(match.group(1))) + match.group(2)
        found = codes.whole(self.lineup, spelled)
        self.add(t.UCODE if found is None else t.CODE, found, match.group())
        return match.end()

    def _letter_code(self, at: int) -> int:
        """A code that begins with Thai or Chinese letters."""
        lineup, text = self.lineup, self.text
        for run in lineup.letter_heads:
            if not text.startswith(run, at):
                continue
            found = codes.walk(lineup, text, at + len(run), lineup.tree[run])
            if found is not None:
                self.add(t.CODE, found[1], text[at : found[0]])
                return found[0]
            tail = lex_latin.UNKNOWN_TAIL.match(text, at + len(run))
            if tail is not None and "" not in lineup.tree[run]:
                self.add(t.UCODE, None, text[at : tail.end()])
                return tail.end()
        return 0


def _plus(scan: Scanner, at: int) -> int:
    end = lex_numbers.marked(scan, at, at + 1)
    if end:
        return end
    nxt = scan.text[at + 1 : at + 2]
    follows = bool(scan.out) and bool(scan.out[-1].kind & _REFERENCES)
    if follows and not nxt.isalpha() and nxt != "*":
        scan.add(t.QTY | t.STRONG, (1, None), "+")
    else:
        scan.add(t.PLUS, None, "+")
    return at + 1


def _star(scan: Scanner, at: int) -> int:
    end = lex_numbers.marked(scan, at, at + 1)
    if end:
        return end
    scan.add(t.WILD, "any", "*") if scan.text[at + 1 : at + 2] in {"+", "x", "各", " "} else scan.add(t.IGN, None, "*")
    return at + 1


def _equals(scan: Scanner, at: int) -> int:
    if scan.out and scan.out[-1].kind & _REFERENCES:
        end = lex_numbers.marked(scan, at, at + 1)
        if end:
            return end
    scan.add(t.JOIN, None, scan.text[at])
    return at + 1


def _dash(scan: Scanner, at: int) -> int:
    if scan.text.startswith("->", at):
        scan.add(t.SET, "→", "->")
        return at + 2
    return lex_numbers.minus(scan, at)


def _dot(scan: Scanner, at: int) -> int:
    last = at + 1 >= scan.end or scan.text[at + 1] in " \n"
    scan.add(t.STOP if last else t.JOIN, None, ".")
    return at + 1


def _hash(scan: Scanner, at: int) -> int:
    scan.add(t.CODENO | t.JOIN, None, "#")
    return at + 1


def _money(scan: Scanner, at: int) -> int:
    return lex_numbers.money(scan, at)


_SIGNS = {
    "+": _plus,
    "*": _star,
    "=": _equals,
    ":": _equals,
    "-": _dash,
    ".": _dot,
    "#": _hash,
    "$": _money,
    "฿": _money,
    "¥": _money,
}


def lex(text: str, lineup: Lineup) -> list[Token]:
    """The tokens of a masked, normalised text."""
    return Scanner(text, lineup).scan()
