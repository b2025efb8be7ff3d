"""Money: whole units of the smallest coin in real use, with its currency. No floats, no hidden conversion.

Libraries say TWD has two decimals; nobody pays with cents there, so its exponent is 0. THB has 2 (satang).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Currency = Literal["TWD", "THB"]
EXPONENT: dict[str, int] = {"TWD": 0, "THB": 2}
MAX_MINOR = 10**12


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: a bug, never a user's mistake."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of whole smallest coins: one New Taiwan dollar, one satang."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENT:
            raise ValueError(f"unknown currency {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """The sum of the parts; zero of `currency` when there are none."""
        result = cls(0, currency)
        for part in parts:
            result = result + part
        return result

    def share(self, weights: Sequence[int]) -> list[Money]:
        """Split in proportion to the weights; the remainder goes, coin by coin, to the first shares."""
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        parts = [self.minor * weight // whole for weight in weights]
        for index in range(self.minor - sum(parts)):
            parts[index] += 1
        return [Money(part, self.currency) for part in parts]

    def as_decimal(self) -> Decimal:
        """The amount in the main unit, e.g. 129.00 for 12900 satang: for gateways and display only."""
        return Decimal(self.minor).scaleb(-EXPONENT[self.currency])

    def as_json(self) -> dict[str, int | str]:
        """`{"amount": 12900, "currency": "THB"}`."""
        return {"amount": self.minor, "currency": self.currency}


class MoneyModel(BaseModel):
    """Money on the wire: `amount` in minor units (TWD exponent 0, THB exponent 2)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: int = Field(ge=0, le=MAX_MINOR, strict=True)
    currency: Currency

    @classmethod
    def of(cls, money: Money) -> MoneyModel:
        """The wire form of an amount we computed; also negative sums of ours are a bug here."""
        return cls.model_validate(money.as_json())

    def money(self) -> Money:
        """The domain value."""
        return Money(self.amount, self.currency)
