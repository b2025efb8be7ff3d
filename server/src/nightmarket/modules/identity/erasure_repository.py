"""Every SQL statement about accounts that go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.models import (
    AccountTicket,
    AddressRow,
    Passkey,
    RecoveryCode,
    RefreshToken,
    Session,
    TotpSecret,
    User,
)

_OWNED: tuple[Any, ...] = (AccountTicket, AddressRow, Passkey, RecoveryCode, TotpSecret)


async def plan(unit: Unit, user_id: str, at: datetime) -> bool:
    """Note when the account goes. False: it was planned already."""
    return await unit.changed_one(
        sa.update(User).where(User.id == user_id, User.erase_at.is_(None), User.erased_at.is_(None)).values(erase_at=at)
    )


async def cancel(unit: Unit, user_id: str) -> bool:
    """The account stays. False: nothing was planned, or it is too late."""
    return await unit.changed_one(
        sa.update(User)
        .where(User.id == user_id, User.erase_at.is_not(None), User.erased_at.is_(None))
        .values(erase_at=None)
    )


async def due(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Accounts whose time is over."""
    query = sa.select(User.id).where(User.erase_at <= now, User.erased_at.is_(None)).limit(limit)
    return (await session.scalars(query)).all()


async def erase(unit: Unit, user_id: str) -> bool:
    """Forget who it was. The row stays, so that orders and books still name somebody; it says nothing any more."""
    won = await unit.changed_one(
        sa.update(User)
        .where(User.id == user_id, User.erase_at <= unit.now, User.erased_at.is_(None))
        .values(
            erased_at=unit.now,
            email=None,
            email_verified_at=None,
            password_hash=None,
            display_name="—",
            roles=[],
            show_activity=False,
        )
    )
    if won:
        ours = sa.select(Session.id).where(Session.user_id == user_id)
        await unit.changed(sa.delete(RefreshToken).where(RefreshToken.session_id.in_(ours)))
        await unit.changed(sa.update(Session).where(Session.user_id == user_id).values(user_agent=None, ip=None))
        for table in _OWNED:
            await unit.changed(sa.delete(table).where(table.user_id == user_id))
    return won
