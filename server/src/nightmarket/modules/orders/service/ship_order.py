"""The shop packs an order, hands the parcel to a carrier, and sees it arrive."""

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.public import close_parcel
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import OrderStateConflict
from nightmarket.modules.orders.events import OrderDelivered, OrderEvent, OrderPacking, OrderShipped
from nightmarket.modules.orders.models import OrderRow, ShipmentRow
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.orders.states import State
from nightmarket.modules.shops.public import require_role, role_of

ROLES = ("owner", "host", "packer")


async def start_packing(unit: Unit, order_id: str, *, caller: Caller) -> None:
    """Somebody has begun to pack it."""
    row = await _mine(unit, order_id, caller)
    await _advance(unit, row, "packing", caller=caller)
    await _tell(unit, row, OrderPacking)


async def ship_order(unit: Unit, order_id: str, *, carrier: str, tracking_number: str, caller: Caller) -> None:
    """A parcel has left. An order may leave in several parcels; the first one makes it `shipped`."""
    row = await _mine(unit, order_id, caller)
    if row.state != "shipped":
        await _advance(unit, row, "shipped", caller=caller)
        await _tell(unit, row, OrderShipped)
    await unit.add_new(
        ShipmentRow(
            id=new_id("shm"),
            order_id=order_id,
            carrier=carrier,
            tracking_number=tracking_number,
            shipped_at=unit.now,
        )
    )


async def mark_delivered(unit: Unit, order_id: str, *, caller: Caller) -> None:
    """The parcel has arrived."""
    row = await _mine(unit, order_id, caller)
    await _advance(unit, row, "delivered", caller=caller)
    await _tell(unit, row, OrderDelivered)


async def _mine(unit: Unit, order_id: str, caller: Caller) -> OrderRow:
    row = await repository.order(unit.session, order_id)
    if row is None:
        raise NotFound
    if (
        not caller.is_admin
        and row.buyer_id != caller.id
        and await role_of(unit.session, row.shop_id, caller.id) is None
    ):
        raise NotFound
    await require_role(unit.session, row.shop_id, caller, *ROLES)
    return row


async def _advance(unit: Unit, row: OrderRow, target: State, *, caller: Caller) -> None:
    if not await repository.move(unit, row.id, target):
        current = await repository.order(unit.session, row.id)
        raise OrderStateConflict(state=current.state if current else row.state)
    if row.box_id is not None:
        await close_parcel(unit, row.id)
    await repository.note(unit, row.id, target, actor_id=caller.id)


async def _tell(unit: Unit, row: OrderRow, event: type[OrderEvent]) -> None:
    lines = await repository.lines_of(unit.session, [row.id])
    unit.announce(event(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines)))
