"""Stage 3b: tokens that belong together become one, and words that mean nothing where they stand become text."""

from __future__ import annotations

from collections.abc import Callable

from . import tokens as t
from .lexicon import JOINING_COUNTERS
from .lineup import Lineup
from .tokens import Token

_Handler = Callable[[Token, list[Token], "Token | None", Lineup], int]
_VERBS = t.VERB | t.VERBB
_AMOUNTS = t.NUM | t.QTY | t.NUMW
_BEFORE_NUMBER_WORD = (
    _VERBS | t.EACH | t.SET | t.CANCEL | t.TOTAL | t.MORE | t.ONLY | t.CODE | t.KW | t.OPT | t.REFUSE | t.WEAKW | t.DEMO
)
_SIZED = t.OPT | t.NUM | t.QTY | t.WILD
_REFERENCE = t.CODE | t.KW | t.PRICE


def fuse(tokens: list[Token], lineup: Lineup) -> list[Token]:
    """Join operators with their numbers and demote what stands in the wrong place."""
    out: list[Token] = []
    count = len(tokens)
    at = 0
    while at < count:
        token = tokens[at]
        handler = _handler(token.kind) if token.kind & _SPECIAL else None
        if handler is not None:
            following = tokens[at + 1] if at + 1 < count else None
            at += handler(token, out, following, lineup)
        out.append(token)
        at += 1
    return out


def _handler(kind: int) -> _Handler | None:
    for bits, handler in _HANDLERS:
        if kind & bits and not kind & t.NUM:
            return handler
    return _topic if kind & t.DRESS and kind & t.TOPIC_G else None


def _mark(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    del out, lineup
    if following is None or not following.kind & _AMOUNTS:
        if following is not None and following.kind & (t.CODE | t.KW) and token.raw == "加":
            token.kind = t.VERB
        else:
            token.kind = t.JOIN if token.raw == "x" else t.TEXT
        return 0
    token.val = following.val if following.kind & t.QTY else (following.val, None)
    token.kind = t.QTY | t.STRONG
    return 1


def _less(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    del out, lineup
    if following is None or not following.kind & _AMOUNTS:
        token.kind = t.TEXT
        return 0
    token.val = following.val if following.kind & t.QTY else (following.val, None)
    token.kind = t.MINUS | t.LESS
    return 1


def _number_word(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    del lineup
    last = out[-1] if out else None
    if last is not None and last.raw in JOINING_COUNTERS and not token.sp:
        token.kind, token.val = t.QTY, (token.val, last.raw)
    elif (last is not None and last.kind & _BEFORE_NUMBER_WORD) or (
        following is not None and (following.kind & _REFERENCE or following.raw == "of")
    ):
        token.kind = t.NUM
    else:
        token.kind = t.TEXT
    return 0


def _verb(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    """A verb governs what touches it: beside unknown text it is not about an item of the room."""
    del lineup
    if token.raw == "แด":
        if following is None or not following.kind & t.CODE:
            token.kind = t.TEXT
        return 0
    after = following is not None and following.kind == t.TEXT and (not following.sp or token.raw[-1].isascii())
    before = bool(out) and out[-1].kind == t.TEXT and not token.sp
    if after or before:
        token.kind = t.TEXT | t.BADVERB
    return 0


def _keyword(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    del out, lineup
    if following is not None and following.kind == t.TEXT and not following.sp:
        token.kind = t.TEXT
    return 0


def _topic(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    """``size`` is dressing beside a size and a topic alone."""
    del lineup
    beside = (following is not None and following.kind & _SIZED) or (bool(out) and out[-1].kind & (t.OPT | t.NUM))
    token.kind = t.DRESS | (token.kind & t.CODENO) if beside else t.TOPIC_G
    return 0


def _house(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    """號 after a number belongs to it; after anything else it dresses or is text."""
    del following, lineup
    last = out[-1] if out else None
    if last is not None and last.kind & t.NUM and not token.sp:
        last.kind |= t.HAO
        token.kind = t.DRESS
    elif last is not None and last.kind & (t.OPT | t.CODE):
        token.kind = t.DRESS
    else:
        token.kind = t.TEXT if not token.kind & t.CODENO else token.kind
    return 0


def _arrow(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    del lineup
    named = t.CODE | t.KW | t.OPT | t.NUM | t.QTY
    if token.raw in {"→", "->"} and not (
        out and following is not None and out[-1].kind & named and following.kind & named
    ):
        token.kind = t.JOIN
    return 0


def _choice(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    """還是 asks between two things and means *after all* elsewhere."""
    del lineup
    if not token.kind & t.QUEST:
        return 0
    things = _REFERENCE | t.OPT | t.NUM | t.UCODE
    if not (out and following is not None and out[-1].kind & things and following.kind & things):
        token.kind = t.IGN
    return 0


def _left_over(token: Token, out: list[Token], following: Token | None, lineup: Lineup) -> int:
    """``A12還有3條`` says what is left; before another item 還有 only lists."""
    del lineup
    if (
        token.raw == "还有"
        and out
        and out[-1].kind & (t.CODE | t.KW | t.OPT)
        and following is not None
        and following.kind & t.QTY
    ):
        token.kind = t.SOLD
    return 0


_HANDLERS: tuple[tuple[int, _Handler], ...] = (
    (t.MARK, _mark),
    (t.LESS, _less),
    (t.NUMW, _number_word),
    (_VERBS, _verb),
    (t.KW, _keyword),
    (t.HAO, _house),
    (t.SET, _arrow),
    (t.OR, _choice),
    (t.LIST, _left_over),
)
_SPECIAL = t.MARK | t.LESS | t.NUMW | _VERBS | t.KW | t.HAO | t.SET | t.DRESS | t.OR | t.LIST
