"""Recurring work of accounts."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job, periodic
from nightmarket.kernel.tidying import forget_rows
from nightmarket.modules.identity.models import AccountTicket
from nightmarket.modules.identity.service import change_password
from nightmarket.modules.identity.service.forget_sessions import forget_sessions


@periodic("identity.forget_sessions.v1", queue="bulk", every=3600)
async def forget_old_sessions(ctx: Context) -> None:
    """Drop sessions and refresh tokens that were over a month ago."""
    await forget_sessions(ctx)


@job("identity.mail_reset_link.v1", queue="mail")
async def mail_reset_link(ctx: Context, email: str) -> None:
    """Mail a link to set another password, if the address has an account."""
    await change_password.mail_reset_link(ctx, email)


@periodic("identity.forget_tickets.v1", queue="bulk", every=3600)
async def forget_tickets(ctx: Context) -> None:
    """Drop links and steps that nobody can finish any more. Those of the last day count against the next."""
    await forget_rows(ctx, AccountTicket, AccountTicket.expires_at < ctx.clock() - timedelta(days=2))
