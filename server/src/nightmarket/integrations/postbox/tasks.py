"""Background work of the outbox page."""

from datetime import timedelta

from nightmarket.integrations.postbox.models import PostboxRow
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.kernel.tidying import forget_rows

_KEPT = timedelta(days=14)


@periodic("postbox.forget.v1", queue="bulk", every=3600)
async def forget_old_messages(ctx: Context) -> None:
    """Nobody looks for what is two weeks old."""
    await forget_rows(ctx, PostboxRow, PostboxRow.sent_at < ctx.clock() - _KEPT)
