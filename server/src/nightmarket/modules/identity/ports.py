"""What identity asks of the modules above."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession


class Obligation(Protocol):
    """Something that has to be settled before its owner can leave."""

    async def binds(self, session: AsyncSession, user_id: str) -> bool:
        """Whether others still depend on this account."""
        ...


@dataclass(frozen=True, slots=True)
class Obligations:
    """All that this installation knows of."""

    all: Sequence[Obligation] = ()
