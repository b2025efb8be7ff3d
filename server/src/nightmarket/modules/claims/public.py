"""What other modules may use of claims."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.modules.claims import repository
from nightmarket.modules.claims.repository import ClaimFilter
from nightmarket.modules.claims.service.claim_desk import ClaimDesk
from nightmarket.modules.claims.service.comment_orders import RoomCommentOrders
from nightmarket.modules.claims.service.order_claims import (
    give_back_from_order,
    give_back_part,
    hold_until,
    sold_with_order,
    take_for_order,
    take_more,
)
from nightmarket.modules.claims.service.race_to_pay import hold_for_payer
from nightmarket.modules.claims.service.read_comment import Comment
from nightmarket.modules.claims.service.release_claim import expire_claims
from nightmarket.modules.claims.service.stranger_comments import (
    StrangerComment,
    claim_as_author,
    note_stranger,
    reword_stranger,
    withdraw_stranger,
)
from nightmarket.modules.claims.service.views import ClaimView, view_of
from nightmarket.modules.claims.states import EXPIRED, HELD, ORDERED, RELEASED, WAITLISTED, State

__all__ = [
    "EXPIRED",
    "HELD",
    "ORDERED",
    "RELEASED",
    "WAITLISTED",
    "ClaimDesk",
    "ClaimView",
    "ClaimsHoldUnits",
    "Comment",
    "RoomCommentOrders",
    "State",
    "StrangerComment",
    "claim_as_author",
    "claim_view",
    "claims_by_id",
    "claims_of",
    "expire_claims",
    "give_back_from_order",
    "give_back_part",
    "hold_for_payer",
    "hold_until",
    "note_stranger",
    "reword_stranger",
    "sold_with_order",
    "take_for_order",
    "take_more",
    "withdraw_stranger",
]


class ClaimsHoldUnits:
    """What claims tell the stock book about units they hold."""

    async def held_units(self, session: AsyncSession, variant_ids: Sequence[str]) -> Mapping[str, int]:
        """See `inventory.ports.Holder`."""
        return await repository.units_held(session, variant_ids)


async def claims_of(
    session: AsyncSession, buyer_id: str, *, shop_id: str | None = None, states: Collection[State] = (HELD,)
) -> list[ClaimView]:
    """A buyer's claims, newest first."""
    wanted = ClaimFilter(buyer_id=buyer_id, shop_id=shop_id, states=tuple(states))
    return [view_of(*one) for one in await repository.find(session, wanted)]


async def claim_view(session: AsyncSession, claim_id: str) -> ClaimView | None:
    """One claim as it is now; None when it is unknown."""
    found = await repository.one(session, claim_id)
    return None if found is None else view_of(*found)


async def claims_by_id(session: AsyncSession, claim_ids: Collection[str]) -> list[ClaimView]:
    """These claims in the order they were made; unknown ids are left out."""
    if not claim_ids:
        return []
    return [view_of(*one) for one in reversed(await repository.find(session, ClaimFilter(ids=list(claim_ids))))]
