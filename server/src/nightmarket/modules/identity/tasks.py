"""Recurring work of accounts."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.identity.service.forget_sessions import forget_sessions


@periodic("identity.forget_sessions.v1", queue="bulk", every=3600)
async def forget_old_sessions(ctx: Context) -> None:
    """Drop sessions and refresh tokens that were over a month ago."""
    await forget_sessions(ctx)
