"""The stages in order, and the result as the caller sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import tokens as t
from .clauses import Clause, split
from .combine import combine, completing
from .decide import Verdict, decide
from .fuse import fuse
from .lex import lex
from .lineup import Lineup, Variant, lineup_for
from .mask import Masked, mask
from .normalise import normalise
from .promote import promote
from .room import Room, Unsure
from .tokens import Token

_INTENTS = {
    "claim": "claim",
    "cancel": "cancel",
    "set": "set_quantity",
    "question": "question",
    "ambiguous": "ambiguous",
}
_SHORT = 64
_REMEMBERED = 512
_MOVES = frozenset({"claim", "cancel", "set"})


def parse(text: str, context: dict[str, Any]) -> dict[str, Any]:
    """See :func:`nightmarket.modules.claims.grammar.parse`.

    In a live sale hundreds of buyers type the same few words, so each line-up remembers its latest short answers; what
    is pinned and what the buyer holds are part of the question.
    """
    lineup = lineup_for(context)
    if len(text) > _SHORT:
        return read(text, context, lineup)
    key = (text, context.get("pinned"), _held(context.get("buyer_claims") or ()))
    known = lineup.answers.get(key)
    if known is None:
        known = read(text, context, lineup)
        if len(lineup.answers) >= _REMEMBERED:
            lineup.answers.clear()
        lineup.answers[key] = known
    claims = [
        {"code": line["code"], "variant": line["variant"] and dict(line["variant"]), "quantity": line["quantity"]}
        for line in known["claims"]
    ]
    return {"intent": known["intent"], "claims": claims, "reason": known["reason"]}


def _held(lines: Iterable[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(
        (line["code"], line.get("quantity", 1), *sorted((line.get("variant") or {}).items())) for line in lines
    )


def read(text: str, context: dict[str, Any], lineup: Lineup) -> dict[str, Any]:
    """The answer, worked out from the text."""
    normal, too_long = normalise(text)
    masked = mask(normal, lineup)
    tokens = fuse(lex(masked.text, lineup), lineup)
    if not tokens:
        return _answer(Verdict("none"))
    room = Room(lineup, context)
    try:
        verdict = _judge(tokens, room)
    except Unsure as doubt:
        verdict = Verdict("ambiguous", doubt.reason)
    verdict = _circumstances(verdict, masked, lineup, room, too_long=too_long)
    return _answer(verdict)


def _judge(tokens: list[Token], room: Room) -> Verdict:
    bits = _classes(tokens)
    if bits & (t.UCODE | t.NUM | t.QTY):
        if bits & t.UCODE:
            _look_alikes(tokens)
        promote(tokens, room)
        bits = _classes(tokens)
    if bits & (t.TEXT | t.NOT | t.SOLD) and bits & (t.OPT | t.CODE | t.KW | t.NUM) and _conditions(tokens):
        bits |= t.COND
    verdict = completing(tokens, bits, room)
    if verdict is not None:
        return verdict
    clauses = split(tokens)
    if len(clauses) == 1:
        return combine([decide(clauses[0], room, 0)], bits, room)
    verdicts = [decide(clause, room, _others(clauses, clause)) for clause in clauses]
    certain = [clause for clause, verdict in zip(clauses, verdicts, strict=True) if verdict.kind == "claim"]
    if certain:
        rest = [clause for clause in clauses if clause not in certain]
        for at, clause in enumerate(clauses):
            if verdicts[at].kind == "mention" or verdicts[at].reason == "quantity_unclear":
                verdicts[at] = decide(clause, room, _others(rest, clause))
    return combine(verdicts, bits, room)


def _classes(tokens: list[Token]) -> int:
    bits = 0
    for token in tokens:
        bits |= token.kind
    return bits


def _others(clauses: list[Clause], clause: Clause) -> int:
    """The token classes of all clauses but one."""
    bits = 0
    for other in clauses:
        if other is not clause:
            bits |= other.bits
    return bits


def _look_alikes(tokens: list[Token]) -> None:
    """N13: a code typed with letters for digits counts only beside a verb or an operator."""
    active = any(token.kind & (t.VERB | t.VERBB) or (token.kind & t.QTY and token.kind & t.STRONG) for token in tokens)
    for token in tokens:
        if token.kind & t.UCODE and isinstance(token.val, int):
            token.kind = t.CODE if active else t.TEXT


_LACKING = ("没", "没有", "无", "缺", "ไม่มี", "หมด", "no", "沒")
_HAVING = ("有", "มี", "あれば")


def _conditions(tokens: list[Token]) -> bool:
    """G11 without a word for *if*: ``沒M就L``, ``有L就+1``, ``ไม่มี M เอา L``."""
    found = False
    for at, token in enumerate(tokens):
        lacking = token.raw.endswith(_LACKING)
        if not (lacking or token.raw.endswith(_HAVING)) or at + 2 >= len(tokens):
            continue
        end = at + 1
        while end < len(tokens) and tokens[end].kind & (t.OPT | t.CODE | t.KW | t.DRESS | t.NUM):
            end += 1
        if end == at + 1 or end == len(tokens):
            continue
        if tokens[end].raw.startswith("就") or (lacking and tokens[end].kind & (t.VERB | t.SET)):
            token.kind = t.COND
            found = True
    return found


def _circumstances(verdict: Verdict, masked: Masked, lineup: Lineup, room: Room, *, too_long: bool) -> Verdict:
    """D5, C17 and C20: who was meant, what was quoted, how long it was."""
    if verdict.kind not in _MOVES:
        return verdict
    if too_long:
        return Verdict("ambiguous", "too_long")
    if verdict.kind == "claim" and masked.to_other:
        return Verdict("ambiguous", "addressed_to_other")
    if verdict.kind == "claim" and masked.quoted and verdict.claim is not None and verdict.claim.codeless:
        quoted = [token.val for text in masked.quoted for token in lex(text, lineup) if token.kind & t.CODE]
        if quoted and (room.pinned is None or quoted != [room.pinned.index]):
            return Verdict("ambiguous", "quote_or_pinned")
    return verdict


def _answer(verdict: Verdict) -> dict[str, Any]:
    claims: list[dict[str, Any]] = []
    if verdict.kind == "claim" and verdict.claim is not None:
        claims = [_line(line.item.code, line.variant, line.quantity) for line in verdict.claim.lines]
    elif verdict.kind == "cancel":
        claims = [_line(target.item.code, target.variant, target.quantity) for target in verdict.cancel]
    elif verdict.kind == "set" and verdict.targets is not None:
        claims = [_line(line.item.code, line.variant, line.quantity) for line in verdict.targets.lines]
    return {"intent": _INTENTS.get(verdict.kind, "none"), "claims": claims, "reason": verdict.reason}


def _line(code: str, variant: Variant | None, quantity: int | None) -> dict[str, Any]:
    return {"code": code, "variant": dict(variant) if variant else None, "quantity": quantity}
