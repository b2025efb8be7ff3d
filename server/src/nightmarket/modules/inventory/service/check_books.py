"""Prove that the books add up: each stock row is the sum of its ledger, and somebody answers for each held unit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.unit import Unit
from nightmarket.modules.inventory import repository
from nightmarket.modules.inventory.ports import Holders

log = get_logger(__name__)

_LIMIT = 100
_LOOKS_BACK = timedelta(minutes=15)
_MOST_MOVED = 500


async def books_that_do_not_add_up(session: AsyncSession, *, since: datetime | None = None) -> Sequence[str]:
    """Variants whose counters and ledger disagree, of those changed lately or of all; empty when all is well."""
    return await repository.discrepancies(session, _LIMIT, since)


async def holds_without_holder(ctx: Context, variant_ids: Sequence[str]) -> list[str]:
    """Those of the variants whose held units are not the units that claims and orders say they hold.

    Looks without locks first. What differs is looked at again with the rows locked: a transaction that moves units
    changes row and record together, so only a real difference is left then.
    """
    async with ctx.reader() as session:
        suspects = await _differing(session, ctx, variant_ids)
    if not suspects:
        return []

    async def look_again(unit: Unit) -> list[str]:
        return await _differing(unit.session, ctx, suspects, locked=True)

    return await ctx.transact(look_again)


async def _differing(
    session: AsyncSession, ctx: Context, variant_ids: Sequence[str], *, locked: bool = False
) -> list[str]:
    found = {row.variant_id: row.held for row in await repository.rows(session, variant_ids, locked=locked)}
    held = await ctx.port(Holders).held_units(session, list(found))
    return [variant_id for variant_id, units in held.items() if found[variant_id] != units]


async def check_recent_books(ctx: Context) -> None:
    """Look over what changed in the last minutes; a discrepancy is a bug that somebody must see."""
    since = ctx.clock() - _LOOKS_BACK
    async with ctx.reader() as session:
        wrong = await books_that_do_not_add_up(session, since=since)
        moved = await repository.moved_since(session, since, limit=_MOST_MOVED)
    if wrong:
        log.error("inventory.books_do_not_add_up", variant_ids=list(wrong))
    unheld = await holds_without_holder(ctx, moved) if moved else []
    if unheld:
        log.error("inventory.holds_without_holder", variant_ids=unheld)
