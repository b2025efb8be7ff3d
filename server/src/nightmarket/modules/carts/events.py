"""What carts announce."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class CartAbandoned(Event):
    """Somebody put things of a shop into their bag and has not come back for long. Told once, until they do."""

    topic: ClassVar[str] = "carts.abandoned"
    buyer_id: str
    shop_id: str
    variant_ids: list[str]
    units: int
