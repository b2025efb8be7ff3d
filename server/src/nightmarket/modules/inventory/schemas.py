"""HTTP shapes of the stock book."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nightmarket.kernel.text import Line
from nightmarket.modules.inventory.states import Kind

MAX_DELTA = 1_000_000


class AdjustmentIn(BaseModel):
    """Units that came (positive) or went (negative), and why."""

    model_config = ConfigDict(extra="forbid")

    delta: int = Field(ge=-MAX_DELTA, le=MAX_DELTA, strict=True, json_schema_extra={"not": {"const": 0}})
    reason: Annotated[str, Line(200)]


class StockOut(BaseModel):
    """`on_hand` includes held units; `available` can still be promised."""

    on_hand: int
    held: int
    available: int


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
