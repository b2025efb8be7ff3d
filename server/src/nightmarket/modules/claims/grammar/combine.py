"""Stage 6: the clauses of a comment together (11.6), and completing an open line (V8, V9)."""

from __future__ import annotations

from . import tokens as t
from .changes import GivingUp, Targets
from .claims import Claim
from .decide import Verdict
from .lineup import Variant
from .parts import resolve
from .room import Held, Line, Room, Unsure
from .tokens import Token

_OPTIONS_ONLY = (
    t.OPT
    | t.NUM
    | t.HAO
    | t.DRESS
    | t.IGN
    | t.PART
    | t.JOIN
    | t.DEMO
    | t.VERB
    | t.VERBB
    | t.HOST
    | t.SEP
    | t.STOP
    | t.CODENO
)


_MOVES = frozenset({"claim", "cancel", "set"})


def combine(verdicts: list[Verdict], bits: int, room: Room) -> Verdict:
    """The verdict on the whole comment, whose token classes are ``bits``."""
    verdict = _combine(verdicts, room)
    if verdict.kind == "claim" and bits & t.CORRECT and verdict.claim is not None:
        return _corrected(verdict, room)
    return verdict


def _corrected(verdict: Verdict, room: Room) -> Verdict:
    """S5: what was claimed by mistake is replaced."""
    assert verdict.claim is not None
    if len(room.held) > 1:
        return Verdict("ambiguous", "which_claim")
    if not room.held:
        return verdict
    held = room.held[0]
    lines = verdict.claim.lines
    if not any(line.item is held.item and line.variant == held.variant for line in lines):
        lines = [Line(held.item, held.variant, 0), *lines]
    return Verdict("set", "correction", targets=Targets(lines, "correction"))


def _combine(verdicts: list[Verdict], room: Room) -> Verdict:
    if len(verdicts) == 1:
        return _moves(verdicts, room) if verdicts[0].kind in _MOVES else verdicts[0]
    moving = [verdict for verdict in verdicts if verdict.kind in _MOVES]
    doubts = [verdict for verdict in verdicts if verdict.kind == "ambiguous"]
    if moving and any(verdict.kind == "mention" for verdict in verdicts):
        doubts.append(Verdict("ambiguous", "mixed"))
    if moving:
        doubts = [doubt for doubt in doubts if doubt.reason != "bare_verb"]
    if (moving or doubts) and any(verdict.conditional for verdict in verdicts):
        return Verdict("ambiguous", "conditional")
    questions = [verdict for verdict in verdicts if verdict.kind == "question"]
    if doubts:
        return _doubt(doubts, questions)
    if moving:
        return _with_question(moving, questions, room) if questions else _moves(moving, room)
    if questions:
        return questions[0]
    return Verdict("none", next((verdict.reason for verdict in verdicts if verdict.reason), None))


def _doubt(doubts: list[Verdict], questions: list[Verdict]) -> Verdict:
    mild = {"bare_verb", "bare_quantity", "bare_keyword", "bare_number", "weak_want", "bare_variant", "no_item"}
    if questions and all(doubt.reason in mild for doubt in doubts):
        return questions[0]
    return doubts[0]


def _with_question(moving: list[Verdict], questions: list[Verdict], room: Room) -> Verdict:
    """T3: a question beside a claim or a change."""
    fulfilment = all(question.fulfilment for question in questions)
    claims = [verdict.claim for verdict in moving if verdict.claim is not None]
    if any(claim.codeless or claim.bare for claim in claims):
        return questions[0]
    if not fulfilment:
        return Verdict("ambiguous", "claim_and_question")
    verdict = _moves(moving, room)
    if verdict.kind == "claim":
        verdict.reason = "also_question"
    return verdict


def _moves(moving: list[Verdict], room: Room) -> Verdict:
    claims = [verdict for verdict in moving if verdict.claim is not None]
    cancels = [target for verdict in moving for target in verdict.cancel]
    sets = [verdict for verdict in moving if verdict.targets is not None]
    if sets and (claims or cancels or len(sets) > 1):
        return _several_sets(sets, claims, cancels, room)
    if sets:
        return _set(sets[0].targets)
    if cancels and claims:
        return _mixed(cancels, [verdict.claim for verdict in claims if verdict.claim is not None], room)
    if cancels:
        return Verdict("cancel", cancel=cancels)
    return _claim([verdict.claim for verdict in claims if verdict.claim is not None], room)


def _set(targets: Targets | None) -> Verdict:
    assert targets is not None
    if len(targets.lines) == 1 and targets.lines[0].quantity == 0:
        line = targets.lines[0]
        return Verdict("cancel", cancel=[GivingUp(line.item, line.variant, None)])
    return Verdict("set", targets.reason, targets=targets)


def _several_sets(sets: list[Verdict], claims: list[Verdict], cancels: list[GivingUp], room: Room) -> Verdict:
    lines: list[Line] = []
    for verdict in sets:
        assert verdict.targets is not None
        lines.extend(verdict.targets.lines)
    if claims:
        for verdict in claims:
            assert verdict.claim is not None
            lines.extend(_taken(verdict.claim.lines, room))
    lines = [*_given_up(cancels, room), *lines]
    seen: set[tuple[str, str]] = set()
    for line in lines:
        key = (line.item.code, str(line.variant))
        if key in seen:
            return Verdict("ambiguous", "mixed")
        seen.add(key)
    return Verdict("set", "mixed", targets=Targets(lines, "mixed"))


def _given_up(cancels: list[GivingUp], room: Room) -> list[Line]:
    lines: list[Line] = []
    for target in cancels:
        held = [line for line in room.holds(target.item) if target.variant is None or line.variant == target.variant]
        if target.quantity is not None and len(held) > 1:
            raise Unsure("mixed")
        lines.extend(
            Line(line.item, line.variant, 0 if target.quantity is None else max(0, line.quantity - target.quantity))
            for line in held
        )
    return lines


def _taken(lines: list[Line], room: Room) -> list[Line]:
    out = []
    for line in lines:
        before = sum(held.quantity for held in room.holds(line.item) if held.variant == line.variant)
        out.append(Line(line.item, line.variant, line.quantity + before))
    return out


def _mixed(cancels: list[GivingUp], claims: list[Claim], room: Room) -> Verdict:
    """X8: giving up and taking in one comment."""
    if not any(room.holds(target.item) for target in cancels):
        return _claim(claims, room)
    lines = [line for claim in claims for line in claim.lines]
    given = _given_up(cancels, room)
    if len(claims) == 1 and len(lines) == 1 and len(given) == 1 and claims[0].instead and not claims[0].stated:
        lines[0].quantity = room.holds(given[0].item)[0].quantity
    return Verdict("set", "mixed", targets=Targets([*given, *_taken(lines, room)], "mixed"))


def _claim(claims: list[Claim], room: Room) -> Verdict:
    lines = [line for claim in claims for line in claim.lines]
    if not lines:
        return Verdict("none")
    if len(claims) > 1:
        keys = [(line.item.code, str(line.variant)) for line in lines]
        if len(set(keys)) < len(keys):
            return Verdict("ambiguous", "quantity_conflict")
    claim = claims[0]
    if len(claims) == 1 and len(lines) == 1:
        changed = _absolute(claim, lines[0], room)
        if changed is not None:
            return changed
    if any(each.more for each in claims):
        lines = [_inherit(line, claim, room) for line in lines]
    reason = "needs_variant" if any(line.incomplete for line in lines) else None
    merged = Claim(lines=lines, codeless=any(each.codeless for each in claims))
    return Verdict("claim", reason, claim=merged)


def _absolute(claim: Claim, line: Line, room: Room) -> Verdict | None:
    """S6, S7 and V8: a claim that is really a target for what the buyer holds."""
    held = room.holds(line.item)
    if claim.codeless and claim.only and not held and len(room.held) == 1 and not line.variant:
        held = room.held
        line = Line(held[0].item, None, line.quantity)
    same = [other for other in held if not line.variant or other.variant == line.variant]
    if claim.only and same and sum(other.quantity for other in same) > line.quantity:
        if len(same) > 1:
            return Verdict("ambiguous", "which_variant")
        return _set(Targets([Line(line.item, same[0].variant, line.quantity)]))
    if claim.total and same:
        if len(same) > 1:
            return Verdict("ambiguous", "which_variant")
        return _set(Targets([Line(line.item, same[0].variant, line.quantity)]))
    if claim.more or claim.codeless or not line.variant:
        return None
    return _complete_named(claim, line, held)


def _complete_named(claim: Claim, line: Line, held: list[Held]) -> Verdict | None:
    """V8: the code of an open line with the options it lacked."""
    open_lines = [other for other in held if other.incomplete and _fits(other.variant, line.variant)]
    said = claim.parts[0].options if claim.parts else {}
    if not open_lines or not said:
        return None
    if len(open_lines) > 1:
        return Verdict("ambiguous", "which_claim")
    amount = claim.parts[0].amount
    stated = amount is not None and amount[2] != "none"
    return _completed(open_lines[0], dict(line.variant or {}), line.quantity if stated else open_lines[0].quantity)


def _fits(old: Variant | None, new: Variant | None) -> bool:
    return all((new or {}).get(name, value) == value for name, value in (old or {}).items()) and (new or {}) != (
        old or {}
    )


def _completed(held: Held, options: Variant, quantity: int) -> Verdict:
    variant = resolve(held.item, {**(held.variant or {}), **options})
    lines = [Line(held.item, held.variant, 0), Line(held.item, variant, quantity)]
    reason = "completes_variant" if not lines[1].incomplete else "needs_variant"
    return Verdict("set", reason, targets=Targets(lines, reason))


def _inherit(line: Line, claim: Claim, room: Room) -> Line:
    """S8: *more* of something takes the variant of the buyer's only line of it."""
    item = line.item
    if claim.codeless and not room.holds(item) and room.held:
        raise Unsure("which_item")
    held = room.holds(item)
    if len(held) == 1 and held[0].variant:
        return Line(item, resolve(item, {**held[0].variant, **(line.variant or {})}), line.quantity)
    return line


def completing(tokens: list[Token], bits: int, room: Room) -> Verdict | None:
    """V8, V9: a comment of option words alone."""
    if bits & ~_OPTIONS_ONLY or not bits & (t.OPT | t.NUM):
        return None
    words = [token for token in tokens if token.kind & (t.OPT | t.NUM)]
    fitting = [line for line in room.held if line.incomplete and all(_word(line, word) is not None for word in words)]
    if len(fitting) > 1:
        return Verdict("ambiguous", "which_claim")
    if fitting:
        return _complete_with(fitting[0], words)
    if bits & (t.VERB | t.VERBB | t.DEMO) or not bits & t.OPT:
        return None
    pinned = room.pinned
    if pinned is not None and all(
        token.raw in pinned.number_words if token.kind & t.NUM else pinned.index in token.val for token in words
    ):
        return Verdict("ambiguous", "bare_variant")
    return None


def _complete_with(line: Held, words: list[Token]) -> Verdict:
    chosen: Variant = {}
    for word in words:
        meaning = _word(line, word)
        assert meaning is not None
        if chosen.get(meaning[0], meaning[1]) != meaning[1]:
            return Verdict("ambiguous", "which_variant")
        chosen[meaning[0]] = meaning[1]
    if not _fits(line.variant, {**(line.variant or {}), **chosen}) or any(
        (line.variant or {}).get(name, value) != value for name, value in chosen.items()
    ):
        return Verdict("ambiguous", "which_variant")
    return _completed(line, chosen, line.quantity)


def _word(line: Held, word: Token) -> tuple[str, str] | None:
    if word.kind & t.NUM:
        return line.item.number_words.get(word.raw)
    meaning: tuple[str, str] | None = word.val.get(line.item.index)
    return meaning
