"""The safety net: ask again about payments nobody notified us of, and close those whose time is over."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.service.open_payment import close_one
from nightmarket.modules.payments.service.settle_payment import look_up_payment
from nightmarket.modules.payments.states import OPEN

log = get_logger(__name__)

BATCH = 50


async def look_up_due(ctx: Context) -> int:
    """Ask for the truth of every payment that is due for it; how many were asked about."""
    async with ctx.reader() as session:
        due = await repository.due_for_look(session, ctx.clock(), BATCH)
    for payment_id in due:
        try:
            await look_up_payment(ctx, payment_id)
        except Unavailable:
            log.warning("payments.look_up_failed", payment_id=payment_id)
    return len(due)


async def expire_overdue(ctx: Context) -> int:
    """Close open payments past their deadline, each after one last question to its gateway."""
    async with ctx.reader() as session:
        due = await repository.overdue(session, ctx.clock(), BATCH)
    for payment_id in due:
        try:
            await look_up_payment(ctx, payment_id)
        except Unavailable:
            log.warning("payments.look_up_failed", payment_id=payment_id)
        await ctx.transact(lambda unit, one=payment_id: _expire(unit, one))  # type: ignore[misc]
    return len(due)


async def _expire(unit: Unit, payment_id: str) -> None:
    row = await repository.payment(unit.session, payment_id)
    if row is not None and row.state in OPEN and row.expires_at <= unit.now:
        await close_one(unit, row, "expired")
