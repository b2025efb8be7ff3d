"""A box comes to its end: its owner is warned before, and what was not ordered is free again."""

from datetime import datetime, timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes import repository
from nightmarket.modules.boxes.events import BoxExpired, BoxExpiring
from nightmarket.modules.boxes.models import Box
from nightmarket.modules.boxes.policy import warning_time
from nightmarket.modules.boxes.states import EXPIRED, ORDERED
from nightmarket.modules.claims.public import HELD, ClaimView, claims_by_id, expire_claims

_BATCH = 100
_ROUNDS = 20
_LOOK_AHEAD = timedelta(days=1)


async def held_in(unit: Unit, box_id: str) -> list[ClaimView]:
    """What waits in a box to be ordered."""
    known = await repository.claim_ids(unit.session, [box_id])
    return [claim for claim in await claims_by_id(unit.session, known) if claim.state == HELD]


async def end_box(unit: Unit, box: Box) -> None:
    """The time of a locked box is over. Its claims have the same deadline, and expire by it."""
    has_orders = bool(await repository.orders(unit.session, [box.id]))
    left = await held_in(unit, box.id)
    state = ORDERED if has_orders else EXPIRED
    await repository.set_box(unit, box.id, state=state, is_current=None, closed_at=unit.now)
    if left:
        unit.enqueue(expire_claims, [claim.id for claim in left])
        shows = sorted({claim.stream_id for claim in left})
        unit.announce(BoxExpired(box.id, box.shop_id, box.buyer_id, shows))


@job("boxes.expire.v1", queue="orders")
async def expire_box(ctx: Context, box_id: str) -> None:
    """The deadline of a box; nothing when it was moved out or the box was packed meanwhile."""

    async def work(unit: Unit) -> None:
        box = await repository.locked_box(unit, box_id)
        if box is not None and box.is_current and box.expires_at <= unit.now:
            await end_box(unit, box)

    await ctx.transact(work)


@job("boxes.warn.v1", queue="orders")
async def warn_of_end(ctx: Context, box_id: str) -> None:
    """Tell the buyer, once, that the box ends soon and something in it is not ordered."""

    async def work(unit: Unit) -> None:
        box = await repository.locked_box(unit, box_id)
        if box is None or not box.is_current or box.warned_at is not None or box.expires_at <= unit.now:
            return
        if warning_time(box.opened_at, box.expires_at) > unit.now:
            return
        left = await held_in(unit, box_id)
        if not left:
            return
        await repository.set_box(unit, box_id, warned_at=unit.now)
        shows = sorted({claim.stream_id for claim in left})
        unit.announce(BoxExpiring(box_id, box.shop_id, box.buyer_id, shows, box.expires_at.isoformat()))

    await ctx.transact(work)


def set_timers(unit: Unit, box_id: str, *, opened_at: datetime, expires_at: datetime) -> None:
    """The box is warned of and ended on time; a timer of an earlier deadline finds nothing to do."""
    unit.enqueue(expire_box, box_id, at=expires_at)
    unit.enqueue(warn_of_end, box_id, at=max(unit.now, warning_time(opened_at, expires_at)))


async def catch_up(ctx: Context) -> None:
    """What the timers missed, for instance while nothing was running."""
    now = ctx.clock()
    async with ctx.reader() as session:
        due = await repository.overdue(session, now, _BATCH)
    for box_id in due:
        await expire_box(ctx, box_id)
    await _warn_missed(ctx, now + _LOOK_AHEAD)


async def _warn_missed(ctx: Context, until: datetime) -> None:
    """Page by page: boxes out of which all was given back are never warned, and must not stand before the others."""
    last: Box | None = None
    for _ in range(_ROUNDS):
        async with ctx.reader() as session:
            ending = await repository.to_warn(session, until, last, _BATCH)
        for box in ending:
            await warn_of_end(ctx, box.id)
        if len(ending) < _BATCH:
            return
        last = ending[-1]
