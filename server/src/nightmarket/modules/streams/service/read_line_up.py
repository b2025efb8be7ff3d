"""Look at a show's line-up, with products and stock as they are now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.catalog.public import product_json, variant_cards
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Stream, StreamItem
from nightmarket.modules.streams.service.views import ItemView, item_view_of


async def read_line_up(session: AsyncSession, ctx: Context, stream_id: str) -> list[ItemView]:
    """Every item whose product still exists, in the order the seller added them."""
    stream = await repository.stream(session, stream_id)
    if stream is None:
        return []
    return await _with_products(session, ctx, stream, await repository.items(session, stream_id))


async def read_closed(session: AsyncSession, ctx: Context, stream_id: str, since: datetime) -> list[ItemView]:
    """Items that have left the line-up since then, the last one first."""
    stream = await repository.stream(session, stream_id)
    if stream is None:
        return []
    return await _with_products(session, ctx, stream, await repository.items_removed(session, stream_id, since))


async def _with_products(
    session: AsyncSession, ctx: Context, stream: Stream, rows: Sequence[StreamItem]
) -> list[ItemView]:
    products = await product_json(session, ctx, [row.product_id for row in rows]) if rows else {}
    return [item_view_of(row, stream, products[row.product_id]) for row in rows if row.product_id in products]


async def read_item(session: AsyncSession, ctx: Context, item_id: str) -> ItemView | None:
    """One item; None when it is unknown or has left its line-up."""
    return (await read_items(session, ctx, [item_id])).get(item_id)


async def read_items(session: AsyncSession, ctx: Context, item_ids: Sequence[str]) -> dict[str, ItemView]:
    """Items by id, of whichever shows; those that are in no line-up are left out."""
    rows = await repository.active_items(session, item_ids)
    if not rows:
        return {}
    streams = {row.id: row for row in await repository.streams_by_id(session, list({row.stream_id for row in rows}))}
    products = await product_json(session, ctx, [row.product_id for row in rows])
    return {
        row.id: item_view_of(row, streams[row.stream_id], products[row.product_id])
        for row in rows
        if row.product_id in products
    }


async def find_items_with_variant(session: AsyncSession, variant_id: str) -> list[tuple[str, str]]:
    """(stream, item) of every show not over that sells this variant."""
    card = (await variant_cards(session, [variant_id])).get(variant_id)
    return [] if card is None else await repository.items_of_product(session, card.product_id)
