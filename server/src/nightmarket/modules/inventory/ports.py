"""What the stock book asks of the modules that hold units in it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession


class Holder(Protocol):
    """A module that sets units aside for somebody, with records of its own about it."""

    async def held_units(self, session: AsyncSession, variant_ids: Sequence[str]) -> Mapping[str, int]:
        """Units of these variants that its records say are held now; a variant it holds none of may be left out."""


class Holders:
    """All of them: together they account for every held unit."""

    def __init__(self, holders: Sequence[Holder]) -> None:
        self._holders = holders

    async def held_units(self, session: AsyncSession, variant_ids: Sequence[str]) -> dict[str, int]:
        """Held units by variant, over all holders."""
        sums = dict.fromkeys(variant_ids, 0)
        for holder in self._holders:
            for variant_id, units in (await holder.held_units(session, variant_ids)).items():
                sums[variant_id] += units
        return sums
