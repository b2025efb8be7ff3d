"""A buyer wants more or fewer units of a claim."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Conflict, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.errors import ClaimNotHeld, SoldOut
from nightmarket.modules.claims.events import ClaimUpdated
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service.announce_claims import announce
from nightmarket.modules.claims.service.decide_claims import over_limit, refusal
from nightmarket.modules.claims.service.make_claim import ClaimRequest
from nightmarket.modules.claims.service.release_claim import promote_waiting, return_units
from nightmarket.modules.claims.service.settle_claims import look
from nightmarket.modules.claims.states import HELD, OPEN
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.streams import public as streams


async def change_quantity(unit: Unit, ctx: Context, claim_id: str, quantity: int) -> None:
    """More units need stock and stay within the limit; fewer give the rest back at once. The deadline stays."""
    found = await repository.one(unit.session, claim_id)
    if found is None:
        raise NotFound
    claim = found[0]
    if claim.state not in OPEN:
        raise ClaimNotHeld(claim_ids=[claim_id])
    old = claim.quantity
    if quantity == old:
        return
    if not await repository.set_quantity(unit, claim, quantity):
        now = await repository.one(unit.session, claim_id)
        if now is not None and now[0].quantity != old and now[0].state in OPEN:
            raise Conflict
        raise ClaimNotHeld(claim_ids=[claim_id])
    if quantity > old:
        await _add_units(unit, ctx, claim, quantity - old)
    elif claim.state == HELD:
        await return_units(unit, claim, old - quantity)
    else:
        await promote_waiting(unit, claim.variant_id)  # fewer units may be there already
    changed = await repository.one(unit.session, claim_id)
    assert changed is not None
    announce(unit, ClaimUpdated, changed[0], changed[0].state)


async def _add_units(unit: Unit, ctx: Context, claim: Claim, more: int) -> None:
    """The claim's row already says the new quantity; a problem raised here takes that back with the unit.

    More units are claimed by the same rules as the first.
    """
    item = await streams.item_view(unit.session, ctx, claim.item_id)
    stream = await streams.stream_view(unit.session, claim.stream_id)
    if item is None or stream is None:
        raise NotFound
    wanted = ClaimRequest(claim.buyer_id, stream, item, claim.variant_id, more, claim.source)
    facts = await unit.run(look([wanted], unit.now))
    problem = refusal(wanted, facts)
    if problem is not None:
        raise problem
    _without(facts.claimed, (claim.item_id, claim.buyer_id), more)
    _without(facts.claimed_in_show, (claim.stream_id, claim.buyer_id), more)
    over = over_limit(wanted, facts)
    if over is not None:
        over.made()
    if claim.state != HELD:
        return
    left = facts.left(wanted) - (claim.quantity if claim.is_first_paid else 0)
    if left < more:
        raise SoldOut(available=max(0, left))
    if not claim.is_first_paid:
        took = await streams.take(unit, claim.item_id, more)
        if not took or not await inventory.hold(unit, variant_id=claim.variant_id, quantity=more, reference=claim.id):
            raise RuntimeError("units that were there are not")


def _without(counts: dict[tuple[str, str], int], key: tuple[str, str], units: int) -> None:
    """The units that are being added are counted already."""
    if key in counts:
        counts[key] -= units
