"""Every SQL statement on the outbox page's messages."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.postbox.models import PostboxRow
from nightmarket.kernel.unit import Unit


async def latest(
    session: AsyncSession, *, to: str | None = None, before: str | None = None, limit: int
) -> Sequence[PostboxRow]:
    """The newest messages, of one address if asked for."""
    query = sa.select(PostboxRow)
    if to is not None:
        query = query.where(PostboxRow.address == to)
    if before is not None:
        query = query.where(PostboxRow.id < before)
    return (await session.scalars(query.order_by(PostboxRow.id.desc()).limit(limit))).all()


async def forget_addresses(unit: Unit, addresses: Sequence[str]) -> None:
    """What went to these addresses."""
    await unit.changed(sa.delete(PostboxRow).where(PostboxRow.address.in_(addresses)))
