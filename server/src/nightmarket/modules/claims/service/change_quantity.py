"""A buyer wants more or fewer units of a claim."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Conflict, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.errors import ClaimNotHeld, PurchaseLimit, SoldOut
from nightmarket.modules.claims.events import ClaimUpdated
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service.make_claim import closed_for_claims, units_left
from nightmarket.modules.claims.service.release_claim import announce, promote_waiting, return_units
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
    """The claim's row already says the new quantity; a problem raised here takes that back with the unit."""
    item = await streams.item_view(unit.session, ctx, claim.item_id)
    stream = await streams.stream_view(unit.session, claim.stream_id)
    if item is None or stream is None:
        raise NotFound
    closed = closed_for_claims(stream.state)
    if closed is not None:
        raise closed
    if claim.state == HELD:
        took = await streams.take(unit, claim.item_id, more)
        if not took or not await inventory.hold(unit, variant_id=claim.variant_id, quantity=more, reference=claim.id):
            if took:
                await streams.give_back(unit, claim.item_id, more)
            raise SoldOut(available=await units_left(unit, ctx, claim.item_id, claim.variant_id))
    if item.limit_per_buyer is not None:
        claimed = await repository.claimed_quantity(unit.session, claim.item_id, claim.buyer_id)
        if claimed > item.limit_per_buyer:
            raise PurchaseLimit(limit=item.limit_per_buyer, claimed=claimed - more)
