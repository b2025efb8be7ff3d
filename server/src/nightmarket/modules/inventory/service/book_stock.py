"""Move units: hold, release, sell, restock, receive, adjust. One guarded update and one ledger entry each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.inventory import repository
from nightmarket.modules.inventory.errors import MoreReturnedThanSold, StockBelowHeld, StockTooLarge
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.inventory.models import LedgerEntry
from nightmarket.modules.inventory.states import EFFECT, Effect, EnteredKind, Kind


@dataclass(frozen=True, slots=True)
class StockLevel:
    """`on_hand` is physically there, held units included; `available` can still be promised.

    received = held + available + sold + damaged.
    """

    on_hand: int
    held: int
    sold: int
    received: int
    damaged: int

    @property
    def available(self) -> int:
        """What nobody has a claim to."""
        return self.on_hand - self.held


class StockInconsistent(RuntimeError):
    """Units were to be released or sold that are not held: a bug of the caller, never of a buyer."""


async def levels(session: AsyncSession, variant_ids: Sequence[str]) -> dict[str, StockLevel]:
    """The levels of those variants that have books."""
    found = await repository.rows(session, variant_ids) if variant_ids else []
    return {row.variant_id: level_of(row) for row in found}


def level_of(row: repository.Counters) -> StockLevel:
    """What a row says."""
    return StockLevel(row.on_hand, row.held, row.sold, row.received, row.damaged)


async def hold(unit: Unit, *, variant_id: str, quantity: int, reference: str) -> bool:
    """Set units aside for somebody. False: there are not that many free, and nothing changed."""
    return await _move(unit, "held", variant_id, quantity, reference)


async def release(unit: Unit, *, variant_id: str, quantity: int, reference: str) -> None:
    """Held units are free again."""
    await _must_move(unit, "released", variant_id, quantity, reference)


async def sell(unit: Unit, *, variant_id: str, quantity: int, reference: str) -> None:
    """Held units leave the house."""
    await _must_move(unit, "sold", variant_id, quantity, reference)


async def restock(unit: Unit, *, variant_id: str, quantity: int, reference: str) -> None:
    """Sold units come back."""
    await _must_move(unit, "restocked", variant_id, quantity, reference)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody of the shop enters: so many units more (or fewer), of which kind, and why."""

    kind: EnteredKind
    delta: int
    reason: str


async def adjust(unit: Unit, *, shop_id: str, variant_id: str, entry: Entry, actor_id: str | None) -> StockLevel:
    """The shop received, counted, lost or got back units. Promised units cannot be adjusted away."""
    before = await repository.rows(unit.session, [variant_id])
    if not before or before[0].shop_id != shop_id:
        raise NotFound
    one = EFFECT[entry.kind]
    change = one.times(entry.delta * one.on_hand)
    if not await repository.shift(unit, variant_id, change):
        level = (await levels(unit.session, [variant_id]))[variant_id]
        if level.sold + change.sold < 0:
            raise MoreReturnedThanSold(sold=level.sold)
        raise StockTooLarge if entry.delta > 0 else StockBelowHeld(available=level.available)
    return await _write(unit, entry.kind, variant_id, change, _Note(reason=entry.reason, actor_id=actor_id))


class CatalogStockBook:
    """The catalog's port to this module."""

    async def receive(self, unit: Unit, *, shop_id: str, variant_id: str, quantity: int, reason: str) -> None:
        """Open the books of a variant, with the first units if there are any."""
        await repository.open_book(unit, shop_id, variant_id)
        if quantity:
            change = EFFECT["received"].times(quantity)
            if not await repository.shift(unit, variant_id, change):
                raise StockTooLarge
            await _write(unit, "received", variant_id, change, _Note(reason=reason))

    async def available(self, session: AsyncSession, variant_ids: Sequence[str]) -> dict[str, int]:
        """Free units of each variant."""
        found = await levels(session, variant_ids)
        return {one: found[one].available if one in found else 0 for one in variant_ids}


async def _must_move(unit: Unit, kind: Kind, variant_id: str, quantity: int, reference: str) -> None:
    if not await _move(unit, kind, variant_id, quantity, reference):
        raise StockInconsistent(f"{quantity} units of {variant_id} cannot be {kind} for {reference}")


async def _move(unit: Unit, kind: Kind, variant_id: str, quantity: int, reference: str) -> bool:
    if quantity < 1:
        raise ValueError("a quantity is at least 1")
    change = EFFECT[kind].times(quantity)
    if not await repository.shift(unit, variant_id, change):
        return False
    await _write(unit, kind, variant_id, change, _Note(reference=reference))
    return True


@dataclass(frozen=True, slots=True)
class _Note:
    """What an entry remembers beside its numbers."""

    reference: str | None = None
    reason: str | None = None
    actor_id: str | None = None


async def _write(unit: Unit, kind: Kind, variant_id: str, change: Effect, note: _Note) -> StockLevel:
    """Enter a change that was just made. The row is locked by it, so nobody can come between."""
    row = (await repository.rows(unit.session, [variant_id]))[0]
    await unit.add(
        LedgerEntry(
            variant_id=variant_id,
            number=row.version,
            kind=kind,
            delta_on_hand=change.on_hand,
            delta_held=change.held,
            on_hand_after=row.on_hand,
            held_after=row.held,
            reference=note.reference,
            reason=note.reason,
            actor_id=note.actor_id,
            created_at=unit.now,
        )
    )
    level = level_of(row)
    unit.announce(StockChanged(variant_id, row.shop_id, row.on_hand, row.held, level.available, row.version))
    return level
