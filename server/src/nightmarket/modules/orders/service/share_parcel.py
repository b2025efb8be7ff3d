"""Orders of one parcel that wait for money at the same time: whoever pays first pays for sending it.

The others are asked for less from then on. Nothing is ever asked for more: that the first was paid is certain.
"""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.money import Money
from nightmarket.kernel.unit import Unit
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.events import OrderChanged
from nightmarket.modules.orders.service.read_orders import stream_ids
from nightmarket.modules.orders.service.rework_lines import ask_anew, share_shipping


@job("orders.share_parcel.v1", queue="orders")
async def share_parcel(ctx: Context, order_id: str) -> None:
    """An order that waits is asked for what it adds to its parcel now; nothing when that is not less."""

    async def work(unit: Unit) -> None:
        row = await repository.locked_order(unit, order_id)
        if row is None or row.state != "pending_payment":
            return
        old = Money(row.total_minor, row.currency)
        if not await share_shipping(unit, ctx, row):
            return
        changed = await repository.locked_order(unit, order_id)
        assert changed is not None
        new = Money(changed.total_minor, row.currency)
        await ask_anew(unit, ctx, changed, new)
        await repository.note(unit, order_id, "shipping_shared", details={"was": old.as_json(), "is": new.as_json()})
        lines = await repository.lines_of(unit.session, [order_id])
        unit.announce(
            OrderChanged(order_id=order_id, shop_id=row.shop_id, buyer_id=row.buyer_id, stream_ids=stream_ids(lines))
        )

    await ctx.transact(work)
