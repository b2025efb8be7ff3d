"""Tell the buyer, and the people of the shop, in the rooms an order comes from that it has changed."""

from collections.abc import Sequence

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.modules.orders import repository
from nightmarket.modules.rooms.public import publisher
from nightmarket.modules.shops.public import member_ids


@job("orders.tell_rooms.v1", queue="realtime")
async def tell_rooms(ctx: Context, order_id: str, stream_ids: Sequence[str]) -> None:
    """Send `order-updated` with what the order is now; a repeated frame says the same."""
    async with ctx.reader() as session:
        row = await repository.order(session, order_id)
        staff = await member_ids(session, row.shop_id) if row is not None else []
    if row is None:
        return
    frame = {
        "order_id": row.id,
        "number": row.number,
        "state": row.state,
        "shop_id": row.shop_id,
        "total": {"amount": row.total_minor, "currency": row.currency},
    }
    room = publisher(ctx)
    for stream_id in stream_ids:
        for user_id in dict.fromkeys([row.buyer_id, *staff]):
            await room.publish(stream_id, "order-updated", frame, to_user=user_id)
