"""Stage 5: what one clause is. The guards of section 11 come first, then changes, then claims."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import tokens as t
from .changes import GivingUp, Targets, decide_cancel, decide_set
from .claims import Claim, decide_claim
from .clauses import Clause
from .normalise import spell
from .room import Room, Unsure
from .tokens import Token

VERBS = t.VERB | t.VERBB
NAMED = t.CODE | t.KW | t.PRICE
MOVES = (
    NAMED | t.NUM | t.QTY | t.QBAD | t.OPT | VERBS | t.CANCEL | t.REFUSE | t.WEAKC | t.SET | t.MINUS | t.EACH | t.WILD
    | t.ALL | t.EVERYTHING | t.UCODE | t.WEAKW | t.DEMO | t.MORE | t.CORRECT
)  # fmt: skip
_EVIDENCE = t.QTY | VERBS | t.QBAD | t.MINUS | t.EACH | t.MORE
_QUIET = t.IGN | t.JOIN | t.DRESS | t.FILLER | t.MASK | t.SEP | t.STOP | t.NL | t.HOST
_PLEADING = ("帮", "麻烦", "请", "拜托", "ขอ", "รบกวน", "please", "pls", "ฝาก")
_THINGS = NAMED | t.OPT | t.NUM | t.UCODE
_WHATEVER = frozenset(
    [
        "都可",
        "都可以",
        "都行",
        "都好",
        "随便一个",
        "任一",
        "任选",
        "择一",
        "二选一",
        "ก็ได้",
        "อันไหนก็ได้",
        "either",
        "whichever",
    ]
)
_PRICE_WORDS = frozenset(map(spell, ["多少", "多少錢", "幾元", "幾塊", "เท่าไหร่", "เท่าไร", "เท่าไหร", "กี่บาท", "いくら"]))
_FEES = frozenset(map(spell, ["運費", "郵資", "ค่าส่ง", "ค่าจัดส่ง", "ค่าขนส่ง", "送料", "shipping", "delivery"]))
_PLAIN_PARTICLES = frozenset(
    ["吗", "ไหม", "มั้ย", "มั๊ย", "ไม๊", "ㄇ", "か", "ですか", "ますか", "ปะ", "หรอ", "เหรอ", "ป่ะ", "มัย"]
)
_GRANTING = frozenset(
    [
        "好吗",
        "可以吗",
        "行吗",
        "方便吗",
        "可以嘛",
        "好不好",
        "可以ㄇ",
        "ได้ไหม",
        "ได้มั้ย",
        "ได้ปะ",
        "ได้ป่าว",
        "ได้มั๊ย",
        "ได้ไม๊",
        "ได้หรือเปล่า",
        "ได้ป่ะ",
        "ได้มัย",
        "ได้รึเปล่า",
        "ได้หรือไม่",
        "ได้ไม",
    ]
)


@dataclass(slots=True)
class Verdict:
    """The kind of a clause and what it carries."""

    kind: str
    reason: str | None = None
    claim: Claim | None = None
    cancel: list[GivingUp] = field(default_factory=list)
    targets: Targets | None = None
    fulfilment: bool = False
    conditional: bool = False
    only_mark: bool = False
    clause: Clause | None = None


NOTHING = Verdict("none")


def decide(clause: Clause, room: Room, others: int) -> Verdict:
    """The verdict on one clause; ``others`` are the token classes of the other clauses."""
    bits = clause.bits
    if bits & t.COND:
        return _conditional(clause)
    question = _question(clause, others)
    if question is not None:
        return question
    if not bits & MOVES:
        return NOTHING
    guarded = _guard(clause, room)
    if guarded is not None:
        return guarded
    try:
        verdict = _move(clause, room, others)
    except Unsure as doubt:
        verdict = Verdict("ambiguous", doubt.reason)
    if bits & t.QM:
        return _asked(verdict, clause)
    return verdict


def _conditional(clause: Clause) -> Verdict:
    bits = clause.bits
    asking = bits & (t.QUEST | t.POSS | t.QM) or _ends_asking(clause)
    if bits & (_EVIDENCE | t.CANCEL | t.SET) and not asking:
        return Verdict("ambiguous", "conditional", conditional=True)
    return Verdict("question" if asking else "none", conditional=True, fulfilment=_is_fulfilment(clause))


def _is_fulfilment(clause: Clause) -> bool:
    """T3: about shipping, paying, arriving; not about the goods, and not a price asked after them."""
    if not clause.bits & t.TOPIC_F or clause.bits & (t.TOPIC_G | t.SOLD | t.REQUEST | t.HAGGLE):
        return False
    before = Token(0, None, "", sp=False)
    asked = False
    for token in clause.tokens:
        if token.kind & t.QUEST:
            if token.sp and token.raw in _PRICE_WORDS and (asked or before.raw not in _FEES):
                return False
            asked = True
        before = token
    return True


def _ends_asking(clause: Clause) -> bool:
    """A particle that asks only at the end (呢, ยัง, か)."""
    if not clause.bits & t.QEND:
        return False
    for token in reversed(clause.tokens):
        if token.kind & t.QEND:
            return True
        if not token.kind & _QUIET | t.QM and not token.kind & t.PART:
            return False
    return False


def _question(clause: Clause, others: int) -> Verdict | None:
    """T1, T2, T5, T6, G15 and X7: what makes a clause a question."""
    bits = clause.bits
    asking = bool(bits & (t.QUEST | t.POSS)) or _ends_asking(clause)
    if bits & t.FAVOUR or (asking and _pleads(clause)):
        return _favour(clause)
    if asking or bits & (t.REQUEST | t.HAGGLE):
        return Verdict("question", fulfilment=asking and _is_fulfilment(clause))
    if _topic_asks(bits, others) or (bits & t.QM and not bits & MOVES):
        return Verdict("question", fulfilment=_is_fulfilment(clause))
    if bits & t.WISH and not bits & t.FULFIL:
        asked = any(token.kind & t.WISH and token.raw[0] in "求ขอ拜p" for token in clause.tokens)
        return Verdict("question" if asked else "none")
    return None


def _favour(clause: Clause) -> Verdict:
    """T5: a favour asked for a named thing is nearly an order; without one it is a question."""
    bits = clause.bits
    concrete = bits & (NAMED | t.OPT | t.DEMO | t.CANCEL | t.QTY)
    if concrete and not bits & (t.REQUEST | t.TOPIC_G | t.HAGGLE) and not _wide_question(clause):
        return Verdict("ambiguous", "polite_request")
    return Verdict("question", fulfilment=_is_fulfilment(clause))


def _topic_asks(bits: int, others: int) -> bool:
    """T2: a topic noun beside a code, or alone in the comment."""
    if not bits & (t.TOPIC_F | t.TOPIC_G) or bits & (_EVIDENCE | t.PRAISE | t.FULFIL | t.CANCEL | t.REFUSE | t.SET):
        return False
    alone = not bits & (t.TEXT | t.SOLD | t.DONE) and not (others and not bits & t.TOPIC_G)
    return bool(bits & (t.CODE | t.KW | t.QM)) or alone


def _pleads(clause: Clause) -> bool:
    granting = any(token.raw in _GRANTING for token in clause.tokens)
    return granting and any(token.raw.startswith(_PLEADING) for token in clause.tokens if not token.kind & t.QUEST)


def _wide_question(clause: Clause) -> bool:
    """A favour frame that still asks how, what or which."""
    return any(token.kind & t.QUEST and token.raw not in _GRANTING | _PLAIN_PARTICLES for token in clause.tokens)


def _guard(clause: Clause, room: Room) -> Verdict | None:
    """Section 11.2: clauses that speak about ordering without ordering."""
    bits = clause.bits
    for mark, reason in _NEVER:
        if bits & mark:
            return Verdict("none", reason)
    if bits & t.THIRD:
        return _third(clause)
    if bits & t.NOT and _negated(clause):
        return Verdict("none", "negated")
    if _reported(clause):
        return _report(clause, room)
    if bits & t.LATER and _put_off(clause):
        return Verdict("none", "later")
    return _sold(clause) if bits & t.SOLD and not bits & t.ALL else None


_NEVER = ((t.FAILED, "failed"), (t.DRAW | t.TELL, "draw"), (t.PAID, "report"))


def _put_off(clause: Clause) -> bool:
    """G4, unless it is the payment or the parcel that comes later."""
    tokens = clause.tokens
    if clause.bits & (t.CANCEL | t.REFUSE | t.SET) or not clause.bits & (_EVIDENCE | t.NUM | t.CODE | t.KW):
        return False
    for at, token in enumerate(tokens):
        if token.kind & t.LATER:
            beside = tokens[max(at - 1, 0)].kind | (tokens[at + 1].kind if at + 1 < len(tokens) else 0)
            if not beside & (t.FULFIL | t.TOPIC_F):
                return True
    return False


def _third(clause: Clause) -> Verdict:
    if clause.bits & (t.DONE | t.REPORT) or not clause.bits & _EVIDENCE or not clause.bits & NAMED:
        return Verdict("none", "report")
    return Verdict("ambiguous", "addressed_to_other")


def _reported(clause: Clause) -> bool:
    """G3: something that already happened."""
    if clause.bits & t.REPORT:
        return True
    if not clause.bits & t.DONE:
        return False
    previous = ordered = 0
    for token in clause.tokens:
        ordered |= token.kind & VERBS
        if token.kind & t.DONE and previous & (VERBS | (t.QTY if not token.sp else 0) | (NAMED if ordered else 0)):
            return True
        if not token.kind & (t.IGN | t.HOST) or token.kind & t.PART:
            previous = token.kind
    return False


def _report(clause: Clause, room: Room) -> Verdict:
    named = [token for token in clause.tokens if token.kind & (t.CODE | t.KW)]
    if clause.bits & t.CANCEL:
        return Verdict("none", "report")
    for token in named:
        owners = token.val if token.kind & t.KW else [token.val]
        if not any(line.item.index in owners for line in room.held):
            return Verdict("ambiguous", "report_unmatched")
    return Verdict("none", "report")


def _negated(clause: Clause) -> bool:
    """G1: a negation right before the verb or the operator."""
    before: int = 0
    for token in clause.tokens:
        if before & t.NOT and token.kind & (VERBS | t.QTY | t.CANCEL | t.SET | t.WEAKW | t.EACH | t.MORE | t.ONLY):
            return True
        if not token.kind & (t.IGN | t.JOIN):
            before = token.kind
    return bool(before & t.NOT) and bool(clause.bits & (VERBS | t.QTY))


def _sold(clause: Clause) -> Verdict | None:
    """G9: what is left or gone; beside an operator only the buyer knows."""
    strong = any(token.kind & t.QTY and token.kind & t.STRONG for token in clause.tokens)
    if not strong and not clause.bits & VERBS:
        return Verdict("none", "sold")
    return Verdict("ambiguous", "quantity_unclear") if clause.bits & NAMED else Verdict("none", "sold")


def _asked(verdict: Verdict, clause: Clause) -> Verdict:
    """T4: a question mark behind something that would have been done."""
    if verdict.kind == "claim" and verdict.claim is not None and verdict.claim.bare:
        return Verdict("question")
    if verdict.kind in {"claim", "cancel", "set"}:
        return Verdict("ambiguous", "claim_and_question")
    if verdict.kind == "none":
        return Verdict("question")
    if (
        verdict.reason in {"bare_keyword", "bare_verb", "bare_quantity", "bare_variant", "code_boundary"}
        and not clause.bits & _EVIDENCE
    ):
        return Verdict("question")
    return verdict


def _move(clause: Clause, room: Room, others: int) -> Verdict:
    bits = clause.bits
    if _range(clause):
        raise Unsure("range")
    if bits & t.SET and others & (t.CANCEL | t.REFUSE) and bits & NAMED:
        return _instead(clause, room, others)
    if bits & t.SET and not bits & (t.CANCEL | t.REFUSE):
        targets = decide_set(clause, room)
        if targets is not None:
            return Verdict("set", targets.reason, targets=targets, clause=clause)
    if bits & (t.CANCEL | t.REFUSE | t.WEAKC | t.MINUS):
        cancel = decide_cancel(clause, room)
        return Verdict("cancel", cancel=cancel) if cancel else Verdict("refused", "negated")
    if bits & t.OR and bits & (NAMED | t.OPT):
        return _either(clause)
    claim = decide_claim(clause, room, others)
    if claim is None:
        return NOTHING
    return Verdict("claim" if claim.lines else "mention", claim=claim, clause=clause)


def _either(clause: Clause) -> Verdict:
    """G12 and T6: between things to be had it asks the buyer; between things to look at it asks the seller."""
    bits = clause.bits
    whatever = any(token.kind & t.OR and token.raw in _WHATEVER for token in clause.tokens)
    between = any(
        token.kind & t.OR
        and at
        and clause.tokens[at - 1].kind & _THINGS
        and at + 1 < len(clause.tokens)
        and clause.tokens[at + 1].kind & _THINGS
        for at, token in enumerate(clause.tokens)
    )
    if bits & _EVIDENCE or (whatever and not bits & t.TEXT):
        return Verdict("ambiguous", "either_or")
    return Verdict("question") if between else NOTHING


def _instead(clause: Clause, room: Room, others: int) -> Verdict:
    """``ไม่เอา B1 เปลี่ยนเป็น B12``: after giving up, a SET word takes something else."""
    tokens = [Token(t.VERB, None, token.raw, token.sp) if token.kind & t.SET else token for token in clause.tokens]
    claim = decide_claim(Clause(tokens, (clause.bits & ~t.SET) | t.VERB), room, others & ~(t.CANCEL | t.REFUSE | t.SET))
    if claim is None:
        return NOTHING
    claim.instead = True
    return Verdict("claim", claim=claim, clause=clause)


_SPANS = frozenset({"到", "至", "ถึง", "to", "-", "~", "から", "まで", "thru", "through", "→"})


def _range(clause: Clause) -> bool:
    """G13: from one code to another."""
    if clause.bits & t.SET and not any(token.kind & t.SET and token.raw in _SPANS for token in clause.tokens):
        return False
    if clause.bits & (t.CANCEL | t.SET):
        return False
    tokens = clause.tokens
    return any(
        first.kind & t.CODE and last.kind & t.CODE and middle.raw in _SPANS and not middle.kind & t.SET
        for first, middle, last in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )
