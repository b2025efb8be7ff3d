"""Background work of orders."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.orders.service.close_order import expire_order, expire_overdue
from nightmarket.modules.orders.service.share_parcel import share_parcel
from nightmarket.modules.orders.service.tell_rooms import tell_rooms, tell_sold

__all__ = ["expire_order", "share_parcel", "sweep_overdue", "tell_rooms", "tell_sold"]


@periodic("orders.sweep_overdue.v1", queue="orders", every=30)
async def sweep_overdue(ctx: Context) -> None:
    """Let go of unpaid orders whose timer was missed."""
    await expire_overdue(ctx)
