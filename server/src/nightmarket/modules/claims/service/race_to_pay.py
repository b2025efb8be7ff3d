"""Items that nobody holds: the units go to whoever pays first.

Always true here: units of such a claim leave the stock in the transaction that sees the money, or the money goes back.
Whoever can no longer win is told at once, so that they do not pay for nothing.
"""

from collections.abc import Sequence

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.events import ClaimLost
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service.announce_claims import announce
from nightmarket.modules.claims.states import HELD, RELEASED
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.streams import public as streams

_PAGE = 200


async def hold_for_payer(unit: Unit, *, order_id: str) -> bool:
    """The money of an order is there: hold what its claims did not hold until now. False: it is gone, nothing changed.

    To be followed by `sold_with_order` in the same transaction.
    """
    claims = [claim for claim in await repository.of_order(unit.session, order_id) if _is_racing(claim)]
    done: list[Claim] = []
    for claim in claims:
        if not await _hold(unit, claim):
            await _undo(unit, done)
            return False
        done.append(claim)
    for variant_id in {claim.variant_id for claim in claims}:
        unit.enqueue(end_races, variant_id)
    return True


def _is_racing(claim: Claim) -> bool:
    return claim.is_first_paid and claim.sold_at is None


async def _hold(unit: Unit, claim: Claim) -> bool:
    if not await streams.take(unit, claim.item_id, claim.quantity):
        return False
    if await inventory.hold(unit, variant_id=claim.variant_id, quantity=claim.quantity, reference=claim.id):
        return True
    await streams.give_back(unit, claim.item_id, claim.quantity)
    return False


async def _undo(unit: Unit, claims: Sequence[Claim]) -> None:
    for claim in claims:
        await streams.give_back(unit, claim.item_id, claim.quantity)
        await inventory.release(unit, variant_id=claim.variant_id, quantity=claim.quantity, reference=claim.id)


@job("claims.end_races.v1", queue="orders")
async def end_races(ctx: Context, variant_id: str, after: str | None = None) -> None:
    """Somebody was first: tell those whose units are gone, before they pay."""
    await ctx.transact(lambda unit: tell_losers(unit, variant_id, after))


async def tell_losers(unit: Unit, variant_id: str, after: str | None = None) -> None:
    """Claims of units that are not in the house any more, or that their show may not sell, are lost.

    Units that others hold may still come back: those claims stay in the race. However many there are, a transaction
    sees some hundreds of those after an id, and a job the next.
    """
    racing = await repository.racing(unit.session, variant_id, after, limit=_PAGE)
    if not racing:
        return
    if len(racing) == _PAGE:
        unit.enqueue(end_races, variant_id, racing[-1].id)
    level = (await inventory.levels(unit.session, [variant_id])).get(variant_id)
    there = 0 if level is None else level.on_hand
    left = await streams.units_left(unit.session, {claim.item_id for claim in racing})
    for claim in racing:
        of_show = left.get(claim.item_id)
        if claim.quantity <= (there if of_show is None else min(there, of_show)):
            continue
        if claim.state != HELD:
            announce(unit, ClaimLost, claim, claim.state, order_id=claim.order_id)
        elif await repository.move(unit, claim.id, HELD, RELEASED):
            announce(unit, ClaimLost, claim, RELEASED)
