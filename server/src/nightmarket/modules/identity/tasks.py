"""Recurring work of accounts."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.kernel.tidying import forget_rows
from nightmarket.modules.identity.models import AccountTicket
from nightmarket.modules.identity.service.change_password import mail_reset_link
from nightmarket.modules.identity.service.erase_account import erase_due
from nightmarket.modules.identity.service.forget_sessions import forget_sessions

__all__ = ["erase_accounts", "forget_old_sessions", "forget_tickets", "mail_reset_link"]


@periodic("identity.forget_sessions.v1", queue="bulk", every=3600)
async def forget_old_sessions(ctx: Context) -> None:
    """Drop sessions and refresh tokens that were over a month ago."""
    await forget_sessions(ctx)


@periodic("identity.forget_tickets.v1", queue="bulk", every=3600)
async def forget_tickets(ctx: Context) -> None:
    """Drop links and steps that nobody can finish any more. Those of the last day count against the next."""
    await forget_rows(ctx, AccountTicket, AccountTicket.expires_at < ctx.clock() - timedelta(days=2))


@periodic("identity.erase_accounts.v1", queue="bulk", every=3600)
async def erase_accounts(ctx: Context) -> None:
    """Erase the accounts whose owners have left and not come back."""
    await erase_due(ctx)
