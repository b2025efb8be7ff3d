"""HTTP shapes of the stock book."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nightmarket.kernel.text import Line
from nightmarket.modules.inventory.service.book_stock import Entry
from nightmarket.modules.inventory.states import EFFECT, ENTERED, Kind

MAX_DELTA = 1_000_000


class AdjustmentIn(BaseModel):
    """Units that came (positive) or went (negative), and why.

    `reason` names the kind: `received` (from a supplier), `returned` (from a buyer), `damaged` (or lost; negative), or
    `adjusted` (counted). Other words are a correction by counting for that reason.
    """

    model_config = ConfigDict(extra="forbid")

    delta: int = Field(ge=-MAX_DELTA, le=MAX_DELTA, strict=True, json_schema_extra={"not": {"const": 0}})
    reason: Annotated[str, Line(200)]
    note: Annotated[str, Line(200)] | None = Field(default=None, description="What the ledger keeps beside the kind.")

    @property
    def entry(self) -> Entry:
        """The command."""
        kind = ENTERED.get(self.reason.lower())
        return Entry(kind or "adjusted", self.delta, self.note or self.reason)

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        wrong = EFFECT[self.entry.kind].on_hand * self.delta < 0 and self.entry.kind != "adjusted"
        if wrong:
            raise ValueError(f"{self.reason}: the delta has the wrong sign")
        return self


class StockOut(BaseModel):
    """`on_hand` includes held units; `available` can still be promised.

    `received` is all that ever came, as counted: held + available + sold + damaged.
    """

    on_hand: int
    held: int
    sold: int
    available: int
    received: int
    damaged: int


class LedgerEntryOut(BaseModel):
    """One change with the balance after it."""

    number: int
    kind: Kind
    delta_on_hand: int
    delta_held: int
    on_hand_after: int
    held_after: int
    reference: str | None
    reason: str | None
    actor_id: str | None
    created_at: datetime
