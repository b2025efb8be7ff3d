"""Every SQL statement on the stock book."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.inventory.models import LedgerEntry, Stock

MAX_ON_HAND = 1_000_000_000


async def open_book(unit: Unit, shop_id: str, variant_id: str) -> bool:
    """A stock row at zero; False when there is one."""
    return await unit.add_new(
        Stock(variant_id=variant_id, shop_id=shop_id, on_hand=0, held=0, version=0, updated_at=unit.now)
    )


async def shift(unit: Unit, variant_id: str, *, on_hand: int, held: int) -> bool:
    """Move both counters at once, if what is left stays possible: 0 ≤ held ≤ on hand ≤ the most we count."""
    return await unit.changed_one(
        sa.update(Stock)
        .where(
            Stock.variant_id == variant_id,
            Stock.held + held >= 0,
            Stock.on_hand + on_hand >= Stock.held + held,
            Stock.on_hand + on_hand <= MAX_ON_HAND,
        )
        .values(on_hand=Stock.on_hand + on_hand, held=Stock.held + held, version=Stock.version + 1, updated_at=unit.now)
    )


async def rows(session: AsyncSession, variant_ids: Sequence[str]) -> Sequence[sa.Row[str, str, int, int, int]]:
    """(variant, shop, on hand, held, version) as stored now."""
    query = sa.select(Stock.variant_id, Stock.shop_id, Stock.on_hand, Stock.held, Stock.version).where(
        Stock.variant_id.in_(variant_ids)
    )
    return (await session.execute(query)).all()


async def ledger(session: AsyncSession, variant_id: str, *, before: int | None, limit: int) -> Sequence[LedgerEntry]:
    """Entries of a variant, newest first."""
    query = sa.select(LedgerEntry).where(LedgerEntry.variant_id == variant_id)
    if before is not None:
        query = query.where(LedgerEntry.number < before)
    return (await session.scalars(query.order_by(LedgerEntry.number.desc()).limit(limit))).all()


async def discrepancies(session: AsyncSession, limit: int, since: datetime | None) -> Sequence[str]:
    """Variants whose counters are not the sum of their ledger, or whose numbering has a gap."""
    total = sa.func.coalesce
    query = (
        sa.select(Stock.variant_id)
        .outerjoin(LedgerEntry, LedgerEntry.variant_id == Stock.variant_id)
        .group_by(Stock.variant_id, Stock.on_hand, Stock.held, Stock.version)
        .having(
            sa.or_(
                total(sa.func.sum(LedgerEntry.delta_on_hand), 0) != Stock.on_hand,
                total(sa.func.sum(LedgerEntry.delta_held), 0) != Stock.held,
                sa.func.count(LedgerEntry.number) != Stock.version,
                total(sa.func.max(LedgerEntry.number), 0) != Stock.version,
            )
        )
        .limit(limit)
    )
    if since is not None:
        query = query.where(Stock.updated_at >= since)
    return (await session.scalars(query)).all()
