"""Background work of notifications."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.kernel.tidying import forget_rows
from nightmarket.modules.notifications.models import ContactCodeRow, DeliveryRow, NotificationRow
from nightmarket.modules.notifications.policy import KEEP_DELIVERIES, KEEP_NOTIFICATIONS
from nightmarket.modules.notifications.service.deliver import deliver
from nightmarket.modules.notifications.service.tell import tell, tell_crowd, tell_followers

__all__ = ["deliver", "tell", "tell_crowd", "tell_followers", "tidy_notifications"]


@periodic("notifications.tidy.v1", queue="bulk", every=3600)
async def tidy_notifications(ctx: Context) -> None:
    """Old news, what became of it, and codes nobody used."""
    now = ctx.clock()
    await forget_rows(ctx, DeliveryRow, DeliveryRow.ended_at < now - KEEP_DELIVERIES)
    await forget_rows(ctx, NotificationRow, NotificationRow.created_at < now - KEEP_NOTIFICATIONS)
    await forget_rows(ctx, ContactCodeRow, ContactCodeRow.expires_at < now)
