"""Move units: hold, release, sell, restock, receive, adjust. One guarded update and one ledger entry each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.inventory import repository
from nightmarket.modules.inventory.errors import StockBelowHeld, StockTooLarge
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.inventory.models import LedgerEntry
from nightmarket.modules.inventory.states import EFFECT, Kind


@dataclass(frozen=True, slots=True)
class StockLevel:
    """`on_hand` is physically there, held units included; `available` can still be promised."""

    on_hand: int
    held: int

    @property
    def available(self) -> int:
        """What nobody has a claim to."""
        return self.on_hand - self.held


class StockInconsistent(RuntimeError):
    """Units were to be released or sold that are not held: a bug of the caller, never of a buyer."""


async def levels(session: AsyncSession, variant_ids: Sequence[str]) -> dict[str, StockLevel]:
    """The levels of those variants that have books."""
    found = await repository.rows(session, variant_ids) if variant_ids else []
    return {row[0]: StockLevel(row[2], row[3]) for row in found}


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


async def adjust(
    unit: Unit, *, shop_id: str, variant_id: str, delta: int, reason: str, actor_id: str | None
) -> StockLevel:
    """The shop counted, received or lost units. Promised units cannot be adjusted away."""
    before = await repository.rows(unit.session, [variant_id])
    if not before or before[0][1] != shop_id:
        raise NotFound
    if not await repository.shift(unit, variant_id, on_hand=delta, held=0):
        if delta > 0:
            raise StockTooLarge
        level = (await levels(unit.session, [variant_id]))[variant_id]
        raise StockBelowHeld(available=level.available)
    return await _write(unit, "adjusted", variant_id, (delta, 0), _Note(reason=reason, actor_id=actor_id))


class CatalogStockBook:
    """The catalog's port to this module."""

    async def receive(self, unit: Unit, *, shop_id: str, variant_id: str, quantity: int, reason: str) -> None:
        """Open the books of a variant, with the first units if there are any."""
        await repository.open_book(unit, shop_id, variant_id)
        if quantity:
            if not await repository.shift(unit, variant_id, on_hand=quantity, held=0):
                raise StockTooLarge
            await _write(unit, "received", variant_id, (quantity, 0), _Note(reason=reason))

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
    on_hand, held = (quantity * effect for effect in EFFECT[kind])
    if not await repository.shift(unit, variant_id, on_hand=on_hand, held=held):
        return False
    await _write(unit, kind, variant_id, (on_hand, held), _Note(reference=reference))
    return True


@dataclass(frozen=True, slots=True)
class _Note:
    """What an entry remembers beside its numbers."""

    reference: str | None = None
    reason: str | None = None
    actor_id: str | None = None


async def _write(unit: Unit, kind: Kind, variant_id: str, deltas: tuple[int, int], note: _Note) -> StockLevel:
    """Enter a change that was just made. The row is locked by it, so nobody can come between."""
    _, shop_id, on_hand, held, version = (await repository.rows(unit.session, [variant_id]))[0]
    await unit.add(
        LedgerEntry(
            variant_id=variant_id,
            number=version,
            kind=kind,
            delta_on_hand=deltas[0],
            delta_held=deltas[1],
            on_hand_after=on_hand,
            held_after=held,
            reference=note.reference,
            reason=note.reason,
            actor_id=note.actor_id,
            created_at=unit.now,
        )
    )
    level = StockLevel(on_hand, held)
    unit.announce(StockChanged(variant_id, shop_id, on_hand, held, level.available, version))
    return level
