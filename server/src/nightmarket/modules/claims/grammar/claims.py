"""Stage 5: a clause without any guard, change or question: is it a claim, and of what (9.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from . import tokens as t
from .clauses import Clause
from .groups import REFERENCE, VERBS, Builder, Group
from .lines import claim_lines
from .lineup import Item
from .parts import Part, split_groups
from .room import Line, Room, Unsure

_QUIET = (
    t.MEASURE | t.IGN | t.PART | t.JOIN | t.DRESS | t.FILLER | t.MASK | t.LIST | t.SEP | t.STOP | t.NL | t.CODENO
    | t.WAIT | t.SLASH | t.PLUS
)  # fmt: skip
_SAID = (
    REFERENCE | VERBS | t.OPT | t.NUM | t.QTY | t.QBAD | t.WILD | t.EACH | t.TOTAL | t.DEMO | t.MORE | t.ONLY | t.ENOUGH
    | t.STRONG | t.HAO | t.SPACED | t.UCODE | t.REL | t.QM | t.MINUS
)  # fmt: skip
_NAMED = t.CODE | t.KW | t.PRICE


@dataclass(slots=True)
class Claim:
    """What a clause claims. ``codeless`` claims may not stand beside a question."""

    lines: list[Line] = field(default_factory=list)
    codeless: bool = False
    bare: bool = False
    more: bool = False
    only: bool = False
    total: bool = False
    parts: list[Part] = field(default_factory=list)
    instead: bool = False

    @property
    def stated(self) -> bool:
        """Whether any amount was said."""
        return any(part.amount is not None and part.amount[2] != "none" for part in self.parts)


def decide_claim(clause: Clause, room: Room, others: int) -> Claim | None:
    """The claim of a clause, None when there is none; doubts are raised. ``others``: classes in the other clauses."""
    groups = Builder(room).build(clause.tokens)
    if not groups:
        return None
    rest = (clause.bits | others) & ~(_SAID | _QUIET)
    if any(group.reference & _NAMED for group in groups):
        rest &= ~t.GREET
    named = [group for group in groups if group.reference & _NAMED]
    unknown = [group for group in groups if group.reference & t.UCODE]
    if unknown:
        _unknown_code(groups, unknown)
        groups = [group for group in groups if group not in unknown]
        if not groups:
            return None
    if named:
        claim = _named_claim(clause, groups, room, rest)
        own = clause.bits & ~(_SAID | _QUIET | t.GREET)
        if claim is None and others and own != rest and not own & ~(t.FULFIL | t.TOPIC_F):
            return Claim(bare=True)
        return claim
    return _codeless_claim(clause, groups, room, rest)


def _evidence(group: Group) -> int:
    """3: operator or verb; 2: number and counter; 1: bare number; 0: nothing."""
    best = 3 if group.verb or (group.flags & (t.MORE | t.ONLY) and group.reference) else 0
    for name, value in group.events:
        if name == "q":
            best = max(best, 3 if value[2] == "strong" else 2)
        elif name in "bw":
            best = max(best, 2 if name == "b" else 0)
        elif name == "n":
            best = max(best, _number_evidence(group, value))
    return best


def _number_evidence(group: Group, token: t.Token) -> int:
    item = group.item
    return 0 if item is not None and token.raw in item.number_words else 1


def _unknown_code(groups: list[Group], unknown: list[Group]) -> None:
    """I8: beside a verb or an amount an unknown code spoils the comment."""
    for group in unknown:
        if group.trouble == "code_boundary":
            raise Unsure("code_boundary")
    if any(_evidence(group) >= 1 or group.said("q") for group in groups):
        raise Unsure("unknown_code")


def _trouble(groups: list[Group], *, certain: bool) -> None:
    for group in groups:
        if group.trouble is None:
            continue
        if certain or group.trouble in {"code_boundary", "code_or_variant"}:
            raise Unsure(group.trouble)


def _named_claim(clause: Clause, groups: list[Group], room: Room, rest: int) -> Claim | None:
    groups = _across_gaps(groups)
    strongest = max(_evidence(group) for group in groups)
    weak_wish = any(group.flags & t.WEAKW for group in groups) or bool(clause.bits & t.WEAKW)
    if weak_wish and not any(group.said("q") or group.verb & t.VERBB for group in groups):
        raise Unsure("weak_want")
    if rest & t.CONTRAST and not any(group.said("q") for group in groups):
        raise Unsure("weak_want")
    _trouble(groups, certain=strongest >= 2)
    if any(group.flags & (t.ALL | t.EVERYTHING) for group in groups):
        raise Unsure("all_items")
    bare = strongest < 2
    if bare and not _bare_is_claim(clause, groups, rest, strongest=strongest):
        return None
    if not bare:
        groups = [group for group in groups if not _mentioned_only(groups, group)]
    parts = split_groups(groups, room)
    claim = Claim(parts=parts, bare=bare)
    return _finish(claim, groups)


def _finish(claim: Claim, groups: list[Group]) -> Claim:
    flags = 0
    for group in groups:
        flags |= group.flags
    claim.more = bool(flags & t.MORE)
    claim.only = bool(flags & (t.ONLY | t.ENOUGH))
    claim.total = len(claim.parts) == 1 and claim.parts[0].total
    claim.lines = claim_lines(claim.parts)
    return claim


def _mentioned_only(groups: list[Group], group: Group) -> bool:
    """A reference without evidence, cut off from the claim by other text."""
    at = groups.index(group)
    return (
        _evidence(group) == 0 and at + 1 < len(groups) and groups[at + 1].after_gap and bool(groups[at + 1].reference)
    )


def _across_gaps(groups: list[Group]) -> list[Group]:
    """C12: an amount or verb that other text separates from the reference before it."""
    out: list[Group] = []
    for group in groups:
        if not (group.after_gap and not group.reference):
            out.append(group)
            continue
        amount = group.said("q") or (bool(group.verb) and group.said("n"))
        last = out[-1] if out else None
        if not amount:
            if group.verb and last is not None and _evidence(last) == 0 and not group.events:
                raise Unsure("agreement_or_claim")
            if last is None:
                out.append(group)
            continue
        if last is None:
            out.append(group)
        elif _evidence(last) >= 2:
            raise Unsure("quantity_conflict")
        elif group.verb:
            last.events.extend(group.events)
            last.verb |= group.verb
            last.flags |= group.flags
        else:
            raise Unsure("agreement_or_claim")
    return out


def _bare_is_claim(clause: Clause, groups: list[Group], rest: int, *, strongest: int) -> bool:
    """C3 to C5 and K5: nothing but the reference, or a bare number beside it."""
    if rest & t.BADVERB and not rest & (t.QUEST | t.PRAISE | t.SOLD):
        raise Unsure("quantity_unclear")
    if strongest == 1:
        if rest & ~(t.HOST | t.FULFIL | t.TOPIC_F | t.PRAISE):
            raise Unsure("quantity_unclear")
        return True
    keyword_only = any(not group.reference & t.CODE for group in groups if not group.inherited)
    if clause.bits & t.MEASURE:
        return False
    if rest & ~(t.FULFIL | t.TOPIC_F):
        if not rest & ~(t.FULFIL | t.TOPIC_F | t.HOST) and not keyword_only:
            raise Unsure("quantity_unclear")
        return False
    if keyword_only:
        raise Unsure("bare_keyword")
    return True


def _codeless_claim(clause: Clause, groups: list[Group], room: Room, rest: int) -> Claim | None:
    bits = clause.bits
    flags = 0
    for group in groups:
        flags |= group.flags
    operator = any(
        name == "e" or (name == "q" and value[2] == "strong") for group in groups for name, value in group.events
    )
    verb = max((group.verb for group in groups), default=0) or (
        t.VERB if flags & (t.ONLY | t.ENOUGH | t.MORE) and bits & (t.QTY | t.NUM) else 0
    )
    _points_elsewhere(bits, rest, flags, wants=bool(operator or verb or bits & t.QTY))
    if rest & ~(t.HOST | t.FULFIL | t.TOPIC_F):
        return _beside_text(rest, operator=operator)
    if bits & t.EACH and not any(group.said("ow") for group in groups):
        raise Unsure("all_items")
    if not _says_enough(groups, operator=operator, verb=verb, bits=bits):
        return None
    if room.pinned is None:
        raise Unsure("no_item")
    if verb:
        _number_or_price(groups, room)
    _sums(groups, room.pinned)
    claim = Claim(codeless=True, parts=split_groups(groups, room))
    return _finish(claim, groups)


def _points_elsewhere(bits: int, rest: int, flags: int, *, wants: bool) -> None:
    """D3, V11 and C16: it is about something, but not about the item on screen."""
    if rest & t.BADVERB and bits & (t.QTY | t.NUM):
        raise Unsure("unknown_keyword")
    if wants and (bits & t.REL or (bits & t.FILLER and not bits & t.DEMO)):
        raise Unsure("which_item")
    if flags & t.ALL or (flags & t.EVERYTHING and wants):
        raise Unsure("all_items")


def _beside_text(rest: int, *, operator: bool) -> Claim | None:
    """C13, C14: a codeless amount beside other words."""
    quiet = t.HOST | t.FULFIL | t.TOPIC_F | t.PRAISE | t.GREET | t.AGREE | t.METOO
    if operator and rest & (t.PRAISE | t.METOO) and not rest & ~quiet:
        raise Unsure("agreement_or_claim")
    return None


def _says_enough(groups: list[Group], *, operator: bool, verb: int, bits: int) -> bool:
    """C6 to C10: which codeless forms are claims; the others ask or are nothing."""
    options = any(group.said("ow") for group in groups)
    demo = any(group.reference & t.DEMO for group in groups)
    amount = bool(bits & t.QTY)
    if operator or (options and amount):
        return True
    if verb:
        if verb & t.VERBB or options or demo or amount or bits & (t.NUM | t.QBAD):
            return True
        raise Unsure("bare_verb")
    if demo and (amount or bits & t.NUM):
        return True
    if demo and options:
        raise Unsure("bare_variant")
    if amount or bits & t.QBAD:
        raise Unsure("bare_quantity")
    if bits & t.NUM and options and not bits & t.HAO:
        raise Unsure("quantity_unclear")
    return False


def _number_or_price(groups: list[Group], room: Room) -> None:
    """P1: a small number after a verb that is also a price."""
    for group in groups:
        for name, value in group.events:
            if name == "n" and value.val in room.lineup.prices and value.val <= room.lineup.limit:
                raise Unsure("code_or_quantity")


def _sums(groups: list[Group], pinned: Item) -> None:
    """I9: ``1+1`` outside rooms with numeric codes names nothing we know."""
    for group in groups:
        for (name, value), (after, amount) in pairwise(group.events):
            if name == "n" and after == "q" and amount[2] == "strong" and value.raw not in pinned.number_words:
                raise Unsure("unknown_code")
