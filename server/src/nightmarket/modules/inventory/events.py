"""News about stock."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class StockChanged(Event):
    """The numbers of a variant after a change. `version` grows by one with each change of the same variant."""

    topic: ClassVar[str] = "inventory.stock_changed"

    variant_id: str
    shop_id: str
    on_hand: int
    held: int
    available: int
    version: int = 0
