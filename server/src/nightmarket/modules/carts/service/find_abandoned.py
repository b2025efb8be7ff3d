"""Bags that were left behind are announced, once, so that their owners can be reminded."""

from datetime import datetime
from functools import partial

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.carts import repository
from nightmarket.modules.carts.events import CartAbandoned
from nightmarket.modules.carts.policy import ABANDONED_AFTER

_BATCH = 200


async def find_abandoned(ctx: Context) -> int:
    """How many bags were announced; at most a batch, the next run finds the rest."""
    before = ctx.clock() - ABANDONED_AFTER
    async with ctx.reader() as session:
        found = await repository.abandoned(session, before, _BATCH)
    for buyer_id, shop_id in found:
        await ctx.transact(partial(_announce, buyer_id=buyer_id, shop_id=shop_id, before=before))
    return len(found)


async def _announce(unit: Unit, *, buyer_id: str, shop_id: str, before: datetime) -> None:
    if not await repository.mark_abandoned(unit, buyer_id, shop_id, before):
        return
    lines = await repository.lines(unit.session, buyer_id, shop_id)
    unit.announce(
        CartAbandoned(buyer_id, shop_id, [line.variant_id for line in lines], sum(line.quantity for line in lines))
    )
