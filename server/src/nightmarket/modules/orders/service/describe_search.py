"""What a shop finds an order by."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.modules.identity.public import Address, users_by_id
from nightmarket.modules.orders.models import OrderLineRow, OrderRow
from nightmarket.modules.orders.policy import search_text


async def search_text_of(session: AsyncSession, row: OrderRow, address: Address, lines: Sequence[OrderLineRow]) -> str:
    """Number, buyer, recipient, phone, and what was bought, folded for search."""
    buyer = (await users_by_id(session, [row.buyer_id])).get(row.buyer_id)
    goods = [part for line in lines for part in (line.title, line.sku, line.code)]
    return search_text([row.number, buyer.display_name if buyer else None, address.recipient, address.phone, *goods])
