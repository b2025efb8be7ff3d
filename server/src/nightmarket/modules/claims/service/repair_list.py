"""The repair list of a show: comments that may be orders, mended by a helper in two taps.

Always true here: a comment is settled once, because it leaves the list by a guarded update in the claim's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repair_repository, repository
from nightmarket.modules.claims.errors import RepairSettled
from nightmarket.modules.claims.events import CommentDismissed, RepairsChanged
from nightmarket.modules.claims.models import CommentRepair
from nightmarket.modules.claims.service.catch_up import takes_late
from nightmarket.modules.claims.service.make_claim import ClaimRequest, choose_variant
from nightmarket.modules.claims.service.read_comment import Comment
from nightmarket.modules.claims.service.settle_claims import claim_units
from nightmarket.modules.claims.service.views import rfc3339, view_of
from nightmarket.modules.claims.states import COUNTED, RepairState
from nightmarket.modules.identity.public import users_by_id
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.public import StreamView


@dataclass(frozen=True, slots=True)
class Mend:
    """What a helper says a comment means."""

    item_id: str
    variant_id: str | None
    quantity: int
    buyer_id: str | None = None
    """For whom, when the author has no account here."""


async def mend_comment(ctx: Context, stream: StreamView, message_id: str, helper_id: str, mend: Mend) -> None:
    """Claim for the author what they meant. The same helper pressing twice is no error; another one is too late."""

    async def work(unit: Unit) -> None:
        found = await _settle(unit, stream.id, message_id, "claimed", helper_id)
        if found is None:
            return
        buyer_id = found.buyer_id or mend.buyer_id
        if buyer_id is None:
            raise InvalidInput("The author has no account here: name the buyer.")
        if found.buyer_id is None and buyer_id not in await users_by_id(unit.session, [buyer_id]):
            raise InvalidInput("There is no such buyer.")
        is_late = await takes_late(unit.session, ctx, stream)
        item = await streams.item_view(unit.session, ctx, mend.item_id)
        if item is None or item.stream_id != stream.id:
            raise NotFound
        wanted = ClaimRequest(
            buyer_id=buyer_id,
            stream=stream,
            item=item,
            variant_id=choose_variant(item, mend.variant_id),
            quantity=mend.quantity,
            source="staff",
            message_id=message_id,
            is_late=is_late,
        )
        claim = (await claim_units(unit, ctx, wanted)).made()
        await repair_repository.note_claim(unit, found.id, claim.id)

    await ctx.transact(work)


async def dismiss_comment(ctx: Context, stream_id: str, message_id: str, helper_id: str) -> None:
    """It is no order; its author is told that nothing was claimed."""

    async def work(unit: Unit) -> None:
        found = await _settle(unit, stream_id, message_id, "dismissed", helper_id)
        if found is not None:
            unit.announce(CommentDismissed(stream_id, message_id, found.buyer_id, found.text))

    await ctx.transact(work)


async def close_answered(ctx: Context, comment: Comment, meant: dict[str, Any]) -> None:
    """The buyer has made themselves understood: what they wrote about the same before needs no helper any more."""
    codes = {line["code"] for line in meant["claims"]}

    async def work(unit: Unit) -> None:
        changed = False
        for old in await repair_repository.open_of(unit.session, comment.stream_id, comment.buyer_id):
            spoken_of = {line["code"] for line in old.proposal}
            if not spoken_of or spoken_of & codes:
                changed |= await repair_repository.settle(unit, old.id, "answered")
        if changed:
            unit.announce(RepairsChanged(comment.stream_id))

    await ctx.transact(work)


async def _settle(
    unit: Unit, stream_id: str, message_id: str, state: RepairState, helper_id: str
) -> CommentRepair | None:
    """The comment, settled by this helper now; None when they have done so already."""
    found = await repair_repository.repair(unit.session, stream_id, message_id)
    if found is None:
        raise NotFound
    if await repair_repository.settle(unit, found.id, state, by=helper_id):
        unit.announce(RepairsChanged(stream_id))
        return found
    now = await repair_repository.repair(unit.session, stream_id, message_id)
    if now is None or (now.state, now.settled_by) != (state, helper_id):
        raise RepairSettled(state=None if now is None else now.state)
    return None


async def describe_repairs(session: AsyncSession, rows: Sequence[CommentRepair]) -> list[dict[str, Any]]:
    """The list in the shape of the API: with names, and with what each author has claimed since."""
    people = {row.buyer_id for row in rows if row.buyer_id} | {row.settled_by for row in rows if row.settled_by}
    names = await users_by_id(session, people) if people else {}
    since = await _claimed_since(session, rows)
    return [
        {
            "id": row.id,
            "message_id": row.message_id,
            "source": row.source,
            "buyer": _person(names, row.buyer_id),
            "author_name": row.author_name,
            "text": row.text,
            "reason": row.reason,
            "proposal": row.proposal,
            "state": row.state,
            "settled_by": _person(names, row.settled_by),
            "settled_at": rfc3339(row.settled_at),
            "claim_id": row.claim_id,
            "claimed_since": since.get(row.id, []),
            "created_at": rfc3339(row.created_at),
        }
        for row in rows
    ]


def _person(names: dict[str, Any], user_id: str | None) -> dict[str, str] | None:
    if user_id is None or user_id not in names:
        return None
    return {"id": user_id, "display_name": names[user_id].display_name}


async def _claimed_since(session: AsyncSession, rows: Sequence[CommentRepair]) -> dict[str, list[dict[str, Any]]]:
    """By entry: what its author took by themselves after writing, so that no helper takes it again."""
    waiting = [row for row in rows if row.state == repair_repository.OPEN and row.buyer_id is not None]
    found: dict[str, list[dict[str, Any]]] = {}
    for buyer_id in {row.buyer_id for row in waiting}:
        wanted = repository.ClaimFilter(stream_id=waiting[0].stream_id, buyer_id=buyer_id, states=COUNTED)
        claims = [view_of(*one) for one in await repository.find(session, wanted, limit=20)]
        for row in waiting:
            if row.buyer_id == buyer_id:
                found[row.id] = [
                    {
                        "code": claim.code,
                        "variant_id": claim.variant_id,
                        "quantity": claim.quantity,
                        "state": claim.state,
                    }
                    for claim in claims
                    if claim.created_at > row.created_at
                ]
    return found
