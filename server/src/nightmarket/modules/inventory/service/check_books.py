"""Prove that the books add up: each stock row is the sum of its ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.modules.inventory import repository

log = get_logger(__name__)

_LIMIT = 100
_LOOKS_BACK = timedelta(minutes=15)


async def books_that_do_not_add_up(session: AsyncSession, *, since: datetime | None = None) -> Sequence[str]:
    """Variants whose counters and ledger disagree, of those changed lately or of all; empty when all is well."""
    return await repository.discrepancies(session, _LIMIT, since)


async def check_recent_books(ctx: Context) -> None:
    """Look over what changed in the last minutes; a discrepancy is a bug that somebody must see."""
    async with ctx.reader() as session:
        wrong = await books_that_do_not_add_up(session, since=ctx.clock() - _LOOKS_BACK)
    if wrong:
        log.error("inventory.books_do_not_add_up", variant_ids=list(wrong))
