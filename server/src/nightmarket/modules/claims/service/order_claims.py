"""An order takes claims over: it keeps their units until it is paid, or gives them back."""

from collections.abc import Sequence
from datetime import datetime

from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.claims.events import ClaimReleased, ClaimUpdated
from nightmarket.modules.claims.repository import ClaimFilter
from nightmarket.modules.claims.service.announce_claims import announce
from nightmarket.modules.claims.service.release_claim import promote_waiting, return_units
from nightmarket.modules.claims.service.views import ClaimView, view_of
from nightmarket.modules.claims.states import HELD, ORDERED, RELEASED
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.streams import public as streams


async def take_for_order(unit: Unit, *, buyer_id: str, claim_ids: Sequence[str], order_id: str) -> list[ClaimView]:
    """All of these held claims become part of an order, whose own deadline replaces theirs; or none does."""
    wanted = sorted(set(claim_ids))
    mine = {claim.id for claim, _ in await repository.find(unit.session, ClaimFilter(ids=wanted, buyer_id=buyer_id))}
    lost = [
        claim_id
        for claim_id in wanted
        if claim_id not in mine
        or not await repository.move(
            unit, claim_id, HELD, ORDERED, guard=[repository.in_time(unit.now)], order_id=order_id
        )
    ]
    if lost:
        raise ClaimNotHeld(claim_ids=lost)
    return [view_of(*one) for one in reversed(await repository.find(unit.session, ClaimFilter(ids=wanted)))]


async def give_back_from_order(unit: Unit, *, order_id: str) -> None:
    """The order came to nothing: its unsold units are free again, and go to who waits. Safe to repeat."""
    for claim in await repository.of_order(unit.session, order_id):
        if await repository.move(unit, claim.id, ORDERED, RELEASED, guard=[repository.not_sold()]):
            announce(unit, ClaimReleased, claim, RELEASED)
            await return_units(unit, claim)


async def sold_with_order(unit: Unit, *, order_id: str) -> None:
    """The order is paid: its units leave the stock for good. Safe to repeat."""
    for claim in await repository.of_order(unit.session, order_id):
        if await repository.mark_sold(unit, claim.id):
            await inventory.sell(unit, variant_id=claim.variant_id, quantity=claim.quantity, reference=claim.id)


async def give_back_part(unit: Unit, *, claim_id: str, quantity: int) -> bool:
    """Units of an ordered claim are free again, sold ones too: they have not left the house. All of them end the claim.

    False when the claim does not have them to give: it moved on meanwhile.
    """
    found = await repository.one(unit.session, claim_id)
    if found is None:
        return False
    claim = found[0]
    guard = [repository.same_quantity(claim), repository.is_sold() if claim.sold_at else repository.not_sold()]
    if quantity == claim.quantity:
        given = await repository.move(unit, claim_id, ORDERED, RELEASED, guard=guard)
    else:
        given = quantity < claim.quantity and await repository.keep_ordered(
            unit, claim_id, claim.quantity - quantity, guard=guard
        )
    if not given:
        return False
    if claim.sold_at is None:
        await return_units(unit, claim, quantity)
    else:
        await streams.give_back(unit, claim.item_id, quantity)
        await inventory.restock(unit, variant_id=claim.variant_id, quantity=quantity, reference=claim.id)
        await promote_waiting(unit, claim.variant_id, claim.item_id)
    changed = await repository.one(unit.session, claim_id)
    assert changed is not None
    kind = ClaimReleased if changed[0].state == RELEASED else ClaimUpdated
    announce(unit, kind, changed[0], changed[0].state)
    return True


async def take_more(unit: Unit, *, claim_id: str, quantity: int) -> bool:
    """More units of an ordered claim, from the stock and the show's share of it.

    False when they are not there, or the claim moved on; then the caller takes the whole unit back.
    """
    found = await repository.one(unit.session, claim_id)
    if found is None:
        return False
    claim = found[0]
    guard = [repository.same_quantity(claim), repository.not_sold()]
    if not await repository.keep_ordered(unit, claim_id, claim.quantity + quantity, guard=guard):
        return False
    if not claim.is_first_paid:
        took = await streams.take(unit, claim.item_id, quantity)
        if not took or not await inventory.hold(
            unit, variant_id=claim.variant_id, quantity=quantity, reference=claim.id
        ):
            return False
    changed = await repository.one(unit.session, claim_id)
    assert changed is not None
    announce(unit, ClaimUpdated, changed[0], changed[0].state)
    return True


async def hold_until(unit: Unit, claim_ids: Sequence[str], deadline: datetime) -> None:
    """Held claims keep their units until then; those that hold longer already, or ran out, stay as they are.

    Whoever moves the deadline out also tells the buyer when it comes near.
    """
    for claim_id in sorted(claim_ids):
        guard = [repository.in_time(unit.now), repository.ends_before(deadline)]
        await repository.extend(unit, claim_id, deadline, guard=guard)
