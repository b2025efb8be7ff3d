"""Every SQL statement of carts, and the Redis commands of anonymous bags."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import is_id
from nightmarket.kernel.redis import Redis
from nightmarket.kernel.unit import Unit
from nightmarket.modules.carts.models import CartLineRow
from nightmarket.modules.carts.policy import ANONYMOUS_SECONDS, MAX_QUANTITY


async def lines(session: AsyncSession, buyer_id: str, shop_id: str | None = None) -> Sequence[CartLineRow]:
    """The lines of an account, in the order they were put in."""
    query = (
        sa.select(CartLineRow)
        .where(CartLineRow.buyer_id == buyer_id)
        .order_by(CartLineRow.added_at, CartLineRow.variant_id)
    )
    if shop_id is not None:
        query = query.where(CartLineRow.shop_id == shop_id)
    return (await session.scalars(query)).all()


async def put(unit: Unit, line: CartLineRow) -> None:
    """Add a line or replace its quantity and seen price."""
    values = {
        "quantity": line.quantity,
        "seen_price_minor": line.seen_price_minor,
        "seen_currency": line.seen_currency,
        "touched_at": unit.now,
        "abandoned_at": None,
    }
    change = (
        sa.update(CartLineRow)
        .where(CartLineRow.buyer_id == line.buyer_id, CartLineRow.variant_id == line.variant_id)
        .values(values)
    )
    if not await unit.changed_one(change) and not await unit.add_new(line):
        await unit.changed_one(change)


async def remove(unit: Unit, buyer_id: str, variant_ids: Collection[str]) -> None:
    """Take lines out."""
    if variant_ids:
        await unit.changed(
            sa.delete(CartLineRow).where(CartLineRow.buyer_id == buyer_id, CartLineRow.variant_id.in_(variant_ids))
        )


async def abandoned(session: AsyncSession, before: datetime, limit: int) -> Sequence[tuple[str, str]]:
    """(buyer, shop) of bags that nobody has touched since a time and that were not announced yet."""
    rows = await session.execute(
        sa.select(CartLineRow.buyer_id, CartLineRow.shop_id)
        .where(CartLineRow.abandoned_at.is_(None))
        .group_by(CartLineRow.buyer_id, CartLineRow.shop_id)
        .having(sa.func.max(CartLineRow.touched_at) <= before)
        .limit(limit)
    )
    return [(row.buyer_id, row.shop_id) for row in rows]


async def mark_abandoned(unit: Unit, buyer_id: str, shop_id: str, before: datetime) -> bool:
    """Whether anything was still left behind, and not announced by somebody else meanwhile."""
    mine = sa.update(CartLineRow).where(CartLineRow.buyer_id == buyer_id, CartLineRow.shop_id == shop_id)
    left = mine.where(CartLineRow.abandoned_at.is_(None), CartLineRow.touched_at <= before)
    return await unit.changed(left.values(abandoned_at=unit.now)) > 0


async def units_of(session: AsyncSession, buyer_id: str) -> int:
    """Units in the ordinary lines of an account."""
    query = sa.select(sa.func.sum(CartLineRow.quantity)).where(CartLineRow.buyer_id == buyer_id)
    return int(await session.scalar(query) or 0)


async def erase(unit: Unit, buyer_id: str) -> None:
    """The bag of an account that is gone."""
    await unit.changed(sa.delete(CartLineRow).where(CartLineRow.buyer_id == buyer_id))


def _key(token: str) -> str:
    return f"cart:{token}"


async def anonymous_lines(redis: Redis, token: str) -> dict[str, int]:
    """The bag behind a cookie."""
    found = cast("dict[str, str]", await redis.hgetall(_key(token)))
    return {
        variant_id: min(MAX_QUANTITY, int(quantity))
        for variant_id, quantity in found.items()
        if is_id("var", variant_id) and quantity.isdigit() and int(quantity) > 0
    }


async def put_anonymous(redis: Redis, token: str, variant_id: str, quantity: int) -> None:
    """Put a line into the bag behind a cookie; it lives for a month after the last touch."""
    await redis.hset(_key(token), variant_id, str(quantity))
    await redis.expire(_key(token), ANONYMOUS_SECONDS)


async def remove_anonymous(redis: Redis, token: str, variant_id: str) -> None:
    """Take a line out of the bag behind a cookie."""
    await redis.hdel(_key(token), variant_id)


async def forget_anonymous(redis: Redis, token: str) -> None:
    """The bag has moved into an account."""
    await redis.delete(_key(token))
