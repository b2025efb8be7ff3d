"""What the catalog asks of whoever counts the goods."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit


class StockBook(Protocol):
    """The units behind each variant. The catalog shows them; it never counts them itself."""

    async def receive(self, unit: Unit, *, shop_id: str, variant_id: str, quantity: int, reason: str) -> None:
        """Open the books of a new variant with this many units."""

    async def available(self, session: AsyncSession, variant_ids: Sequence[str]) -> dict[str, int]:
        """Units that can still be promised to somebody; 0 for a variant without books."""
