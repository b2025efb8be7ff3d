"""The shop gives money of an order back, in part or in full, and may put units back on the shelf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import OrderStateConflict
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.orders.service.rework_lines import free_units, payment_to_give_back
from nightmarket.modules.orders.states import State
from nightmarket.modules.payments.errors import NotRefundable
from nightmarket.modules.payments.public import payments_of, request_refund
from nightmarket.modules.shops.public import require_role, role_of

_WITHOUT_GOODS: Final[frozenset[State]] = frozenset({"pending_payment", "cancelled"})
"""What such an order had is held for it still, or free again: there is nothing to put back."""


@dataclass(frozen=True, slots=True)
class RefundWish:
    """How much, why, and which units are for sale again (units by variant)."""

    amount: Money
    reason: str
    restock: Mapping[str, int] = field(default_factory=dict)


async def refund_order(unit: Unit, order_id: str, wish: RefundWish, *, caller: Caller) -> str:
    """Ask for the money back at the gateway that holds it; the refund's id."""
    row = await repository.locked_order(unit, order_id)
    if row is None:
        raise NotFound
    await check_owner(unit, row, caller)
    found = (await payments_of(unit.session, [order_id]))[order_id]
    payment = payment_to_give_back(found, wish.amount)
    if payment is None:
        raise NotRefundable(state=row.state)
    refund_id = await request_refund(unit, payment.id, wish.amount, reason=wish.reason, requested_by=caller.id)
    await _restock(unit, row, wish.restock)
    await repository.note(
        unit,
        order_id,
        "refund_requested",
        actor_id=caller.id,
        details={"refund_id": refund_id, **wish.amount.as_json(), "restock": dict(wish.restock)},
    )
    return refund_id


async def check_owner(unit: Unit, row: OrderRow, caller: Caller) -> None:
    """Only owners give money away. Who does not even work there is told nothing."""
    is_known = row.buyer_id == caller.id or caller.is_admin
    if not is_known and await role_of(unit.session, row.shop_id, caller.id) is None:
        raise NotFound
    await require_role(unit.session, row.shop_id, caller, "owner")


async def _restock(unit: Unit, row: OrderRow, wanted: Mapping[str, int]) -> None:
    """Units come back to where they were sold: into the stock, and into the share of the show they were claimed in."""
    if wanted and row.state in _WITHOUT_GOODS:
        raise OrderStateConflict("The goods of this order are for sale already.", state=row.state)
    lines = await repository.lines_of(unit.session, [row.id])
    for variant_id in sorted(wanted):
        left = wanted[variant_id]
        for line in (line for line in lines if line.variant_id == variant_id):
            units = min(left, line.units - line.restocked)
            if units > 0 and await repository.add_restocked(unit, line.id, units):
                await free_units(unit, row, line, units)
                left -= units
        if left:
            raise InvalidInput("More units of a variant are to be restocked than the order has.")
