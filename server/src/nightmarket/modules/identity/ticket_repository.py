"""Every SQL statement about links that were mailed and steps that are to be finished."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.models import AccountTicket, User


async def ticket(session: AsyncSession, ticket_id: str) -> AccountTicket | None:
    """One ticket, spent or not."""
    return await session.get(AccountTicket, ticket_id)


async def wait_for_owner(unit: Unit, user_id: str) -> None:
    """Alone with this account until the commit: two who count its letters at once would both find room for one."""
    await unit.session.execute(sa.select(User.id).where(User.id == user_id).with_for_update())


async def use(unit: Unit, ticket_id: str) -> bool:
    """Spend a ticket: true for exactly one caller, and only in time."""
    return await unit.changed_one(
        sa.update(AccountTicket)
        .where(AccountTicket.id == ticket_id, AccountTicket.used_at.is_(None), AccountTicket.expires_at > unit.now)
        .values(used_at=unit.now)
    )


async def count_try(unit: Unit, ticket_id: str, most: int) -> bool:
    """Note a try; false when there have been too many."""
    return await unit.changed_one(
        sa.update(AccountTicket)
        .where(AccountTicket.id == ticket_id, AccountTicket.tries < most, AccountTicket.used_at.is_(None))
        .values(tries=AccountTicket.tries + 1)
    )


async def void(unit: Unit, user_id: str, purposes: tuple[str, ...]) -> None:
    """What was to be finished for these purposes no longer can be."""
    await unit.changed(
        sa.update(AccountTicket)
        .where(AccountTicket.user_id == user_id, AccountTicket.purpose.in_(purposes), AccountTicket.used_at.is_(None))
        .values(used_at=unit.now)
    )


async def count_since(
    session: AsyncSession, purpose: str, since: datetime, *, user_id: str | None, email: str | None
) -> int:
    """How many of a kind were made for this account, or for an address that has none."""
    owner = AccountTicket.user_id.is_(None) if user_id is None else AccountTicket.user_id == user_id
    query = sa.select(sa.func.count()).where(owner, AccountTicket.purpose == purpose, AccountTicket.created_at > since)
    if email is not None:
        query = query.where(AccountTicket.email == email)
    return await session.scalar(query) or 0
