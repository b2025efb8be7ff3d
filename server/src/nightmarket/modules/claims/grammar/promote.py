"""Stage 3c: plain numbers that name an item, as a code (I9) or by price (P1, P2)."""

from __future__ import annotations

from . import tokens as t
from .room import Room, Unsure
from .tokens import Token

_VERBS = t.VERB | t.VERBB
_ASKING = t.QUEST | t.POSS | t.QEND
_BREAK = t.NL | t.STOP | t.QM


def promote(tokens: list[Token], room: Room) -> None:
    """Turn supported numbers into references, in place."""
    if room.lineup.numeric:
        _codes(tokens, room)
    for at, token in enumerate(tokens):
        if token.kind & t.NUM and not token.kind & t.CODE and token.val > room.lineup.limit:
            _price(tokens, at, token)


def _before(tokens: list[Token], at: int) -> Token | None:
    at -= 1
    while at >= 0 and tokens[at].kind & (t.IGN | t.HOST) and not tokens[at].kind & t.MASK:
        at -= 1
    return tokens[at] if at >= 0 else None


def _after(tokens: list[Token], at: int) -> Token | None:
    at += 1
    while at < len(tokens) and tokens[at].kind & (t.IGN | t.HOST) and not tokens[at].kind & t.MASK:
        at += 1
    return tokens[at] if at < len(tokens) else None


def _price(tokens: list[Token], at: int, token: Token) -> None:
    """A number above the limit beside a verb or a pointing word is a price."""
    before, after = _before(tokens, at), _after(tokens, at)
    if before is not None and before.kind & t.ONLY:
        token.kind = before.kind = t.TEXT
        return
    near = _VERBS | t.FILLER | t.DEMO | t.EACH | t.CANCEL | t.REFUSE
    counted = before is not None and before.kind & t.JOIN and before.raw in _COUNTERS
    beside = counted or (before is not None and before.kind & near) or (after is not None and after.kind & near)
    named = _named_before(tokens, at)
    if (beside and not named) or (named and not _may_be_option(token)):
        token.kind = t.PRICE


_COUNTERS = frozenset({"ตัว", "อัน", "ชิ้น", "ใบ", "คู่", "ชุด", "ผืน", "องค์", "แบบ", "รุ่น"})


def _named_before(tokens: list[Token], at: int) -> bool:
    for token in reversed(tokens[:at]):
        if token.kind & (t.CODE | t.KW):
            return True
        if token.kind & (_BREAK | t.QTY | t.TEXT | t.SEP):
            return False
    return False


def _may_be_option(token: Token) -> bool:
    """Left to the options: the number may be a size of the item, known or not."""
    return bool(token.kind & t.HAO) or len(token.raw) < 3


def _codes(tokens: list[Token], room: Room) -> None:
    numeric = room.lineup.numeric
    previous: Token | None = None
    for at, token in enumerate(tokens):
        if token.kind & t.NUM and token.val in numeric and _supported(tokens, at, previous, room):
            token.kind = t.CODE
            token.val = numeric[token.val]
        elif token.kind & t.NUM and token.val not in numeric and _supported_unknown(tokens, at):
            token.kind = t.UCODE
            token.val = None
        elif (
            token.kind & t.QTY
            and token.kind & t.STRONG
            and token.raw[0] == "+"
            and token.val[0] > 1
            and token.val[0] in numeric
        ) and not any(other.kind & (t.CODE | t.KW) for other in tokens[:at]):
            raise Unsure("code_or_quantity")
        if not token.kind & (t.IGN | t.HOST):
            previous = token
    _two_numbers(tokens, room)


def _supported(tokens: list[Token], at: int, previous: Token | None, room: Room) -> bool:
    token = tokens[at]
    after = _after(tokens, at)
    if token.kind & t.HAO:
        return True
    if previous is not None and previous.kind & (_VERBS | t.CANCEL | t.REFUSE | t.CODENO | t.SET | t.MORE):
        return True
    if after is not None and after.kind & t.QTY and after.kind & t.STRONG:
        return True
    if after is not None and (after.kind & (t.CANCEL | t.REFUSE | t.SET | _VERBS) or after.kind & t.KW):
        return True
    if _continues_list(tokens, at):
        return True
    return _alone(tokens, at, room)


def _continues_list(tokens: list[Token], at: int) -> bool:
    """I9 (d): the number before it is a code already, with at most a list sign between."""
    at -= 1
    comma = False
    while at >= 0 and tokens[at].kind & (t.IGN | t.SEP | t.LIST | t.PLUS | t.SLASH | t.OR):
        comma = comma or bool(tokens[at].kind & (t.SEP | t.LIST | t.PLUS))
        at -= 1
    return at >= 0 and bool(tokens[at].kind & t.CODE) and tokens[at].raw.isdigit()


def _supported_unknown(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind & t.HAO:
        return True
    before, after = _before(tokens, at), _after(tokens, at)
    if before is not None and before.kind & t.CODENO and before.raw not in {"เบอร์"}:
        return True
    return bool(
        after is not None and after.kind & t.QTY and after.kind & t.STRONG and after.raw[0] in "+x"
        and (before is None or before.kind & (_VERBS | t.SEP | t.LIST | t.NL)) and not after.sp
    )  # fmt: skip


def _alone(tokens: list[Token], at: int, room: Room) -> bool:
    """I9 (e): the number is all of its line and names the pinned item."""
    for other in reversed(tokens[:at]):
        if other.kind & t.NL:
            break
        if not other.kind & (t.IGN | t.STOP):
            return False
    for other in tokens[at + 1 :]:
        if other.kind & t.NL:
            break
        if not other.kind & (t.IGN | t.STOP):
            return False
    if room.pinned is not None and room.lineup.numeric.get(tokens[at].val) == room.pinned.index:
        return True
    raise Unsure("bare_number")


def _two_numbers(tokens: list[Token], room: Room) -> None:
    """Two bare codes after a verb, the second of which could be an amount."""
    codes = [
        at for at, token in enumerate(tokens) if token.kind & t.CODE and token.raw.isdigit() and not token.kind & t.HAO
    ]
    if len(codes) != 2:
        return
    first, second = codes
    between = tokens[first + 1 : second]
    if any(not token.kind & t.IGN for token in between):
        return
    after = _after(tokens, second)
    item = room.lineup.items[tokens[first].val]
    if int(tokens[second].raw) <= item.limit and not (after is not None and after.kind & t.QTY):
        raise Unsure("code_or_quantity")
