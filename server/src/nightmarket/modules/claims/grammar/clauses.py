"""Stage 4: clauses (9.2). Segments that are nothing but claim language grow together again."""

from __future__ import annotations

from dataclasses import dataclass

from . import tokens as t
from .tokens import Token

VERBS = t.VERB | t.VERBB
REFERENCE = t.CODE | t.KW | t.PRICE
_JOINABLE = (
    REFERENCE | VERBS | t.NUM | t.QTY | t.QBAD | t.OPT | t.DRESS | t.WILD | t.EACH | t.LIST | t.DEMO | t.FILLER | t.IGN
    | t.JOIN | t.MINUS | t.PLUS | t.UCODE | t.TOTAL | t.SLASH | t.HOST | t.MORE | t.ONLY | t.ENOUGH | t.MASK | t.SEP
    | t.STOP | t.NL | t.CODENO | t.OR | t.STRONG | t.HAO | t.SPACED | t.PART | t.WAIT | t.MEASURE
)  # fmt: skip
_MEANING = REFERENCE | t.NUM | t.QTY | t.QBAD | t.OPT | t.WILD | t.EACH | VERBS | t.MINUS | t.UCODE | t.DEMO | t.TOTAL
_BOUNDARY = t.NL | t.STOP | t.SEP | t.QM
_CHANGE = t.CANCEL | t.REFUSE | t.SET | t.WEAKC
#: What follows a claim and still speaks about it.
_AFTERTHOUGHT = t.DONE | t.NOT | t.FAILED | t.REPORT | t.PAID | t.LATER | t.COND | t.CORRECT
_FINAL_QUESTIONS = frozenset(
    ["吗", "ไหม", "มั้ย", "มั๊ย", "ไม๊", "ปะ", "ㄇ", "呢", "ㄋ", "か", "ですか", "ますか", "หรอ", "เหรอ"]
)


@dataclass(slots=True)
class Clause:
    """A stretch of tokens that is decided as a whole."""

    tokens: list[Token]
    bits: int


def split(tokens: list[Token]) -> list[Clause]:
    """The clauses of a comment, in order."""
    segments: list[list[Token]] = []
    current: list[Token] = []
    count = len(tokens)
    for at, token in enumerate(tokens):
        current.append(token)
        if token.kind & _BOUNDARY and at + 1 < count and not tokens[at + 1].kind & (t.QM | t.STOP):
            segments.append(current)
            current = []
    if current:
        segments.append(current)
    clauses: list[Clause] = []
    for segment in segments:
        for piece in _soft(segment):
            _append(clauses, piece)
    return clauses


def _bits(tokens: list[Token]) -> int:
    bits = 0
    for token in tokens:
        bits |= token.kind
    return bits


def _append(clauses: list[Clause], piece: list[Token]) -> None:
    bits = _bits(piece)
    if clauses and _purely_claim(bits) and _purely_claim(clauses[-1].bits):
        clauses[-1].tokens.extend(piece)
        clauses[-1].bits |= bits
        return
    clauses.append(Clause(piece, bits))


def _purely_claim(bits: int) -> bool:
    return not bits & ~_JOINABLE and bool(bits & _MEANING)


def _soft(segment: list[Token]) -> list[list[Token]]:
    """Cut at spaces after a complete group, when what follows cannot join it."""
    out: list[list[Token]] = []
    start = 0
    seen = 0
    for at in range(1, len(segment)):
        token, previous = segment[at], segment[at - 1]
        seen |= previous.kind
        if _cut_here(segment, at, seen) or (token.sp and _final(previous) and not _chunk_joins(segment, at, seen)):
            out.append(segment[start:at])
            start, seen = at, 0
            if not token.kind & _JOINABLE:
                seen = 0
    out.append(segment[start:])
    return out


def _final(token: Token) -> bool:
    return bool(token.kind & t.PART) or (
        bool(token.kind & (t.QUEST | t.QEND | t.POSS)) and token.raw in _FINAL_QUESTIONS
    )


def _cut_here(segment: list[Token], at: int, seen: int) -> bool:
    token = segment[at]
    if seen & _CHANGE and seen & t.CODE and not seen & t.SET and token.kind & t.CODE and _change_closed(segment, at):
        return True
    if token.kind & t.SET and seen & _CHANGE and not seen & t.SET and seen & REFERENCE and _change_closed(segment, at):
        return True
    return token.sp and _complete(seen) and not _chunk_joins(segment, at, seen)


def _change_closed(segment: list[Token], at: int) -> bool:
    """``A12取消A100+1``: the giving up came after its code, so the next code begins something new."""
    for token in reversed(segment[:at]):
        if token.kind & _CHANGE:
            return True
        if token.kind & t.CODE or not token.kind & (t.IGN | t.JOIN | t.DONE | t.QTY):
            return False
    return False


def _complete(seen: int) -> bool:
    named = seen & (REFERENCE | t.UCODE)
    if named and seen & (VERBS | t.QTY | t.REPORT | _CHANGE):
        return True
    return bool(seen & t.QTY and seen & t.STRONG)


def _chunk_joins(segment: list[Token], at: int, seen: int) -> bool:
    """Whether the words up to the next space can still belong to the group before."""
    bits = segment[at].kind
    for token in segment[at + 1 :]:
        if token.sp:
            break
        bits |= token.kind
    if (
        seen & _CHANGE
        and not seen & t.SET
        and bits & (VERBS | t.SET | t.MORE)
        and not bits & (t.CANCEL | t.REFUSE | t.WEAKC)
    ):
        return False
    if seen & (t.CANCEL | t.REFUSE) and not seen & t.SET and bits & REFERENCE and bits & t.QTY:
        return False
    if seen & t.SET and bits & REFERENCE and seen & t.QTY:
        return False
    if bits & (t.POSS | t.QUEST) and not bits & ~(t.POSS | t.QUEST | t.IGN | t.PART | t.QM | t.STOP):
        return segment[at].kind & t.POSS > 0 or segment[at].raw in _FINAL_QUESTIONS
    if bits & t.LATER and bits & (t.FULFIL | t.TOPIC_F | t.TEXT):
        return False
    if bits & t.FULFIL and not bits & t.TOPIC_F:
        bits &= ~t.FULFIL
    return not bits & ~(_JOINABLE | _CHANGE | _AFTERTHOUGHT)
