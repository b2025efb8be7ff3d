"""Every SQL statement of boxes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.models import Box, BoxClaim, BoxOrder
from nightmarket.modules.boxes.states import OPEN, State


@dataclass(frozen=True, slots=True)
class BoxFilter:
    """Which boxes: of a buyer or a shop, in a state, older than an id."""

    buyer_id: str | None = None
    shop_id: str | None = None
    state: State | None = None
    before: str | None = None


async def box(session: AsyncSession, box_id: str) -> Box | None:
    """A box as it is now."""
    return await session.get(Box, box_id, populate_existing=True)


async def locked_box(unit: Unit, box_id: str) -> Box | None:
    """A box that nobody else changes until this transaction ends."""
    return await unit.session.get(Box, box_id, populate_existing=True, with_for_update=True)


async def current(session: AsyncSession, shop_id: str, buyer_id: str, *, locks: bool = False) -> Box | None:
    """The box of this buyer at this shop that takes more in."""
    query = sa.select(Box).where(Box.shop_id == shop_id, Box.buyer_id == buyer_id, Box.is_current == 1)
    query = query.execution_options(populate_existing=True)
    return (await session.scalars(query.with_for_update() if locks else query)).first()


async def current_of_buyer(session: AsyncSession, buyer_id: str) -> Sequence[Box]:
    """A buyer's boxes that take more in, at all shops."""
    return (await session.scalars(sa.select(Box).where(Box.buyer_id == buyer_id, Box.is_current == 1))).all()


async def find(session: AsyncSession, wanted: BoxFilter, limit: int) -> Sequence[Box]:
    """Boxes, newest first."""
    query = sa.select(Box).order_by(Box.id.desc()).limit(limit).execution_options(populate_existing=True)
    if wanted.buyer_id is not None:
        query = query.where(Box.buyer_id == wanted.buyer_id)
    if wanted.shop_id is not None:
        query = query.where(Box.shop_id == wanted.shop_id)
    if wanted.state is not None:
        query = query.where(Box.state == wanted.state)
    if wanted.before is not None:
        query = query.where(Box.id < wanted.before)
    return (await session.scalars(query)).all()


async def set_box(unit: Unit, box_id: str, **values: Any) -> None:
    """Change a box that is locked."""
    await unit.changed(sa.update(Box).where(Box.id == box_id).values(**values))


async def claim_ids(session: AsyncSession, box_ids: Collection[str]) -> dict[str, str]:
    """The claims that went into some boxes, each with its box."""
    if not box_ids:
        return {}
    rows = await session.execute(
        sa.select(BoxClaim.claim_id, BoxClaim.box_id).where(BoxClaim.box_id.in_(box_ids)).order_by(BoxClaim.claim_id)
    )
    return {row.claim_id: row.box_id for row in rows}


async def boxed_among(session: AsyncSession, claim_ids: Collection[str]) -> set[str]:
    """Those of the claims that are in a box."""
    return set(await session.scalars(sa.select(BoxClaim.claim_id).where(BoxClaim.claim_id.in_(claim_ids))))


async def move_claims(unit: Unit, ids: Collection[str], box_id: str) -> None:
    """These claims are in another box from now on."""
    await unit.changed(sa.update(BoxClaim).where(BoxClaim.claim_id.in_(ids)).values(box_id=box_id))


async def orders(session: AsyncSession, box_ids: Collection[str]) -> Sequence[BoxOrder]:
    """The orders in the parcels of some boxes."""
    if not box_ids:
        return []
    query = sa.select(BoxOrder).where(BoxOrder.box_id.in_(box_ids)).order_by(BoxOrder.order_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def box_of_order(session: AsyncSession, order_id: str) -> str | None:
    """The box whose parcel an order is in."""
    return await session.scalar(sa.select(BoxOrder.box_id).where(BoxOrder.order_id == order_id))


async def keep_order(unit: Unit, row: BoxOrder) -> None:
    """The order is in the parcel, with these sums."""
    sums = {"goods_minor": row.goods_minor, "shipping_minor": row.shipping_minor}
    change = (
        sa.update(BoxOrder)
        .where(BoxOrder.order_id == row.order_id)
        .values(sums | ({"paid_at": row.paid_at} if row.paid_at else {}))
    )
    if not await unit.changed_one(change):
        await unit.add_new(row)


async def drop_order(unit: Unit, order_id: str) -> None:
    """The order came to nothing."""
    await unit.changed(sa.delete(BoxOrder).where(BoxOrder.order_id == order_id))


async def overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Boxes whose time is over."""
    query = sa.select(Box.id).where(Box.is_current == 1, Box.expires_at <= now).order_by(Box.expires_at).limit(limit)
    return (await session.scalars(query)).all()


async def to_warn(session: AsyncSession, until: datetime, after: Box | None, limit: int) -> Sequence[Box]:
    """Boxes with something to order that end before a time and whose owners were not warned; those after one."""
    query = sa.select(Box).where(
        Box.is_current == 1, Box.state == OPEN, Box.expires_at <= until, Box.warned_at.is_(None)
    )
    if after is not None:
        same_end = sa.and_(Box.expires_at == after.expires_at, Box.id > after.id)
        query = query.where(sa.or_(Box.expires_at > after.expires_at, same_end))
    return (await session.scalars(query.order_by(Box.expires_at, Box.id).limit(limit))).all()
