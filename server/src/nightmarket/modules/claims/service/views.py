"""What neighbours and clients see of claims."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightmarket.kernel.money import Money
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.states import HELD, Source, State


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as it was read."""

    id: str
    stream_id: str
    item_id: str
    shop_id: str
    product_id: str
    variant_id: str
    buyer_id: str
    code: str
    quantity: int
    unit_price: Money
    state: State
    hold_expires_at: datetime | None
    position: int | None
    source: Source
    order_id: str | None
    created_at: datetime
    is_first_paid: bool = False
    """Nothing is set aside: the units go to whoever pays first."""

    def is_running(self, now: datetime) -> bool:
        """Not past its deadline, even if nobody has released it yet."""
        return self.hold_expires_at is None or self.hold_expires_at > now

    def as_json(self) -> dict[str, Any]:
        """The claim shape of the API."""
        return {
            "id": self.id,
            "state": self.state,
            "stream_id": self.stream_id,
            "item_id": self.item_id,
            "shop_id": self.shop_id,
            "product_id": self.product_id,
            "variant_id": self.variant_id,
            "code": self.code,
            "quantity": self.quantity,
            "unit_price": self.unit_price.as_json(),
            "hold_expires_at": rfc3339(self.hold_expires_at) if self.state == HELD else None,
            "position": self.position,
            "source": self.source,
            "order_id": self.order_id,
            "first_paid": self.is_first_paid,
            "created_at": rfc3339(self.created_at),
        }


def view_of(row: Claim, position: int | None = None) -> ClaimView:
    """The view of a row; `position` is known for waiting claims only."""
    return ClaimView(
        id=row.id,
        stream_id=row.stream_id,
        item_id=row.item_id,
        shop_id=row.shop_id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        buyer_id=row.buyer_id,
        code=row.code,
        quantity=row.quantity,
        unit_price=Money(row.unit_price_minor, row.currency),
        state=row.state,
        hold_expires_at=row.hold_expires_at,
        position=position,
        source=row.source,
        order_id=row.order_id,
        created_at=row.created_at,
        is_first_paid=row.is_first_paid,
    )


def rfc3339(moment: datetime | None) -> str | None:
    """A time on the wire."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
