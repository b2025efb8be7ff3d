"""What claims hear of stock and shows."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims.service.release_claim import close_waitlist, promote_waiting
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.streams.events import StreamEnded


@handles(StockChanged, name="claims.give_stock_to_waiting.v1", queue="realtime")
async def give_stock_to_waiting(unit: Unit, _ctx: Context, event: StockChanged) -> None:
    """New units of the shop go to those who wait before anybody else."""
    if event.available > 0:
        await promote_waiting(unit, event.variant_id)


@handles(StreamEnded, name="claims.plan_end_of_waitlist.v1", queue="orders")
async def plan_end_of_waitlist(unit: Unit, ctx: Context, event: StreamEnded) -> None:
    """Who waits is served as long as claims of the show can still come to nothing, and no longer."""
    limits = ctx.settings.claims
    last = timedelta(seconds=limits.hold_seconds + limits.payment_seconds)
    unit.enqueue(close_waitlist, event.stream_id, at=unit.now + last)
