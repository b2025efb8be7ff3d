"""An order is given up before it is packed: all of it, or some of its units.

A buyer gives up what is not paid yet. The shop may take back paid goods too; then the money goes back, which is for its
owner to decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import OrderStateConflict
from nightmarket.modules.orders.events import OrderCancelled, OrderChanged
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.orders.service.close_order import close_unpaid, leave_parcel
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.orders.service.rework_lines import (
    drop_units,
    free_units,
    keep_price,
    priced_again,
    settle_difference,
)
from nightmarket.modules.orders.states import CancelReason
from nightmarket.modules.payments import public as payments
from nightmarket.modules.shops.public import require_role, role_of


@dataclass(frozen=True, slots=True)
class CancelWish:
    """Why, and which units (by line); None: all of them."""

    reason: str | None = None
    lines: Mapping[str, int] | None = None


async def cancel_order(unit: Unit, ctx: Context, order_id: str, wish: CancelWish, *, caller: Caller) -> None:
    """Take units, or everything, out of an order that is not packed yet."""
    row = await repository.locked_order(unit, order_id)
    if row is None:
        raise NotFound
    who = await _who(unit, row, caller)
    if row.state not in ({"pending_payment"} if who == "buyer" else {"pending_payment", "paid"}):
        raise OrderStateConflict(state=row.state)
    if row.state == "paid":
        await require_role(unit.session, row.shop_id, caller, "owner")
    lines = {line.id: line for line in await repository.lines_of(unit.session, [order_id])}
    wanted = dict(wish.lines) if wish.lines is not None else None
    if wanted is not None and not set(wanted) <= set(lines):
        raise InvalidInput("A line is not one of this order.")
    left = {line.id: line.units - line.restocked for line in lines.values() if line.units > line.restocked}
    if wanted is None or all(wanted.get(line_id, 0) >= units for line_id, units in left.items()):
        await _cancel_all(unit, row, wish, who=who, by=caller.id)
    else:
        await _cancel_some(unit, ctx, row, wish, who=who, by=caller.id)


async def _who(unit: Unit, row: OrderRow, caller: Caller) -> CancelReason:
    if row.buyer_id == caller.id:
        return "buyer"
    if not caller.is_admin and await role_of(unit.session, row.shop_id, caller.id) is None:
        raise NotFound
    await require_role(unit.session, row.shop_id, caller, "owner", "host")
    return "shop"


async def _cancel_all(unit: Unit, row: OrderRow, wish: CancelWish, *, who: CancelReason, by: str) -> None:
    details: dict[str, Any] = {"reason": wish.reason} if wish.reason else {}
    if row.state == "pending_payment":
        if not await close_unpaid(unit, row, who):
            raise OrderStateConflict(state=row.state)
        await payments.cancel_open(unit, row.id)
        await repository.note(unit, row.id, "cancelled", actor_id=by, details=details)
        return
    lines = await repository.lines_of(unit.session, [row.id])
    for line in sorted(lines, key=lambda one: (one.variant_id, one.id)):
        if line.units > line.restocked:
            await free_units(unit, row, line, line.units - line.restocked)
    is_ours = await repository.move(
        unit, row.id, "cancelled", only_from={"paid"}, cancel_reason=who, closed_at=unit.now
    )
    if not is_ours:
        raise OrderStateConflict(state=row.state)
    kept = await leave_parcel(unit, row)
    await _pay_back(unit, row, kept, reason=wish.reason or "the order was cancelled")
    if kept.minor:
        details["kept_for_shipping"] = kept.as_json()
    await repository.note(unit, row.id, "cancelled", actor_id=by, details=details)
    unit.announce(
        OrderCancelled(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines))
    )


async def _pay_back(unit: Unit, row: OrderRow, kept: Money, *, reason: str) -> None:
    """All that is left of the order's money, but for what stays in the parcel: that is paid for or given back there."""
    for payment in reversed((await payments.payments_of(unit.session, [row.id]))[row.id]):
        stays = min(kept, payment.refundable)
        kept -= stays
        if stays < payment.refundable:
            await payments.request_refund(unit, payment.id, payment.refundable - stays, reason=reason)


async def _cancel_some(
    unit: Unit, ctx: Context, row: OrderRow, wish: CancelWish, *, who: CancelReason, by: str
) -> None:
    lines = {line.id: line for line in await repository.lines_of(unit.session, [row.id])}
    wanted = wish.lines or {}
    for line_id in sorted(wanted, key=lambda one: (lines[one].variant_id, one)):
        await drop_units(unit, row, lines[line_id], wanted[line_id])
    rest = await repository.lines_of(unit.session, [row.id])
    old = Money(row.total_minor, row.currency)
    price = await priced_again(unit, ctx, row, rest, may_raise_shipping=who == "buyer")
    await keep_price(unit, row, price)
    await settle_difference(unit, ctx, row, old=old, new=price.total, by=by)
    await repository.note(
        unit,
        row.id,
        "units_cancelled",
        actor_id=by,
        details={"lines": dict(wanted)} | ({"reason": wish.reason} if wish.reason else {}),
    )
    unit.announce(
        OrderChanged(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(rest))
    )
