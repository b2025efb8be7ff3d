"""What the author of a comment is asked back when it cannot be carried out as it stands, and who else should look.

Always true here: what was understood is shown, never carried out.
"""

import difflib
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from nightmarket.kernel.problems import Problem
from nightmarket.modules.claims.grammar.normalise import normalise
from nightmarket.modules.claims.repair_repository import NewRepair
from nightmarket.modules.claims.service.line_up_context import MAX_COMMENT_QUANTITY, LineUp
from nightmarket.modules.claims.service.read_comment import Comment

REPEAT = "repeat"
"""Reason: the same words of the same buyer a moment ago were carried out."""
PIN_CHANGED = "pin_changed"
"""Reason: no item was named, and what is on the screen changed a moment ago."""
REPEAT_TIME = timedelta(seconds=10)
PIN_TIME = timedelta(seconds=3)

_LIMITS = {"quantity_limit", "all_items", "too_many"}
_WHICH_ITEM = {
    "no_item",
    "which_item",
    "bare_verb",
    "bare_quantity",
    "quote_or_pinned",
    "agreement_or_claim",
    PIN_CHANGED,
}
_DID_YOU_MEAN = {
    "unknown_code",
    "unknown_price",
    "unknown_keyword",
    "bare_number",
    "bare_keyword",
    "several_items",
    "code_boundary",
    "code_keyword_conflict",
    "range",
}
_WORD = re.compile(r"[a-z]{0,4}[-_. ]?\d{1,4}|[a-zก-ฮ]{1,4}\d{1,4}")
_MOST_SUGGESTIONS = 4


def question_back(
    comment: Comment, line_up: LineUp, meant: dict[str, Any], *, claims: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """It may be an order, but one fact is missing: ask. `claims`: what the buyer has of it already."""
    reason = meant.get("reason")
    answer = {
        "outcome": "ambiguous",
        "message_id": comment.message_id,
        "text": comment.text[:200],
        "reason": reason,
        "proposal": with_items(meant["claims"], line_up),
        "claims": list(claims),
    }
    if reason in _LIMITS:
        answer["limit"] = MAX_COMMENT_QUANTITY
    codes = _suggested(comment.text, line_up, reason)
    if codes:
        answer["suggestions"] = [_item(code, line_up) for code in codes[:_MOST_SUGGESTIONS]]
    return answer


def closed_answer(comment: Comment, problem: Problem) -> dict[str, Any]:
    """The show takes no claims now."""
    return {
        "outcome": "stream_closed",
        "message_id": comment.message_id,
        "text": comment.text[:200],
        "claims": [],
        "problem": {"code": problem.code},
    }


def is_same_text(one: str, other: str) -> bool:
    """Whether two comments say the same, however they are spelled."""
    return normalise(one)[0].replace(" ", "") == normalise(other)[0].replace(" ", "")


def with_items(lines: Sequence[dict[str, Any]], line_up: LineUp) -> list[dict[str, Any]]:
    """Lines of a proposal with what a client needs to make each a tap."""
    return [_with_item(line, line_up) for line in lines]


def repair_of(comment: Comment, answer: dict[str, Any]) -> NewRepair | None:
    """What a helper should look at: an order that waits for its author to be clearer."""
    if answer["outcome"] == "ambiguous":
        if answer["reason"] == REPEAT:
            return None
        reason, proposal = answer["reason"] or "ambiguous", answer["proposal"]
    elif answer["outcome"] == "needs_variant":
        lines = answer.get("results") or [answer]
        reason = "needs_variant"
        proposal = [
            {name: line.get(name) for name in ("code", "item_id", "variant", "quantity")}
            for line in lines
            if line["outcome"] == "needs_variant"
        ]
    else:
        return None
    return NewRepair(
        stream_id=comment.stream_id,
        message_id=comment.message_id,
        source="room",
        buyer_id=comment.buyer_id,
        author_name=None,
        text=comment.kept_text,
        reason=reason,
        proposal=proposal,
    )


def _suggested(text: str, line_up: LineUp, reason: str | None) -> list[str]:
    """Codes to offer as buttons."""
    if reason in _WHICH_ITEM:
        return [] if line_up.pinned is None else [line_up.pinned]
    if reason not in _DID_YOU_MEAN:
        return []
    spelled = {normalise(code)[0]: code for code in line_up.items}
    near: dict[str, None] = {}
    has_plain_numbers = any(code.isdigit() for code in spelled)
    for word in _WORD.findall(normalise(text)[0]):
        if word.isdigit() and not has_plain_numbers:
            continue  # a quantity
        for found in difflib.get_close_matches(word, spelled, n=_MOST_SUGGESTIONS, cutoff=0.5):
            near[spelled[found]] = None
    return list(near)


def _item(code: str, line_up: LineUp) -> dict[str, Any]:
    item = line_up.items[code]
    return {"code": code, "item_id": item.id, "title": item.product["title"]}


def _with_item(line: dict[str, Any], line_up: LineUp) -> dict[str, Any]:
    fitting = line_up.variants_of(line["code"], line["variant"])
    variant_id = fitting[0]["id"] if len(fitting) == 1 else None
    return line | {"item_id": line_up.items[line["code"]].id, "variant_id": variant_id}
