"""Prove that the books add up: each stock row is the sum of its ledger."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.modules.inventory import repository


async def books_that_do_not_add_up(session: AsyncSession, limit: int = 100) -> Sequence[str]:
    """Variants whose counters and ledger disagree; empty when all is well."""
    return await repository.discrepancies(session, limit)
