"""What the modules above may ask of orders."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.modules.orders import repository
from nightmarket.modules.orders.service.place_order import Placed, PlaceOrder, place_order
from nightmarket.modules.orders.service.read_orders import OrderView, order_for, order_view, stream_ids
from nightmarket.modules.orders.service.settle_order import GIVEN_UP, PAID_SECOND, SOLD_MEANWHILE
from nightmarket.modules.orders.states import State

__all__ = [
    "GIVEN_UP",
    "PAID_SECOND",
    "SOLD_MEANWHILE",
    "OrderView",
    "OrdersHoldUnits",
    "PlaceOrder",
    "Placed",
    "State",
    "order_for",
    "order_view",
    "place_order",
    "stream_ids",
]


class OrdersHoldUnits:
    """What orders tell the stock book about units they hold."""

    async def held_units(self, session: AsyncSession, variant_ids: Sequence[str]) -> Mapping[str, int]:
        """See `inventory.ports.Holder`."""
        return await repository.units_held(session, variant_ids)
