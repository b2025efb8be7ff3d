"""Token classes of the comment grammar, one bit each, so that a set of classes is a single integer."""

from __future__ import annotations

from typing import Any

CODE = 1 << 0
UCODE = 1 << 1
KW = 1 << 2
PRICE = 1 << 3
NUM = 1 << 4
QTY = 1 << 5
QBAD = 1 << 6
UNIT = 1 << 7
OPT = 1 << 8
DRESS = 1 << 9
WILD = 1 << 10
EACH = 1 << 11
LIST = 1 << 12
OR = 1 << 13
DEMO = 1 << 14
REL = 1 << 15
FILLER = 1 << 16
QUEST = 1 << 17
QEND = 1 << 18
POSS = 1 << 19
FAVOUR = 1 << 20
TOPIC_F = 1 << 21
TOPIC_G = 1 << 22
REQUEST = 1 << 23
COND = 1 << 24
REPORT = 1 << 25
PAID = 1 << 26
LATER = 1 << 27
WISH = 1 << 28
WEAKW = 1 << 29
AGREE = 1 << 30
SOLD = 1 << 31
DRAW = 1 << 32
PROMO = 1 << 33
PRAISE = 1 << 34
FULFIL = 1 << 35
HOST = 1 << 36
IGN = 1 << 37
PART = 1 << 38
TEXT = 1 << 39
VERBB = 1 << 40
VERB = 1 << 41
CANCEL = 1 << 42
REFUSE = 1 << 43
NOT = 1 << 44
WEAKC = 1 << 45
SET = 1 << 46
MORE = 1 << 47
ONLY = 1 << 48
ENOUGH = 1 << 49
ALL = 1 << 50
TOTAL = 1 << 51
JOIN = 1 << 52
SEP = 1 << 53
NL = 1 << 54
QM = 1 << 55
STOP = 1 << 56
MINUS = 1 << 57
LESS = 1 << 58
TELL = 1 << 59
FAILED = 1 << 60
CORRECT = 1 << 61
THIRD = 1 << 62
MASK = 1 << 63
WAIT = 1 << 64
DONE = 1 << 65
PLUS = 1 << 66
RANGE = 1 << 67
HAO = 1 << 68
SLASH = 1 << 69
CODENO = 1 << 70
GREET = 1 << 71
NUMW = 1 << 72
MEASURE = 1 << 73
CURRENCY = 1 << 74
BLOCK = 1 << 75
MARK = 1 << 76
SWALLOW = 1 << 77
ONEAFTER = 1 << 78
CONTRAST = 1 << 79
BYUNIT = 1 << 80
METOO = 1 << 81
HAGGLE = 1 << 82
EVERYTHING = 1 << 83
SPACED = 1 << 84
BADVERB = 1 << 85
STRONG = 1 << 86
OF = 1 << 87

NAMES = {value: name for name, value in list(globals().items()) if name.isupper() and isinstance(value, int)}


class Token:
    """One token: its class, its meaning, the text it came from, and whether a space stood before it."""

    __slots__ = ("kind", "raw", "sp", "val")

    def __init__(self, kind: int, val: Any, raw: str, sp: bool) -> None:  # noqa: FBT001 - the hottest constructor
        self.kind = kind
        self.val = val
        self.raw = raw
        self.sp = sp

    def __repr__(self) -> str:
        names = "|".join(name for bit, name in NAMES.items() if bit & self.kind)
        return f"<{'_' if self.sp else ''}{names} {self.raw!r} {self.val!r}>"
