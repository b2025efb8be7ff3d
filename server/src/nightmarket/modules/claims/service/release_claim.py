"""Units come back: given up, expired, or from an order that came to nothing. The longest waiting buyer gets them.

Always true here: units that come back and the promotion of who waits for them share a transaction, so nobody can slip
in between. Locks are taken in the order claim, item, stock, waiting claim.
"""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.claims.events import ClaimExpired, ClaimPromoted, ClaimReleased
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service.announce_claims import announce
from nightmarket.modules.claims.service.goods_on_sale import sold_out_lately
from nightmarket.modules.claims.service.metrics import HOLDS_EXPIRED
from nightmarket.modules.claims.service.remind_buyers import remind_claims, reminder_time
from nightmarket.modules.claims.states import EXPIRED, HELD, RELEASED, WAITLISTED
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.streams import public as streams

_SWEEP_LIMIT = 200
_SWEEP_ROUNDS = 5
_WAITING_LIMIT = 100


async def release_claim(unit: Unit, claim_id: str) -> None:
    """The buyer, or the shop, gives a claim up. Units held are free at once; giving up twice is no error."""
    found = await repository.one(unit.session, claim_id)
    if found is None:
        raise NotFound
    claim = found[0]
    if claim.state == RELEASED:
        return
    if await repository.move(unit, claim_id, WAITLISTED, RELEASED):
        announce(unit, ClaimReleased, claim, RELEASED)
    elif await repository.move(unit, claim_id, HELD, RELEASED):
        announce(unit, ClaimReleased, claim, RELEASED)
        await return_units(unit, claim)
    else:
        raise ClaimNotHeld(claim_ids=[claim_id])


async def return_units(unit: Unit, claim: Claim, quantity: int | None = None) -> None:
    """Units of a claim that has just stopped holding them go back to item and stock, and on to who waits.

    The claim's row is locked by the change that let them go, so its quantity is read again: it is final now.
    """
    if quantity is None:
        final = await repository.one(unit.session, claim.id)
        assert final is not None
        quantity = final[0].quantity
    if claim.is_first_paid:
        return  # it never kept them from anybody
    await streams.give_back(unit, claim.item_id, quantity)
    await inventory.release(unit, variant_id=claim.variant_id, quantity=quantity, reference=claim.id)
    await promote_waiting(unit, claim.variant_id, claim.item_id)
    unit.after_commit(lambda: sold_out_lately.forget(claim.item_id, claim.variant_id))


async def promote_waiting(unit: Unit, variant_id: str, item_id: str | None = None) -> None:
    """Give free units to those who wait for the variant (or for any of an item), longest first, as far as they go.

    Who waits for more units than are free is passed over, and keeps their place.
    """
    waiting = await repository.waiting(unit.session, variant_id, item_id, limit=_WAITING_LIMIT)
    if not waiting:
        return
    levels = await inventory.levels(unit.session, sorted({claim.variant_id for claim in waiting}))
    free = {one: level.available for one, level in levels.items()}
    for claim in waiting:
        if free.get(claim.variant_id, 0) >= claim.quantity and await _promote(unit, claim):
            free[claim.variant_id] -= claim.quantity


async def _promote(unit: Unit, claim: Claim) -> bool:
    if not await streams.take(unit, claim.item_id, claim.quantity):
        return False
    if not await inventory.hold(unit, variant_id=claim.variant_id, quantity=claim.quantity, reference=claim.id):
        await streams.give_back(unit, claim.item_id, claim.quantity)
        return False
    deadline = unit.now + timedelta(seconds=claim.hold_seconds)
    same = [repository.same_quantity(claim)]
    if not await repository.move(unit, claim.id, WAITLISTED, HELD, guard=same, hold_expires_at=deadline):
        await streams.give_back(unit, claim.item_id, claim.quantity)
        await inventory.release(unit, variant_id=claim.variant_id, quantity=claim.quantity, reference=claim.id)
        return False
    unit.enqueue(expire_claim, claim.id, at=deadline)
    unit.enqueue(remind_claims, [claim.id], at=reminder_time(unit.now, deadline))
    announce(unit, ClaimPromoted, claim, HELD)
    return True


@job("claims.expire.v1", queue="orders")
async def expire_claim(ctx: Context, claim_id: str) -> None:
    """Release a claim whose deadline has passed; nothing when it was paid, given up or extended meanwhile."""

    async def work(unit: Unit) -> None:
        found = await repository.one(unit.session, claim_id)
        if found is None:
            return
        guard = [repository.overdue(unit.now)]
        if await repository.move(unit, claim_id, HELD, EXPIRED, guard=guard):
            HOLDS_EXPIRED.inc()
            announce(unit, ClaimExpired, found[0], EXPIRED)
            await return_units(unit, found[0])

    await ctx.transact(work)


@job("claims.expire_many.v1", queue="orders")
async def expire_claims(ctx: Context, claim_ids: list[str]) -> None:
    """The same for claims that were made together."""
    for claim_id in claim_ids:
        await expire_claim(ctx, claim_id)


async def expire_overdue(ctx: Context) -> None:
    """Find what the timers missed, e.g. while nothing was running; some rounds of it, the rest the next time."""
    for _ in range(_SWEEP_ROUNDS):
        async with ctx.reader() as session:
            ids = await repository.due(session, ctx.clock(), limit=_SWEEP_LIMIT)
        await expire_claims(ctx, list(ids))
        if len(ids) < _SWEEP_LIMIT:
            return


@job("claims.close_waitlist.v1", queue="orders")
async def close_waitlist(ctx: Context, stream_id: str) -> None:
    """Some time after a show nobody waits for its items any more; later, where deadlines were moved out meanwhile."""
    to_pay = timedelta(seconds=ctx.settings.claims.payment_seconds)

    async def work(unit: Unit) -> bool:
        ids = await repository.waiting_in_stream(unit.session, stream_id, limit=_SWEEP_LIMIT)
        deadline = await repository.last_deadline(unit.session, stream_id) if ids else None
        if deadline is not None and deadline + to_pay > unit.now:
            unit.enqueue(close_waitlist, stream_id, at=deadline + to_pay)
            return False
        for claim, _ in await repository.find(unit.session, repository.ClaimFilter(ids=ids)):
            if await repository.move(unit, claim.id, WAITLISTED, EXPIRED):
                announce(unit, ClaimExpired, claim, EXPIRED)
        return len(ids) == _SWEEP_LIMIT

    while await ctx.transact(work):
        pass
