"""The number on the bag follows on every device of its owner that is in a room."""

from collections.abc import Sequence
from datetime import datetime

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.modules.boxes.public import box_brief
from nightmarket.modules.carts import repository
from nightmarket.modules.claims.public import claims_of
from nightmarket.modules.rooms.public import Cart, CartBox, publisher


@job("carts.tell.v1", queue="realtime")
async def tell_cart(
    ctx: Context,
    buyer_id: str,
    stream_ids: Sequence[str],
    box_id: str | None = None,
    is_ending: bool = False,  # noqa: FBT001, FBT002  (arguments of jobs are a list)
) -> None:
    """Send `cart` with what is in the bag now; a repeated frame says the same."""
    async with ctx.reader() as session:
        claims = [claim for claim in await claims_of(session, buyer_id) if claim.is_running(ctx.clock())]
        count = sum(claim.quantity for claim in claims) + await repository.units_of(session, buyer_id)
        box = await box_brief(session, box_id) if box_id else None
    shown = CartBox(box.id, box.shop_id, box.state, _rfc3339(box.expires_at), ending=is_ending) if box else None
    room = publisher(ctx)
    for stream_id in stream_ids:
        await room.publish(stream_id, Cart(count, shown), to_user=buyer_id)


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
