"""When which item was held up, as places in the recording."""

from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.modules.catalog.public import product_cards
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.service.check_access import seen_stream


async def list_moments(ctx: Context, stream_id: str, caller: Caller | None) -> list[dict[str, Any]]:
    """The moments in order; the end of the one that runs now is None."""
    async with ctx.reader() as session:
        await seen_stream(session, stream_id, caller)
    return await moments_of(ctx, stream_id)


async def moments_of(ctx: Context, stream_id: str) -> list[dict[str, Any]]:
    """The same, for those who have checked that they may."""
    async with ctx.reader() as session:
        moments = await repository.moments(session, stream_id)
        recording = await repository.recording(session, stream_id)
        items = await repository.items_ever(session, {moment.item_id for moment in moments})
        products = await product_cards(session, {item.product_id for item in items.values()}, storage=ctx.storage)
    before = 0 if recording is None else recording.starts_ms
    shapes = []
    for moment in moments:
        if moment.ends_ms is not None and moment.ends_ms <= before:
            continue  # the replay begins later: the show had moved
        item = items[moment.item_id]
        product = products.get(item.product_id)
        shapes.append(
            {
                "id": moment.id,
                "item_id": item.id,
                "product_id": item.product_id,
                "code": item.code,
                "title": product.title if product else item.code,
                "image_url": product.image_url if product else None,
                "start": max(0, moment.starts_ms - before) / 1000,
                "end": None if moment.ends_ms is None else (moment.ends_ms - before) / 1000,
            }
        )
    return shapes
