"""Orders as their buyer and the shop see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.catalog.public import VariantCard, variant_cards
from nightmarket.modules.identity.public import Caller, UserCard, users_by_id
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.models import OrderEventRow, OrderLineRow, OrderRow, ShipmentRow
from nightmarket.modules.payments.public import PaymentView, payments_of
from nightmarket.modules.shops.public import ShopCard, role_of, shop_cards


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with everything a screen shows of it."""

    row: OrderRow
    lines: list[OrderLineRow]
    cards: dict[str, VariantCard]
    payments: list[PaymentView]
    shipments: list[ShipmentRow]
    events: list[OrderEventRow]
    shop: ShopCard | None
    buyer: UserCard | None

    @property
    def refunded(self) -> Money:
        """What went back already."""
        return Money.total((payment.refunded for payment in self.payments), self.row.currency)


async def order_view(session: AsyncSession, ctx: Context, order_id: str) -> OrderView:
    """One order; NotFound without it."""
    row = await repository.order(session, order_id)
    if row is None:
        raise NotFound
    return (await order_views(session, ctx, [row]))[0]


async def order_for(session: AsyncSession, ctx: Context, order_id: str, *, caller: Caller) -> OrderView:
    """One order, for its buyer and the shop's people; NotFound for everybody else."""
    row = await repository.order(session, order_id)
    if row is None or not await may_see(session, row, caller):
        raise NotFound
    return (await order_views(session, ctx, [row]))[0]


async def may_see(session: AsyncSession, row: OrderRow, caller: Caller) -> bool:
    """Whether the order is the caller's, or of a shop they work in."""
    if row.buyer_id == caller.id or caller.is_admin:
        return True
    return await role_of(session, row.shop_id, caller.id) is not None


async def order_views(session: AsyncSession, ctx: Context, rows: Sequence[OrderRow]) -> list[OrderView]:
    """Several orders with a fixed number of queries."""
    ids = [row.id for row in rows]
    lines: dict[str, list[OrderLineRow]] = defaultdict(list)
    for line in await repository.lines_of(session, ids):
        lines[line.order_id].append(line)
    shipments: dict[str, list[ShipmentRow]] = defaultdict(list)
    for parcel in await repository.shipments_of(session, ids):
        shipments[parcel.order_id].append(parcel)
    events: dict[str, list[OrderEventRow]] = defaultdict(list)
    for entry in await repository.events_of(session, ids):
        events[entry.order_id].append(entry)
    cards = await variant_cards(
        session, {line.variant_id for group in lines.values() for line in group}, storage=ctx.storage
    )
    payments = await payments_of(session, ids)
    shops = await shop_cards(session, {row.shop_id for row in rows})
    buyers = await users_by_id(session, {row.buyer_id for row in rows})
    return [
        OrderView(
            row=row,
            lines=lines[row.id],
            cards=cards,
            payments=payments[row.id],
            shipments=shipments[row.id],
            events=events[row.id],
            shop=shops.get(row.shop_id),
            buyer=buyers.get(row.buyer_id),
        )
        for row in rows
    ]


def stream_ids(lines: Sequence[OrderLineRow]) -> list[str]:
    """The shows whose claims are in an order."""
    return sorted({line.stream_id for line in lines if line.stream_id is not None})
