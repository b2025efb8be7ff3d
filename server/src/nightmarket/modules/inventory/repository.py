"""Every SQL statement on the stock book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.groupcommit import AddRows, Ask, Change, Script, marks, stamp
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.inventory.models import LedgerEntry, Stock
from nightmarket.modules.inventory.states import Effect, Kind

MAX_ON_HAND = 1_000_000_000
MAX_RECEIVED = 2_000_000_000


@dataclass(slots=True)
class StockFacts:
    """The stock of a variant as it is in this transaction."""

    shop: bytes
    on_hand: int
    held: int
    version: int

    @property
    def available(self) -> int:
        """What nobody has a claim to."""
        return self.on_hand - self.held


async def open_book(unit: Unit, shop_id: str, variant_id: str) -> bool:
    """A stock row at zero; False when there is one."""
    row = Stock(variant_id=variant_id, shop_id=shop_id, on_hand=0, held=0, sold=0, received=0, damaged=0, version=0)
    row.updated_at = unit.now
    return await unit.add_new(row)


async def shift(unit: Unit, variant_id: str, change: Effect) -> bool:
    """Move all counters at once, if what is left stays possible: 0 ≤ held ≤ on hand ≤ the most we count, 0 ≤ sold."""
    return await unit.changed_one(
        sa.update(Stock)
        .where(
            Stock.variant_id == variant_id,
            Stock.held + change.held >= 0,
            Stock.on_hand + change.on_hand >= Stock.held + change.held,
            Stock.on_hand + change.on_hand <= MAX_ON_HAND,
            Stock.sold + change.sold >= 0,
            Stock.received + change.received <= MAX_RECEIVED,
        )
        .values(
            on_hand=Stock.on_hand + change.on_hand,
            held=Stock.held + change.held,
            sold=Stock.sold + change.sold,
            received=Stock.received + change.received,
            damaged=Stock.damaged + change.damaged,
            version=Stock.version + 1,
            updated_at=unit.now,
        )
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """A stock row."""

    variant_id: str
    shop_id: str
    on_hand: int
    held: int
    sold: int
    received: int
    damaged: int
    version: int


async def rows(session: AsyncSession, variant_ids: Sequence[str], *, locked: bool = False) -> list[Counters]:
    """The counters as stored now; locked, so that they stay true until the transaction ends."""
    query = sa.select(
        Stock.variant_id,
        Stock.shop_id,
        Stock.on_hand,
        Stock.held,
        Stock.sold,
        Stock.received,
        Stock.damaged,
        Stock.version,
    ).where(Stock.variant_id.in_(variant_ids))
    if locked:
        query = query.order_by(Stock.variant_id).with_for_update()
    return [Counters(*row) for row in await session.execute(query)]


async def moved_since(session: AsyncSession, since: datetime, *, limit: int) -> list[str]:
    """Variants whose counters have changed lately."""
    query = sa.select(Stock.variant_id).where(Stock.updated_at >= since).order_by(Stock.updated_at.desc())
    return list(await session.scalars(query.limit(limit)))


def decisive_levels(variant_ids: Sequence[str]) -> Script[dict[str, StockFacts]]:
    """What is there of each variant: locked, so that it stays true."""
    wanted = {key_of("var", variant_id): variant_id for variant_id in variant_ids}
    rows = yield Ask(
        "SELECT variant_id, shop_id, on_hand, held, version FROM stock "  # noqa: S608
        f"WHERE variant_id IN ({marks(len(wanted))}) ORDER BY variant_id",
        sorted(wanted),
        locks=True,
    )
    return {wanted[bytes(row[0])]: StockFacts(bytes(row[1]), *row[2:]) for row in rows}


def hold_units(holds: Sequence[tuple[str, int, str]], facts: Mapping[str, StockFacts], now: datetime) -> Script[None]:
    """Set units of locked variants aside: (variant, quantity, reference) each. `facts` are brought up to date.

    Numbers, guard and ledger are those of a single hold: as many entries as holds, each with the balance after it.
    """
    sums: dict[bytes, list[int]] = {}
    entries = []
    at = stamp(now)
    for variant_id, quantity, reference in holds:
        stock, key = facts[variant_id], key_of("var", variant_id)
        stock.held += quantity
        stock.version += 1
        entries.append((key, stock.version, "held", 0, quantity, stock.on_hand, stock.held, reference, at))
        total = sums.setdefault(key, [0, 0])
        total[0] += quantity
        total[1] += 1
    cases = " WHEN ? THEN ?" * len(sums)
    units = [part for key, total in sums.items() for part in (key, total[0])]
    counts = [part for key, total in sums.items() for part in (key, total[1])]
    matched = yield Change(
        f"UPDATE stock SET held = held + CASE variant_id{cases} END, version = version + CASE variant_id{cases} END, "  # noqa: S608
        f"updated_at = ? WHERE variant_id IN ({marks(len(sums))}) AND on_hand >= held + CASE variant_id{cases} END",
        [*units, *counts, at, *sums, *units],
    )
    if matched != len(sums):
        raise RuntimeError("units were held that are not there")
    yield AddRows("stock_ledger", _LEDGER, entries)


_LEDGER = (
    "variant_id",
    "number",
    "kind",
    "delta_on_hand",
    "delta_held",
    "on_hand_after",
    "held_after",
    "reference",
    "created_at",
)


async def ledger(session: AsyncSession, variant_id: str, *, before: int | None, limit: int) -> Sequence[LedgerEntry]:
    """Entries of a variant, newest first."""
    query = sa.select(LedgerEntry).where(LedgerEntry.variant_id == variant_id)
    if before is not None:
        query = query.where(LedgerEntry.number < before)
    return (await session.scalars(query.order_by(LedgerEntry.number.desc()).limit(limit))).all()


async def discrepancies(session: AsyncSession, limit: int, since: datetime | None) -> Sequence[str]:
    """Variants whose counters are not the sum of their ledger, do not add up, or whose numbering has a gap."""

    def moved(*kinds: Kind) -> sa.ColumnElement[int]:
        """Units on hand that entries of these kinds brought."""
        return total(sa.func.sum(sa.case((LedgerEntry.kind.in_(kinds), LedgerEntry.delta_on_hand), else_=0)), 0)

    total = sa.func.coalesce
    counters = (Stock.on_hand, Stock.held, Stock.sold, Stock.received, Stock.damaged, Stock.version)
    query = (
        sa.select(Stock.variant_id)
        .outerjoin(LedgerEntry, LedgerEntry.variant_id == Stock.variant_id)
        .group_by(Stock.variant_id, *counters)
        .having(
            sa.or_(
                total(sa.func.sum(LedgerEntry.delta_on_hand), 0) != Stock.on_hand,
                total(sa.func.sum(LedgerEntry.delta_held), 0) != Stock.held,
                moved("sold", "restocked", "returned") != -Stock.sold,
                moved("received", "adjusted") != Stock.received,
                moved("damaged") != -Stock.damaged,
                Stock.received != Stock.on_hand + Stock.sold + Stock.damaged,
                sa.func.count(LedgerEntry.number) != Stock.version,
                total(sa.func.max(LedgerEntry.number), 0) != Stock.version,
            )
        )
        .limit(limit)
    )
    if since is not None:
        query = query.where(Stock.updated_at >= since)
    return (await session.scalars(query)).all()
