"""Comments of people who have no account here: nothing is held for them, but a helper sees what they meant.

Always true here: a stranger's comment becomes a claim only of somebody with an account, named by a helper or proven by
the link that only the author got.
"""

from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repair_repository
from nightmarket.modules.claims.events import RepairsChanged
from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.repair_repository import NewRepair
from nightmarket.modules.claims.service.catch_up import read_line_up
from nightmarket.modules.claims.service.comment_questions import with_items
from nightmarket.modules.claims.service.make_claim import closed_for_claims
from nightmarket.modules.claims.service.read_comment import Comment
from nightmarket.modules.claims.states import RepairSource

STRANGER = "unknown_buyer"
"""Reason: it was understood, but nobody knows whose it is."""
_OWN_MARK = ".own"


@dataclass(frozen=True, slots=True)
class StrangerComment:
    """What somebody without an account wrote, and where."""

    stream_id: str
    message_id: str
    source: RepairSource
    name: str | None
    text: str


async def note_stranger(unit: Unit, ctx: Context, written: StrangerComment) -> bool:
    """Put it on the repair list if it may be an order. True when it is there now: its author should hear from us."""
    new = await _as_repair(unit, ctx, written)
    if new is None:
        return False
    if await repair_repository.add_repair(unit, new):
        unit.announce(RepairsChanged(written.stream_id))
    return True


async def reword_stranger(unit: Unit, ctx: Context, written: StrangerComment) -> bool:
    """The comment was edited: what waits for a helper says the new words; what was settled stays settled."""
    old = await repair_repository.repair(unit.session, written.stream_id, written.message_id)
    if old is None:
        return await note_stranger(unit, ctx, written)
    new = await _as_repair(unit, ctx, written)
    if new is None:
        await _withdraw(unit, written.stream_id, old.id)
        return False
    if await repair_repository.reword(unit, old.id, new):
        unit.announce(RepairsChanged(written.stream_id))
    return True


async def withdraw_stranger(unit: Unit, stream_id: str, message_id: str) -> None:
    """The comment was removed: no helper has to look at it. What came of it before stays."""
    old = await repair_repository.repair(unit.session, stream_id, message_id)
    if old is not None:
        await _withdraw(unit, stream_id, old.id)


async def claim_as_author(unit: Unit, stream_id: str, message_id: str, user_id: str) -> Comment | None:
    """The author has come with an account of their own: the comment to submit for them, off the helpers' list.

    None when a helper was faster, or there is nothing of that name. The same author may come twice.
    """
    found = await repair_repository.repair(unit.session, stream_id, message_id)
    if found is None or found.buyer_id is not None:
        return None
    if await repair_repository.settle(unit, found.id, "answered", by=user_id):
        unit.announce(RepairsChanged(stream_id))
    elif (found.state, found.settled_by) != ("answered", user_id):
        return None
    return Comment.of(stream_id, user_id, f"{message_id}{_OWN_MARK}", found.text)


async def _withdraw(unit: Unit, stream_id: str, repair_id: str) -> None:
    if await repair_repository.settle(unit, repair_id, "answered"):
        unit.announce(RepairsChanged(stream_id))


async def _as_repair(unit: Unit, ctx: Context, written: StrangerComment) -> NewRepair | None:
    """None for what is no order, or for a show that takes none."""
    line_up = await read_line_up(unit.session, ctx, written.stream_id)
    if line_up is None or (closed_for_claims(line_up.stream.state) is not None and not line_up.takes_late):
        return None
    comment = Comment.of(written.stream_id, "", written.message_id, written.text)
    meant: dict[str, Any] = parse(comment.text, line_up.context())
    if meant["intent"] not in {"claim", "ambiguous"}:
        return None
    reason = STRANGER if meant["intent"] == "claim" else meant["reason"] or "ambiguous"
    return NewRepair(
        stream_id=written.stream_id,
        message_id=written.message_id,
        source=written.source,
        buyer_id=None,
        author_name=written.name,
        text=comment.kept_text,
        reason=reason,
        proposal=with_items(meant["claims"], line_up),
    )
