"""A buyer claims units of an item: by a tap, by a comment, or by the staff's hand.

Always true here: a claim that is answered with `held` has its units counted off the item and held in the stock book by
the same commit. Two guarded updates decide; nothing is read first and written back.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound, Problem
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.errors import PurchaseLimit, SoldOut, VariantRequired
from nightmarket.modules.claims.events import ClaimMade
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service.metrics import CLAIMS
from nightmarket.modules.claims.service.release_claim import announce, expire_claim
from nightmarket.modules.claims.service.views import ClaimView, view_of
from nightmarket.modules.claims.states import HELD, WAITLISTED, Source, State
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.errors import StreamNotOnAir, StreamOver
from nightmarket.modules.streams.public import ENDED, ON_AIR, ItemView, StreamView

MAX_QUANTITY = 99
_TRIES = 3


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """What somebody wants."""

    buyer_id: str
    stream: StreamView
    item: ItemView
    variant_id: str
    quantity: int
    source: Source
    message_id: str | None = None
    may_wait: bool = True
    """Join the waitlist when nothing is left."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Only `held` and `waitlisted` have a claim; otherwise nothing was changed."""

    kind: Literal["held", "waitlisted", "sold_out", "limit"]
    claim: ClaimView | None = None
    available: int = 0
    """Units left, when that was too few."""
    limit: int = 0
    claimed: int = 0

    def made(self) -> ClaimView:
        """The claim; or the problem that kept it from being made."""
        if self.claim is not None:
            return self.claim
        if self.kind == "limit":
            raise PurchaseLimit(limit=self.limit, claimed=self.claimed)
        raise SoldOut(available=self.available)


async def claim_units(unit: Unit, ctx: Context, wanted: ClaimRequest) -> Outcome:
    """Hold the units for the buyer, or put them in line, or say why not."""
    outcome = await _decide(unit, ctx, wanted)
    CLAIMS.labels(outcome.kind).inc()
    return outcome


async def _decide(unit: Unit, ctx: Context, wanted: ClaimRequest) -> Outcome:
    for _ in range(_TRIES):
        outcome, left = await _attempt(unit, ctx, wanted)
        if outcome is not None:
            return outcome
        if left < wanted.quantity:
            break
    if left > 0 or not wanted.may_wait:
        return Outcome("sold_out", available=left)
    claim = _row(unit, ctx, wanted, new_id("clm"), WAITLISTED)
    await unit.add(claim)
    announce(unit, ClaimMade, claim, WAITLISTED)
    waiting = await repository.one(unit.session, claim.id)
    assert waiting is not None
    return Outcome("waitlisted", view_of(*waiting))


async def _attempt(unit: Unit, ctx: Context, wanted: ClaimRequest) -> tuple[Outcome | None, int]:
    """One try. Without an outcome there were not enough: the number left, zero as a rule."""
    item, quantity = wanted.item, wanted.quantity
    # The item's row is locked, by taking or else outright: two claims of one buyer see each other at the limit.
    took = await streams.take(unit, item.id, quantity)
    if item.limit_per_buyer is not None:
        if not took:
            await streams.lock_item(unit, item.id)
        claimed = await repository.claimed_quantity(unit.session, item.id, wanted.buyer_id)
        if claimed + quantity > item.limit_per_buyer:
            if took:
                await streams.give_back(unit, item.id, quantity)
            return Outcome("limit", limit=item.limit_per_buyer, claimed=claimed), 0
    claim_id = new_id("clm")
    if took and await inventory.hold(unit, variant_id=wanted.variant_id, quantity=quantity, reference=claim_id):
        claim = _row(unit, ctx, wanted, claim_id, HELD)
        await unit.add(claim)
        unit.enqueue(expire_claim, claim.id, at=claim.hold_expires_at)
        announce(unit, ClaimMade, claim, HELD)
        return Outcome("held", view_of(claim)), 0
    if took:
        await streams.give_back(unit, item.id, quantity)
    return None, await units_left(unit, ctx, item.id, wanted.variant_id)


async def units_left(unit: Unit, ctx: Context, item_id: str, variant_id: str) -> int:
    """What this show can still give of a variant, as stored now."""
    item = await streams.item_view(unit.session, ctx, item_id)
    if item is None:
        raise NotFound
    stock = next((one["available"] for one in item.product["variants"] if one["id"] == variant_id), 0)
    return max(0, stock if item.stock_cap is None else min(stock, item.stock_cap - item.taken))


def _row(unit: Unit, ctx: Context, wanted: ClaimRequest, claim_id: str, state: State) -> Claim:
    price = wanted.item.price_of(wanted.variant_id)
    seconds = ctx.settings.claims.hold_seconds
    return Claim(
        id=claim_id,
        stream_id=wanted.stream.id,
        item_id=wanted.item.id,
        shop_id=wanted.stream.shop_id,
        product_id=wanted.item.product_id,
        variant_id=wanted.variant_id,
        buyer_id=wanted.buyer_id,
        code=wanted.item.code,
        quantity=wanted.quantity,
        unit_price_minor=price.minor,
        currency=price.currency,
        state=state,
        source=wanted.source,
        message_id=wanted.message_id,
        hold_seconds=seconds,
        hold_expires_at=unit.now + timedelta(seconds=seconds) if state == HELD else None,
        created_at=unit.now,
        updated_at=unit.now,
    )


def closed_for_claims(stream: StreamView) -> Problem | None:
    """Why the show takes no claims now; None when it does."""
    if stream.state in ON_AIR:
        return None
    return StreamOver() if stream.state == ENDED else StreamNotOnAir(state=stream.state)


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
