"""Tell the rooms an order comes from: its buyer and the shop's people that it has changed, everybody that it sold."""

from collections.abc import Sequence

from msgspec import UNSET

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.text import masked_name
from nightmarket.modules.identity.public import users_by_id
from nightmarket.modules.orders import repository
from nightmarket.modules.rooms.public import Money, OrderUpdated, Sold, publisher
from nightmarket.modules.shops.public import member_ids


@job("orders.tell_rooms.v1", queue="realtime")
async def tell_rooms(ctx: Context, order_id: str, stream_ids: Sequence[str]) -> None:
    """Send `order-updated` with what the order is now; a repeated frame says the same."""
    async with ctx.reader() as session:
        row = await repository.order(session, order_id)
        staff = await member_ids(session, row.shop_id) if row is not None else []
    if row is None:
        return
    total = Money(row.total_minor, row.currency)
    changed = OrderUpdated(row.id, row.number, row.state, row.shop_id, total)
    room = publisher(ctx)
    for stream_id in stream_ids:
        for user_id in dict.fromkeys([row.buyer_id, *staff]):
            await room.publish(stream_id, changed, to_user=user_id)


@job("orders.tell_sold.v1", queue="realtime")
async def tell_sold(ctx: Context, order_id: str) -> None:
    """Send `sold` for each claimed line of a paid order. Viewers learn what was bought, and a masked name.

    Who has switched that off is not named.
    """
    async with ctx.reader() as session:
        row = await repository.order(session, order_id)
        lines = await repository.lines_of(session, [order_id])
        buyer = (await users_by_id(session, [row.buyer_id])).get(row.buyer_id) if row is not None else None
    room = publisher(ctx)
    for line in lines:
        if line.stream_id is None or line.item_id is None or not line.units:
            continue
        is_named = buyer is not None and buyer.shows_activity
        name = masked_name(buyer.display_name) if buyer is not None and is_named else UNSET
        await room.publish(line.stream_id, Sold(line.item_id, line.code, line.units, name), key=line.item_id)
