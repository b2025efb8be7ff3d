"""What is to be told, before anybody has put it into words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money

Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Telling:
    """The facts of one message. `variant` chooses among the texts of its kind."""

    words: Words
    link: str | None
    market: str
    variant: str = ""
    expires_at: datetime | None = None
    """When it is of no use any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a composer works with: the fact, to whom, and where to look things up."""

    session: AsyncSession
    ctx: Context
    user_id: str
    facts: dict[str, Any] = field(default_factory=dict)


def money(amount: Money) -> list[Any]:
    """An amount among the words."""
    return ["money", amount.minor, amount.currency]


def moment(at: datetime) -> list[Any]:
    """A time among the words."""
    return ["at", at.isoformat()]
