"""Before an order is packed its address can be corrected, and the shop can change what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers import public as buyers
from nightmarket.modules.buyers.errors import BuyerBlocked
from nightmarket.modules.catalog.public import variant_cards
from nightmarket.modules.claims.public import take_more
from nightmarket.modules.identity.public import Address, Caller
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import LineUnavailable, OrderStateConflict, OutOfStock
from nightmarket.modules.orders.events import OrderChanged
from nightmarket.modules.orders.models import OrderLineRow, OrderRow
from nightmarket.modules.orders.service.describe_search import search_text_of
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.orders.service.rework_lines import (
    drop_units,
    keep_price,
    priced_again,
    settle_difference,
)
from nightmarket.modules.orders.states import BEFORE_PACKING
from nightmarket.modules.shops.public import require_role, role_of

MAX_UNITS = 99
_ADDRESS_ROLES = ("owner", "host", "packer")
_LINE_ROLES = ("owner", "host")


@dataclass(frozen=True, slots=True)
class LineWish:
    """How many units a line shall have (0: none), or how many of a variant there shall be that no show sold."""

    quantity: int
    line_id: str | None = None
    variant_id: str | None = None


@dataclass(frozen=True, slots=True)
class OrderEdit:
    """What shall be different; None leaves it as it is, an empty note takes the note away."""

    address: Address | None = None
    recipient: str | None = None
    phone: str | None = None
    note: str | None = None
    lines: Sequence[LineWish] = ()


async def edit_order(unit: Unit, ctx: Context, order_id: str, edit: OrderEdit, *, caller: Caller) -> None:
    """Change an order nobody has begun to pack. Address and note: its buyer and the shop; lines: the shop,
    its owner alone once it is paid."""
    row = await repository.locked_order(unit, order_id)
    if row is None:
        raise NotFound
    await _check(unit, row, edit, caller)
    if row.state not in BEFORE_PACKING:
        raise OrderStateConflict(state=row.state)
    if edit.lines:
        await _edit_lines(unit, ctx, row, edit.lines, by=caller.id)
    await _edit_contact(unit, row, edit, by=caller.id)
    lines = await repository.lines_of(unit.session, [order_id])
    unit.announce(
        OrderChanged(order_id=row.id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines))
    )


async def _check(unit: Unit, row: OrderRow, edit: OrderEdit, caller: Caller) -> None:
    is_buyer = row.buyer_id == caller.id
    if not is_buyer and not caller.is_admin and await role_of(unit.session, row.shop_id, caller.id) is None:
        raise NotFound
    if edit.lines:
        # What leaves a paid order is paid back, and only owners give money back.
        roles = _LINE_ROLES if row.state == "pending_payment" else ("owner",)
        await require_role(unit.session, row.shop_id, caller, *roles)
    elif not is_buyer:
        await require_role(unit.session, row.shop_id, caller, *_ADDRESS_ROLES)


async def _edit_contact(unit: Unit, row: OrderRow, edit: OrderEdit, *, by: str) -> None:
    address = edit.address or Address(**row.address)
    if edit.recipient is not None:
        address = replace(address, recipient=edit.recipient)
    if edit.phone is not None:
        address = replace(address, phone=edit.phone)
    if by == row.buyer_id and address.phone != row.address.get("phone"):
        await _check_phone(unit, row, address.phone)
    changed = [name for name, value in address.as_json().items() if row.address.get(name) != value]
    note = row.note if edit.note is None else edit.note or None
    lines = await repository.lines_of(unit.session, [row.id])
    text = await search_text_of(unit.session, row, address, lines)
    if not await repository.set_open(unit, row.id, address=address.as_json(), note=note, search_text=text):
        raise OrderStateConflict(state=row.state)
    if changed or note != row.note:
        # Which fields, not what was in them: addresses have no place in a log that outlives them.
        fields = changed + (["note"] if note != row.note else [])
        await repository.note(unit, row.id, "edited", actor_id=by, details={"fields": fields})


async def _check_phone(unit: Unit, row: OrderRow, phone: str) -> None:
    """The number is held to the same as that of a new order: what is refused there does not come in afterwards."""
    block = await buyers.block_of_phone(unit.session, row.shop_id, row.buyer_id, phone)
    if block is not None:
        raise BuyerBlocked(reason=block.block_reason)
    await buyers.note_phone(unit, row.shop_id, row.buyer_id, phone)


async def _edit_lines(unit: Unit, ctx: Context, row: OrderRow, wishes: Sequence[LineWish], *, by: str) -> None:
    lines = {line.id: line for line in await repository.lines_of(unit.session, [row.id])}
    for wish in sorted(wishes, key=lambda one: _variant_of(one, lines)):
        meant = [lines[wish.line_id]] if wish.line_id else _from_the_bag(wish, lines)
        if wish.line_id is None and {line.id for line in meant} & {one.line_id for one in wishes}:
            raise InvalidInput("A line is named twice: by itself, and by its variant.")
        more = wish.quantity - sum(line.units for line in meant)
        if more > 0:
            await _bring_in(unit, row, str(wish.variant_id), more, line=meant[-1] if meant else None)
        for line in reversed(meant):
            units = min(-more, line.units)
            if units > 0:
                await drop_units(unit, row, line, units)
                more += units
    rest = await repository.lines_of(unit.session, [row.id])
    if not any(line.units for line in rest):
        raise InvalidInput("Nothing would be left of the order: cancel it instead.")
    old = Money(row.total_minor, row.currency)
    price = await priced_again(unit, ctx, row, rest, may_raise_shipping=False)
    await keep_price(unit, row, price)
    await settle_difference(unit, ctx, row, old=old, new=price.total, by=by)
    details = {wish.line_id or str(wish.variant_id): wish.quantity for wish in wishes}
    await repository.note(unit, row.id, "lines_edited", actor_id=by, details={"lines": details})


def _variant_of(wish: LineWish, lines: dict[str, OrderLineRow]) -> str:
    """Stock is always touched in the sequence of variants."""
    if wish.line_id is None:
        return str(wish.variant_id)
    if wish.line_id not in lines:
        raise InvalidInput("A line is not one of this order.")
    return lines[wish.line_id].variant_id


def _from_the_bag(wish: LineWish, lines: dict[str, OrderLineRow]) -> list[OrderLineRow]:
    """The lines of a variant that were not claimed in a show: what is wished for counts what they have already."""
    return [line for line in lines.values() if line.variant_id == wish.variant_id and line.claim_id is None]


async def _bring_in(unit: Unit, row: OrderRow, variant_id: str, more: int, *, line: OrderLineRow | None) -> None:
    """More units, while the order is not paid: of a line at its price, or in a new line at today's."""
    if row.state != "pending_payment":
        raise OrderStateConflict("A paid order cannot grow: make another one.", state=row.state)
    variant_id = line.variant_id if line else variant_id
    card = (await variant_cards(unit.session, [variant_id])).get(variant_id)
    if card is None or card.shop_id != row.shop_id or not card.is_active:
        raise LineUnavailable(variant_id=variant_id)
    if line is not None and line.claim_id is not None:
        is_there = await take_more(unit, claim_id=line.claim_id, quantity=more)
    else:
        is_there = await inventory.hold(unit, variant_id=variant_id, quantity=more, reference=row.id)
    if not is_there:
        level = (await inventory.levels(unit.session, [variant_id])).get(variant_id)
        raise OutOfStock(variant_id=variant_id, available=level.available if level else 0)
    if line is not None:
        await repository.add_units(unit, line.id, more)
        return
    await unit.add(
        OrderLineRow(
            id=new_id("oli"),
            order_id=row.id,
            variant_id=card.id,
            product_id=card.product_id,
            title=card.title,
            sku=card.sku,
            options=card.options,
            quantity=more,
            unit_price_minor=card.price.minor,
            restocked=0,
            cancelled=0,
        )
    )
