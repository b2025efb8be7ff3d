"""The safety net: ask again about payments nobody notified us of, and close those whose time is over."""

from datetime import timedelta
from functools import partial

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.policy import GATEWAY_GRACE
from nightmarket.modules.payments.service.open_payment import close_one
from nightmarket.modules.payments.service.refund_payment import send_refund
from nightmarket.modules.payments.service.settle_payment import look_up_payment
from nightmarket.modules.payments.states import OPEN

log = get_logger(__name__)

BATCH = 50
REFUND_PATIENCE = timedelta(minutes=10)
"""By then the job that was to send a refund has been tried for the last time."""


async def look_up_due(ctx: Context) -> int:
    """Ask for the truth of every payment that is due for it; how many were asked about."""
    async with ctx.reader() as session:
        due = await repository.due_for_look(session, ctx.clock(), BATCH)
    for payment_id in due:
        await _ask(ctx, payment_id)
    return len(due)


async def resend_refunds(ctx: Context) -> int:
    """Ask again for refunds whose gateway was away for longer than their job was patient; how many were due."""
    async with ctx.reader() as session:
        due = await repository.unsent_refunds(session, ctx.clock() - REFUND_PATIENCE, BATCH)
    for refund_id in due:
        try:
            await send_refund(ctx, refund_id)
        except Unavailable:
            log.warning("payments.refund_postponed", refund_id=refund_id)
    return len(due)


async def expire_overdue(ctx: Context) -> int:
    """Close open payments past their deadline, each after one last question to its gateway; how many were due.

    A gateway that does not answer delays the end, but not for ever.
    """
    async with ctx.reader() as session:
        due = await repository.overdue(session, ctx.clock(), BATCH)
    for payment_id in due:
        grace = timedelta(0) if await _ask(ctx, payment_id) else GATEWAY_GRACE
        await ctx.transact(partial(_expire, payment_id=payment_id, grace=grace))
    return len(due)


async def _ask(ctx: Context, payment_id: str) -> bool:
    try:
        await look_up_payment(ctx, payment_id)
    except Unavailable:
        log.warning("payments.look_up_failed", payment_id=payment_id)
        return False
    return True


async def _expire(unit: Unit, *, payment_id: str, grace: timedelta) -> None:
    row = await repository.payment(unit.session, payment_id)
    if row is not None and row.state in OPEN and row.expires_at + grace <= unit.now:
        await close_one(unit, row, "expired")
