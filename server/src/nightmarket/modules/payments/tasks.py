"""Background work of payments."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.payments.service.refund_payment import send_refund
from nightmarket.modules.payments.service.settle_payment import take_delivery
from nightmarket.modules.payments.service.sweep_payments import expire_overdue, look_up_due, resend_refunds

__all__ = ["expire_payments", "look_up_pending", "resend_late_refunds", "send_refund", "take_delivery"]


@periodic("payments.look_up_pending.v1", queue="payments", every=5)
async def look_up_pending(ctx: Context) -> None:
    """Ask again about payments whose notification may be lost."""
    await look_up_due(ctx)


@periodic("payments.expire.v1", queue="payments", every=30)
async def expire_payments(ctx: Context) -> None:
    """Close what was not paid in time."""
    await expire_overdue(ctx)


@periodic("payments.resend_refunds.v1", queue="payments", every=300)
async def resend_late_refunds(ctx: Context) -> None:
    """Money that is owed back goes back, however long a gateway was down."""
    await resend_refunds(ctx)
