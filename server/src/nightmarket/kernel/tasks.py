"""Recurring work of the kernel itself."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import forget_old_keys
from nightmarket.kernel.inbox import forget_handled
from nightmarket.kernel.jobs import outbox_store, periodic


@periodic("kernel.forget_idempotency_keys.v1", queue="bulk", every=900)
async def forget_idempotency_keys(ctx: Context) -> None:
    """A key is good for a day."""
    await forget_old_keys(ctx)


@periodic("kernel.tidy_outbox.v1", queue="bulk", every=600)
async def tidy_outbox(ctx: Context) -> None:
    """Messages that have left long ago, and the marks of those who acted on them."""
    await outbox_store.tidy(ctx)


@periodic("kernel.tidy_inbox.v1", queue="bulk", every=3600)
async def tidy_inbox(ctx: Context) -> None:
    """Deliveries from outside that had their effect long ago."""
    await forget_handled(ctx)
