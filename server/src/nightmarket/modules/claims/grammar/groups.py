"""Stage 5a: the tokens of a claim clause as groups, each about one item (9.5).

A group keeps what was said as events in order; which number is a size and which an amount depends on the item and is
decided in :mod:`parts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import tokens as t
from .lineup import Item
from .room import Room, Unsure
from .tokens import Token

REFERENCE = t.CODE | t.KW | t.PRICE
VERBS = t.VERB | t.VERBB
_SEPARATORS = t.LIST | t.SEP | t.PLUS | t.OR | t.SLASH
_LINE_ENDS = t.NL | t.STOP
#: Tokens that keep their neighbours contiguous (9.3).
SEE_THROUGH = (
    t.IGN | t.HOST | t.DRESS | t.JOIN | t.FILLER | t.MASK | t.FULFIL | t.CODENO | t.QM | t.MORE | t.ONLY | t.ENOUGH
    | t.CANCEL | t.REFUSE | t.WEAKC | t.SET | t.DONE | t.CORRECT | t.PROMO
)  # fmt: skip
_SPOKEN = t.OPT | t.WILD | t.QTY | t.NUM | t.QBAD | t.EACH | t.TOTAL | t.MINUS
_FLAGS = VERBS | t.WEAKW | t.ALL | t.EVERYTHING | t.UCODE | t.REL | t.MORE | t.ONLY | t.ENOUGH
_EVENT_NAMES = ((t.OPT, "o"), (t.NUM, "n"), (t.WILD, "w"), (t.EACH, "e"), (t.TOTAL, "t"), (t.MINUS, "m"))

Event = tuple[str, Any]


@dataclass(slots=True)
class Group:
    """One reference and what was said about it."""

    item: Item | None = None
    reference: int = 0
    events: list[Event] = field(default_factory=list)
    verb: int = 0
    line: int = 0
    after_gap: bool = False
    inherited: bool = False
    carried: int = 0
    separator: int = 0
    flags: int = 0
    trouble: str | None = None

    def said(self, names: str) -> bool:
        """Whether any event of these kinds happened."""
        return any(name in names for name, _ in self.events)


class Builder:
    """Walks the tokens of one clause once."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.groups: list[Group] = []
        self.current: Group | None = None
        self.gap = False
        self.line = 0
        self.separator = 0
        self.amount_first = False
        self.option_first = False

    def build(self, tokens: list[Token]) -> list[Group]:
        """The groups of the clause."""
        self.amount_first = _amount_first(tokens)
        for at, token in enumerate(tokens):
            kind = token.kind
            if kind & t.OPT and kind & t.VERBB:
                kind = token.kind = self._letter(token)
            if kind & REFERENCE:
                self._reference(token, tokens, at)
            elif kind & _SPOKEN:
                self._said(token, tokens, at)
            elif kind & _FLAGS:
                self._flag(kind, token)
            elif kind & _LINE_ENDS:
                self._end_line(tokens, at)
            elif kind & _SEPARATORS:
                self.separator = kind
            else:
                self._pass(token)
        return _tidy(self.groups)

    def _end_line(self, tokens: list[Token], at: int) -> None:
        self.line += 1
        self.separator = tokens[at].kind
        self.amount_first = _amount_first(tokens[at + 1 :])

    def _pass(self, token: Token) -> None:
        if token.kind & t.DEMO:
            self._demo()
        elif token.kind & t.MEASURE:
            self._measure(token)
        elif not token.kind & SEE_THROUGH:
            self.gap = True

    def _letter(self, token: Token) -> int:
        """F is a size after an item that has it, and the claim marker elsewhere."""
        current = self.current
        if current is None or current.item is None or current.line != self.line:
            return t.VERBB
        return t.OPT if current.item.index in token.val else t.VERBB

    def _start(self, item: Item | None, reference: int, *, inherited: bool = False) -> Group:
        group = Group(
            item, reference, line=self.line, after_gap=self.gap, inherited=inherited, separator=self.separator
        )
        self.groups.append(group)
        self.current = group
        self.gap = False
        self.separator = 0
        return group

    def _open(self) -> Group:
        """The group that what comes next belongs to."""
        current = self.current
        if current is None or self.gap:
            return self._start(None, 0)
        if current.line != self.line:
            group = self._start(current.item, 0, inherited=True)
            group.carried = current.reference or current.carried
            return group
        return current

    def _reference(self, token: Token, tokens: list[Token], at: int) -> None:
        current = self.current
        fresh = current is not None and not self.gap and current.line == self.line
        if token.kind & t.PRICE:
            if fresh and current is not None and current.reference & (t.CODE | t.KW):
                current.events.append(("p", token.val))
                return
            if _reference_ahead(tokens, at, 0):
                self._open().events.append(("p", token.val))
                return
            item = price_item(self.room, token.val) if _price_names(tokens, at) else None
            trouble = None if item is not None else "unknown_price"
        elif token.kind & t.KW:
            owners = token.val
            item, trouble = self.room.lineup.items[owners[0]], None if len(owners) == 1 else "several_items"
        else:
            item, trouble = (
                self.room.lineup.items[token.val],
                _code_trouble(self.room, token, current if fresh else None),
            )
        self._refer(item, token, trouble, fresh=fresh)

    def _refer(self, item: Item | None, token: Token, trouble: str | None, *, fresh: bool) -> None:
        current = self.current
        if fresh and current is not None:
            if current.reference == t.DEMO and not current.events and not self.separator:
                current.item, current.reference, current.trouble = item, token.kind & REFERENCE, trouble
                return
            if (
                current.item is item
                and not self.separator
                and not current.said("q")
                and item is not None
                and not (current.reference & token.kind & t.CODE)
            ):
                current.reference |= token.kind & REFERENCE
                current.trouble = None if token.kind & t.CODE else current.trouble
                return
            if _names_another(current, token, self.separator):
                current.trouble = "code_keyword_conflict" if trouble != "several_items" else None
                if trouble == "several_items" and current.item is not None and current.item.index in token.val:
                    return
                current.trouble = "code_keyword_conflict"
                return
        pending = current if fresh and current is not None and not current.reference and not current.after_gap else None
        if pending is not None and not self.separator:
            pending.inherited = False
            pending.item, pending.reference, pending.trouble = item, token.kind & REFERENCE, trouble or pending.trouble
            self.option_first = self.option_first or pending.said("ow")
            pending.events.append(("r", None))
            return
        group = self._start(item, token.kind & REFERENCE)
        group.trouble = trouble

    def _demo(self) -> None:
        current = self.current
        if current is not None and not self.gap and current.line == self.line:
            if current.reference:
                return
            current.item, current.reference = self.room.pinned, t.DEMO
            current.events.append(("r", None))
            return
        self._start(self.room.pinned, t.DEMO)

    def _said(self, token: Token, tokens: list[Token], at: int) -> None:
        current = self._open()
        if current.reference and not current.after_gap and self._belongs_ahead(token, tokens, at, current):
            current = self._start(None, 0)
        if self.separator:
            current.events.append(("s", self.separator))
            self.separator = 0
        current.events.append(_event(token))

    def _belongs_ahead(self, token: Token, tokens: list[Token], at: int, current: Group) -> bool:
        """Whether an amount or option stands before the code it is about (Q10)."""
        if self.amount_first and token.kind & (t.QTY | t.NUM):
            return current.said("qn") and _reference_ahead(tokens, at, t.OPT | t.DRESS | VERBS)
        if self.option_first and token.kind & t.OPT and current.said("qn"):
            return _reference_ahead(tokens, at, t.OPT | t.DRESS)
        return False

    def _measure(self, token: Token) -> None:
        """A measure the item is sold by, but not this one (``S50 100ml``)."""
        item = self.current.item if self.current is not None else None
        word = token.raw.lstrip("0123456789 ")
        if item is not None and any(known[0].isdigit() and known.endswith(word) for known in item.words):
            self._open().events.append(("x", None))

    def _flag(self, kind: int, token: Token) -> None:
        if kind & t.UCODE:
            group = self._start(None, t.UCODE)
            group.trouble = token.val if isinstance(token.val, str) else "unknown_code"
            return
        if kind & (t.MORE | t.ONLY | t.ENOUGH) and self.current is None:
            self._start(None, 0).flags |= kind
            return
        group = self._open()
        group.flags |= kind
        if kind & VERBS:
            group.verb |= kind & VERBS


def _event(token: Token) -> Event:
    kind = token.kind
    if kind & t.QTY:
        return "q", (*token.val, "strong" if kind & t.STRONG else "medium")
    for bit, name in _EVENT_NAMES:
        if kind & bit:
            return name, token.raw if name in "et" else token.val if name in "wm" else token
    return "b", None


def _amount_first(tokens: list[Token]) -> bool:
    """Q10: the line begins with an amount and a reference follows it."""
    for at, token in enumerate(tokens):
        if token.kind & (t.QTY | t.NUM) and not (token.kind & t.STRONG and token.raw[0] in "+x*"):
            return _reference_ahead(tokens, at, t.OPT | t.DRESS | VERBS)
        if token.kind & (REFERENCE | t.OPT | t.DEMO | t.NL | t.QTY):
            return False
    return False


def _reference_ahead(tokens: list[Token], at: int, through: int) -> bool:
    for token in tokens[at + 1 :]:
        if token.kind & (t.CODE | t.KW):
            return True
        if not token.kind & (through | t.IGN | t.JOIN | t.FILLER | t.HOST):
            return False
    return False


def _names_another(current: Group, token: Token, separator: int) -> bool:
    """K4: a code and a keyword side by side that are not the same item."""
    named = t.CODE | t.KW
    return (current.reference & named) ^ (token.kind & named) == named and not current.events and not separator


def _code_trouble(room: Room, token: Token, current: Group | None) -> str | None:
    """I6 and I7: readings of a code that its writing leaves open."""
    item = room.lineup.items[token.val]
    if len(item.runs) != 2 or not item.runs[0].isascii():
        return None
    if token.kind & t.SPACED:
        if item.runs[0] in room.lineup.single_letters:
            return "code_boundary"
        if room.pinned is not None and item.runs[0] in room.pinned.words:
            return "code_or_variant"
    if (
        current is not None
        and current.item is not None
        and current.reference & t.CODE
        and item.runs[0] in current.item.words
    ):
        return "code_or_variant"
    return None


def _price_names(tokens: list[Token], at: int) -> bool:
    """P1, P2: a price names an item beside a claim verb or a pointing word."""
    near = VERBS | t.FILLER | t.DEMO | t.EACH | t.CANCEL | t.REFUSE
    before = _neighbour(tokens, at, -1)
    after = _neighbour(tokens, at, 1)
    return any(
        token is not None
        and (token.kind & near or (token.kind & t.JOIN and token.raw not in {"(", ")", ":", "=", "_"}))
        for token in (before, after)
    )


def _neighbour(tokens: list[Token], at: int, step: int) -> Token | None:
    at += step
    while 0 <= at < len(tokens) and tokens[at].kind & (t.IGN | t.HOST) and not tokens[at].kind & t.MASK:
        at += step
    return tokens[at] if 0 <= at < len(tokens) else None


def price_item(room: Room, price: int) -> Item:
    """The one item with this price."""
    owners = room.lineup.prices.get(price, ())
    if len(owners) == 1:
        return room.lineup.items[owners[0]]
    raise Unsure("several_items" if owners else "unknown_price")


def _tidy(groups: list[Group]) -> list[Group]:
    """Codeless beginnings go to the item named after them; lines without a name keep the item before them (D4)."""
    out: list[Group] = []
    for group in groups:
        last = out[-1] if out else None
        if group.inherited and last is not None:
            if not group.events:
                last.verb |= group.verb
                last.flags |= group.flags
                continue
            group.reference = group.carried
        if last is not None and _opens_for(last, group):
            group.events[:0] = [*last.events, ("r", None)]
            group.verb |= last.verb
            group.flags |= last.flags
            group.trouble = group.trouble or last.trouble
            group.after_gap = last.after_gap
            out[-1] = group
        else:
            out.append(group)
    return out


def _opens_for(last: Group, group: Group) -> bool:
    """Whether a codeless group is only the beginning of the named one behind it, not a claim of its own."""
    if last.reference or last.inherited or group.inherited or not group.reference or group.after_gap:
        return False
    return group.line == last.line and not (last.said("ow") and last.said("qn"))
