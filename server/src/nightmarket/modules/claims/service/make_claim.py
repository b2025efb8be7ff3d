"""A buyer claims units of an item: by a tap, by a comment, or by the staff's hand. What is asked, and what came of it.

Always true here: a claim that is answered with `held` has its units counted off the item and held in the stock book by
the same commit.
"""

from dataclasses import dataclass
from typing import Any, Literal

from nightmarket.kernel.problems import NotFound, Problem
from nightmarket.modules.claims.errors import PurchaseLimit, SoldOut, VariantRequired
from nightmarket.modules.claims.service.views import ClaimView
from nightmarket.modules.claims.states import Source
from nightmarket.modules.streams.errors import StreamNotOnAir, StreamOver
from nightmarket.modules.streams.public import ENDED, ON_AIR, ItemView, StreamState, StreamView

MAX_QUANTITY = 99

LimitScope = Literal["item", "show"]
OutcomeKind = Literal["held", "waitlisted", "sold_out", "limit", "refused"]


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """What somebody wants. Show and item as they were seen a moment ago: what decides is looked at again."""

    buyer_id: str
    stream: StreamView
    item: ItemView
    variant_id: str
    quantity: int
    source: Source
    message_id: str | None = None
    may_wait: bool = True
    """Join the waitlist when nothing is left."""
    is_late: bool = False
    """The item or the show is closed, and the shop still takes such orders: what that was judged by never changes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Only `held` and `waitlisted` have a claim; otherwise nothing was changed."""

    kind: OutcomeKind
    claim: ClaimView | None = None
    available: int = 0
    """Units left, when that was too few."""
    limit: int = 0
    claimed: int = 0
    scope: LimitScope = "item"
    """Whether the limit is the item's or the show's."""
    problem: Problem | None = None
    """Why the claim was refused before anything was counted."""

    def made(self) -> ClaimView:
        """The claim; or the problem that kept it from being made."""
        if self.claim is not None:
            return self.claim
        if self.problem is not None:
            raise self.problem
        if self.kind == "limit":
            raise PurchaseLimit(limit=self.limit, claimed=self.claimed, scope=self.scope)
        raise SoldOut(available=self.available)


def closed_for_claims(state: StreamState) -> Problem | None:
    """Why a show in this state takes no claims; None when it does."""
    if state in ON_AIR:
        return None
    return StreamOver() if state == ENDED else StreamNotOnAir(state=state)


def choose_variant(item: ItemView, variant_id: str | None) -> str:
    """The variant meant: the one named, or the only one there is. A product off the shelf has nothing left."""
    if item.product["status"] != "active":
        raise SoldOut(available=0)
    variants: list[dict[str, Any]] = item.product["variants"]
    if variant_id is None:
        if len(variants) == 1:
            return str(variants[0]["id"])
        raise VariantRequired(variants=[{"id": one["id"], "options": one["options"]} for one in variants])
    if all(one["id"] != variant_id for one in variants):
        raise NotFound
    return variant_id
