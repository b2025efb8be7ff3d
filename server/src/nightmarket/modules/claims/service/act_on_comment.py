"""Do what a buyer's comment asks for: claim, give up, or change. All of one comment in one transaction.

Always true here: a message acts at most once, because its record and its effect share a commit; and money is never
guessed, because only what the grammar is certain of is carried out.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.claims.models import Claim, CommentOrder
from nightmarket.modules.claims.service.change_quantity import change_quantity
from nightmarket.modules.claims.service.claim_desk import ClaimDesk
from nightmarket.modules.claims.service.comment_questions import repair_of
from nightmarket.modules.claims.service.describe_claims import describe_claims, goods_on_sale
from nightmarket.modules.claims.service.line_up_context import LineUp
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome
from nightmarket.modules.claims.service.read_comment import Comment, Reading
from nightmarket.modules.claims.service.release_claim import release_claim
from nightmarket.modules.claims.service.settle_claims import claim_units
from nightmarket.modules.claims.service.settle_group import Asked, CommentMark
from nightmarket.modules.claims.service.views import ClaimView, view_of
from nightmarket.modules.streams.errors import StreamNotOnAir, StreamOver

Line = dict[str, Any]
"""One line of what the grammar understood: code, variant, quantity."""


class Refused(Exception):
    """A change that cannot be made as a whole, so nothing of it is."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line


async def act_on_comment(ctx: Context, reading: Reading) -> dict[str, Any]:
    """The answer for the author: `outcome`, the claims touched, and what a client needs to ask back."""
    comment, line_up, meant = reading.comment, reading.line_up, reading.meant
    if meant["intent"] == "claim":
        return await _settle(ctx, ask_for_lines(reading))

    async def work(unit: Unit) -> dict[str, Any]:
        record = CommentOrder(
            stream_id=comment.stream_id,
            message_id=comment.message_id,
            buyer_id=comment.buyer_id,
            text=comment.kept_text,
            line_up_version=line_up.version,
            intent=meant,
            seen=reading.seen,
            answer=None,
            created_at=unit.now,
        )
        if not await repository.remember_comment(unit, record):
            stored = await repository.answer_of(unit.session, comment.stream_id, comment.message_id)
            return dict(stored)
        lines = await _ACTIONS[meant["intent"]](unit, ctx, comment, line_up, meant)
        answer = await _answer(unit, ctx, comment, lines)
        await repository.store_answer(unit, comment.stream_id, comment.message_id, answer)
        return answer

    try:
        return await ctx.transact(work)
    except Refused as refusal:
        return await ask_back(ctx, reading, answer_of_lines(comment, [refusal.line]))


async def ask_back(ctx: Context, reading: Reading, answer: dict[str, Any]) -> dict[str, Any]:
    """Nothing is carried out: remember what was answered, and put on the helpers' list what they can mend."""
    repair = lambda body: repair_of(reading.comment, body)  # noqa: E731
    return await _settle(ctx, Asked(_mark(reading), (), lambda _outcomes: (200, answer), repair=repair))


async def _settle(ctx: Context, asked: Asked) -> dict[str, Any]:
    answer: dict[str, Any] = msgspec.json.decode((await ctx.port(ClaimDesk).settle(asked)).body)
    return answer


def _mark(reading: Reading) -> CommentMark:
    comment = reading.comment
    return CommentMark(
        comment.stream_id,
        comment.message_id,
        comment.buyer_id,
        comment.kept_text,
        reading.line_up.version,
        reading.meant,
        reading.seen,
    )


def answer_of_lines(comment: Comment, lines: Sequence[Line], claims: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Several lines as one answer: the first that needs attention leads."""
    lead = next((line for line in lines if line["outcome"] not in _DONE), lines[0])
    answer = {"message_id": comment.message_id, "text": comment.text[:200], **lead, "claims": list(claims)}
    if len(claims) == 1:
        answer["claim"] = claims[0]
    if len(lines) > 1:
        answer["results"] = list(lines)
    code = _PROBLEMS.get(lead["outcome"])
    if code is not None:
        answer["problem"] = {"code": code}
    return answer


_DONE = {"held", "waitlisted", "cancelled", "updated"}
_PROBLEMS = {"sold_out": "sold-out", "limit": "purchase-limit", "needs_variant": "variant-required"}


async def _answer(unit: Unit, ctx: Context, comment: Comment, lines: list[Line]) -> dict[str, Any]:
    views: list[ClaimView] = []
    for line in lines:
        views += line.pop("views", [])
    shapes = await describe_claims(unit.session, ctx, list({view.id: view for view in views}.values()))
    return answer_of_lines(comment, lines, shapes)


def ask_for_lines(reading: Reading) -> Asked:
    """A comment that claims, as the desk settles it: each line by itself, all answered together."""
    comment = reading.comment
    read = [_read_line(comment, reading.line_up, said) for said in reading.meant["claims"]]

    def answer(outcomes: Sequence[Outcome]) -> tuple[int, dict[str, Any]]:
        came = iter(outcomes)
        lines: list[Line] = []
        shapes: list[dict[str, Any]] = []
        for line, wanted in read:
            if wanted is None:
                lines.append(line)
                continue
            outcome = next(came)
            lines.append(line | _outcome(outcome) | {"variant_id": wanted.variant_id})
            lines[-1].pop("views", None)
            if outcome.claim is not None:
                shapes.append(outcome.claim.as_json() | goods_on_sale(wanted.item.product, wanted.variant_id))
        return 200, answer_of_lines(comment, lines, shapes)

    wanted_lines = [wanted for _, wanted in read if wanted is not None]
    return Asked(_mark(reading), wanted_lines, answer, repair=lambda body: repair_of(comment, body))


async def _claim_line(
    unit: Unit, ctx: Context, comment: Comment, line_up: LineUp, said: Line, *, may_wait: bool = True
) -> Line:
    line, request = _read_line(comment, line_up, said, may_wait=may_wait)
    if request is None:
        return line
    return line | _outcome(await claim_units(unit, ctx, request)) | {"variant_id": request.variant_id}


def _read_line(
    comment: Comment, line_up: LineUp, said: Line, *, may_wait: bool = True
) -> tuple[Line, ClaimRequest | None]:
    """What a line asks for; without a request it is a question back."""
    item = line_up.items[said["code"]]
    fitting = line_up.variants_of(said["code"], said["variant"])
    line: Line = {"code": item.code, "item_id": item.id, "quantity": said["quantity"]}
    if len(fitting) != 1:
        options = [{key: one[key] for key in ("id", "options", "price", "available")} for one in fitting]
        return line | {"outcome": "needs_variant", "variant": said["variant"], "options": options}, None
    request = ClaimRequest(
        buyer_id=comment.buyer_id,
        stream=line_up.stream,
        item=item,
        variant_id=fitting[0]["id"],
        quantity=said["quantity"],
        source="comment",
        message_id=comment.message_id,
        may_wait=may_wait,
        is_late=line_up.is_late(said["code"]),
    )
    return line, request


def _outcome(outcome: Outcome) -> Line:
    if outcome.claim is not None:
        return {"outcome": outcome.kind, "views": [outcome.claim]}
    if outcome.kind == "limit":
        return {"outcome": "limit", "limit": outcome.limit, "claimed": outcome.claimed}
    if isinstance(outcome.problem, StreamOver | StreamNotOnAir):
        return {"outcome": "stream_closed", "problem": {"code": outcome.problem.code}}
    if outcome.problem is not None:
        return {"outcome": "refused", "problem": {"code": outcome.problem.code}}
    return {"outcome": "sold_out", "available": outcome.available}


async def _cancel(unit: Unit, ctx: Context, comment: Comment, line_up: LineUp, meant: dict[str, Any]) -> list[Line]:
    lines: list[Line] = []
    for said in meant["claims"]:
        item = line_up.items[said["code"]]
        mine = await _mine(unit, comment, line_up, said)
        views = await _give_up(unit, ctx, mine, said["quantity"])
        lines.append({"outcome": "cancelled", "code": item.code, "item_id": item.id, "views": views})
    return lines


async def _set(unit: Unit, ctx: Context, comment: Comment, line_up: LineUp, meant: dict[str, Any]) -> list[Line]:
    """Bring each line to its target: first what becomes less, then what becomes more; or change nothing at all."""
    views: list[ClaimView] = []
    more: list[Line] = []
    for said in meant["claims"]:
        have = 0
        if meant.get("reason") != "completes_variant":
            mine = await _mine(unit, comment, line_up, said)
            have = sum(claim.quantity for claim in mine)
            if have > said["quantity"]:
                views += await _give_up(unit, ctx, mine, have - said["quantity"])
        if have < said["quantity"]:
            more.append(said | {"quantity": said["quantity"] - have})
    for said in more:
        line = await _claim_line(unit, ctx, comment, line_up, said, may_wait=meant.get("reason") == "completes_variant")
        if line["outcome"] not in _DONE:
            raise Refused(line)
        views += line["views"]
    code = meant["claims"][-1]["code"]
    outcome = "updated" if meant.get("reason") != "completes_variant" or not views else views[-1].state
    return [{"outcome": outcome, "code": code, "item_id": line_up.items[code].id, "views": views}]


_ACTIONS = {"cancel": _cancel, "set_quantity": _set}


async def _mine(unit: Unit, comment: Comment, line_up: LineUp, said: Line) -> list[Claim]:
    """The buyer's open claims a line speaks of, newest first."""
    variant_ids = {one["id"] for one in line_up.variants_of(said["code"], said["variant"])}
    item_id = line_up.items[said["code"]].id
    found = await repository.open_claims(unit.session, comment.stream_id, comment.buyer_id)
    return [claim for claim in found if claim.item_id == item_id and claim.variant_id in variant_ids]


async def _give_up(unit: Unit, ctx: Context, claims: Sequence[Claim], units: int | None) -> list[ClaimView]:
    """Give back so many units, or all; a claim that was lost meanwhile is passed over."""
    touched: list[str] = []
    left = units
    for claim in claims:
        if left is not None and left <= 0:
            break
        quantity = claim.quantity
        try:
            if left is None or quantity <= left:
                await release_claim(unit, claim.id)
            else:
                await change_quantity(unit, ctx, claim.id, quantity - left)
        except ClaimNotHeld:
            continue
        left = None if left is None else left - quantity
        touched.append(claim.id)
    rows = await repository.find(unit.session, repository.ClaimFilter(ids=touched)) if touched else []
    return [view_of(*row) for row in rows]
