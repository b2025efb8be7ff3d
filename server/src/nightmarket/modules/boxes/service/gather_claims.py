"""A claim at a shop with boxes goes into the buyer's box, and holds its units as long as the box lives.

Always true here: a promise is never shortened. A claim that holds longer than its box moves the end of the box out.
"""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes import repository
from nightmarket.modules.boxes.events import BoxChanged
from nightmarket.modules.boxes.models import Box, BoxClaim
from nightmarket.modules.boxes.service.end_boxes import end_box, set_timers
from nightmarket.modules.boxes.states import OPEN
from nightmarket.modules.claims.public import HELD, claim_view, claims_by_id, hold_until
from nightmarket.modules.shops.public import selling_terms


async def gather_claim(ctx: Context, claim_id: str, shop_id: str) -> None:
    """Put a claim into the box; nothing where the shop has none. Safe to repeat."""
    async with ctx.reader() as session:
        terms = await selling_terms(session, shop_id)
    days = terms.box_days if terms else None
    if days is not None:
        await ctx.transact(lambda unit: _gather(unit, claim_id, timedelta(days=days)))


async def _gather(unit: Unit, claim_id: str, life: timedelta) -> None:
    claim = await claim_view(unit.session, claim_id)
    if claim is None or claim.state != HELD or claim.is_first_paid or claim.hold_expires_at is None:
        return
    if claim.hold_expires_at <= unit.now:
        return
    box = await _current(unit, claim.shop_id, claim.buyer_id, life)
    if not await unit.add_new(BoxClaim(claim_id=claim_id, box_id=box.id, added_at=unit.now)):
        return
    deadline = max(box.expires_at, claim.hold_expires_at)
    await hold_until(unit, [claim_id], deadline)
    if deadline > box.expires_at:
        known = await repository.claim_ids(unit.session, [box.id])
        await hold_until(unit, sorted(known), deadline)
    await repository.set_box(unit, box.id, state=OPEN, expires_at=deadline)
    set_timers(unit, box.id, opened_at=box.opened_at, expires_at=deadline)
    claims = await claims_by_id(unit.session, await repository.claim_ids(unit.session, [box.id]))
    unit.announce(
        BoxChanged(box.id, box.shop_id, box.buyer_id, sorted({one.stream_id for one in claims if one.state == HELD}))
    )


async def _current(unit: Unit, shop_id: str, buyer_id: str, life: timedelta) -> Box:
    """The buyer's box at the shop, locked; a new one where there is none or its time is over."""
    found = await repository.current(unit.session, shop_id, buyer_id, locks=True)
    if found is not None and found.expires_at > unit.now:
        return found
    if found is not None:
        await end_box(unit, found)
    made = Box(
        id=new_id("box"),
        shop_id=shop_id,
        buyer_id=buyer_id,
        state=OPEN,
        is_current=1,
        opened_at=unit.now,
        expires_at=unit.now + life,
    )
    if await unit.add_new(made):
        return made
    other = await repository.current(unit.session, shop_id, buyer_id, locks=True)
    assert other is not None
    return other
