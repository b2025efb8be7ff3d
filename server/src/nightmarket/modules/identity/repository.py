"""Every SQL statement about accounts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.db import is_duplicate
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.models import AddressRow, RefreshToken, Session, User


async def user(session: AsyncSession, user_id: str) -> User | None:
    """One account."""
    return await session.get(User, user_id)


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """The account with this canonical address."""
    return await session.scalar(sa.select(User).where(User.email == email))


async def appearances(session: AsyncSession, ids: Collection[str]) -> list[tuple[str, str, bool, datetime]]:
    """(id, display name, whether they show what they do, since when they are here); unknown ids are left out."""
    if not ids:
        return []
    query = sa.select(User.id, User.display_name, User.show_activity, User.created_at).where(User.id.in_(set(ids)))
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def addressees(session: AsyncSession, ids: Collection[str]) -> list[tuple[str, str, str | None, str, str]]:
    """(id, display name, e-mail, language, market); unknown ids are left out."""
    if not ids:
        return []
    query = sa.select(User.id, User.display_name, User.email, User.locale, User.market).where(User.id.in_(set(ids)))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]


async def set_password_hash(unit: Unit, user_id: str, *, old: str, new: str) -> None:
    """Replace a hash that was made with older parameters, unless the password changed meanwhile."""
    await unit.changed(sa.update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new))


async def set_password(unit: Unit, user_id: str, new: str) -> None:
    """Another password, whatever the old one was."""
    await unit.changed(sa.update(User).where(User.id == user_id).values(password_hash=new))


async def set_verified(unit: Unit, user_id: str, email: str) -> bool:
    """The owner reads mail sent to this address. False: it is not the account's (any more)."""
    return await unit.changed_one(
        sa.update(User)
        .where(User.id == user_id, User.email == email)
        .values(email_verified_at=sa.func.coalesce(User.email_verified_at, unit.now))
    )


async def set_email(unit: Unit, user_id: str, email: str) -> bool:
    """Another address, already shown to be the owner's. False: it belongs to somebody else."""
    try:
        async with unit.session.begin_nested():
            await unit.changed(
                sa.update(User).where(User.id == user_id).values(email=email, email_verified_at=unit.now)
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False
    return True


async def known_agents(session: AsyncSession, user_id: str) -> Sequence[str | None]:
    """What the devices of the user's last log-ins called themselves."""
    rows = await session.scalars(
        sa.select(Session.user_agent).where(Session.user_id == user_id).order_by(Session.id.desc()).limit(100)
    )
    return rows.all()


async def set_profile(unit: Unit, user_id: str, values: dict[str, Any]) -> None:
    """Store the changed fields of a profile."""
    await unit.changed(sa.update(User).where(User.id == user_id).values(**values))


async def set_roles(unit: Unit, user_id: str, roles: list[str]) -> None:
    """Replace the platform roles."""
    await unit.changed(sa.update(User).where(User.id == user_id).values(roles=roles))


async def session_row(session: AsyncSession, session_id: str) -> Session | None:
    """One session, ended or not."""
    return await session.get(Session, session_id)


async def is_live(session: AsyncSession, session_id: str, now: datetime) -> bool:
    """Whether the session has neither been ended nor run out."""
    found = await session.scalar(
        sa.select(Session.id).where(Session.id == session_id, Session.ended_at.is_(None), Session.expires_at > now)
    )
    return found is not None


async def live_among(session: AsyncSession, session_ids: Collection[str], now: datetime) -> set[str]:
    """Those that have neither been ended nor run out."""
    found = await session.scalars(
        sa.select(Session.id).where(Session.id.in_(session_ids), Session.ended_at.is_(None), Session.expires_at > now)
    )
    return set(found)


async def live_sessions(session: AsyncSession, user_id: str, now: datetime) -> Sequence[Session]:
    """Where the user is logged in, latest use first."""
    rows = await session.scalars(
        sa.select(Session)
        .where(Session.user_id == user_id, Session.ended_at.is_(None), Session.expires_at > now)
        .order_by(Session.last_used_at.desc(), Session.id.desc())
        .limit(100)
    )
    return rows.all()


async def live_session_ids(session: AsyncSession, user_id: str) -> Sequence[str]:
    """All sessions of the user that nobody ended."""
    rows = await session.scalars(sa.select(Session.id).where(Session.user_id == user_id, Session.ended_at.is_(None)))
    return rows.all()


async def end_session(unit: Unit, session_id: str, *, user_id: str | None, reason: str) -> bool:
    """End a session that is still live (and the user's, when one is given). False: there was nothing to end."""
    statement = sa.update(Session).where(Session.id == session_id, Session.ended_at.is_(None))
    if user_id is not None:
        statement = statement.where(Session.user_id == user_id)
    return await unit.changed_one(statement.values(ended_at=unit.now, ended_reason=reason))


async def touch_session(unit: Unit, session_id: str) -> None:
    """Note that the session was used."""
    await unit.changed(sa.update(Session).where(Session.id == session_id).values(last_used_at=unit.now))


async def use_token(unit: Unit, token_hash: bytes) -> bool:
    """Spend a refresh token: true for exactly one caller, and only while its session lives."""
    live = (
        sa.select(Session.id)
        .where(
            Session.id == RefreshToken.session_id,
            Session.ended_at.is_(None),
            Session.expires_at > unit.now,
        )
        .exists()
    )
    return await unit.changed_one(
        sa.update(RefreshToken)
        .where(
            RefreshToken.token_hash == token_hash,
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > unit.now,
            live,
        )
        .values(used_at=unit.now)
    )


async def token_by_hash(session: AsyncSession, token_hash: bytes) -> RefreshToken | None:
    """A refresh token we once issued, spent or not."""
    return await session.scalar(sa.select(RefreshToken).where(RefreshToken.token_hash == token_hash))


async def forget_sessions(unit: Unit, before: datetime, limit: int) -> int:
    """Remove sessions that were over before a moment, with their tokens; how many."""
    over = sa.or_(Session.ended_at < before, Session.expires_at < before)
    ids = (await unit.session.scalars(sa.select(Session.id).where(over).limit(limit))).all()
    if ids:
        await unit.changed(sa.delete(RefreshToken).where(RefreshToken.session_id.in_(ids)))
        await unit.changed(sa.delete(Session).where(Session.id.in_(ids)))
    return len(ids)


async def forget_spent_tokens(unit: Unit, before: datetime, limit: int) -> int:
    """Remove refresh tokens that ran out long ago in sessions that go on; how many."""
    old = sa.select(RefreshToken.id).where(RefreshToken.expires_at < before).limit(limit)
    ids = (await unit.session.scalars(old)).all()
    if ids:
        await unit.changed(sa.delete(RefreshToken).where(RefreshToken.id.in_(ids)))
    return len(ids)


async def addresses(session: AsyncSession, user_id: str) -> Sequence[AddressRow]:
    """The user's address book, newest first."""
    rows = await session.scalars(
        sa.select(AddressRow).where(AddressRow.user_id == user_id).order_by(AddressRow.id.desc()).limit(100)
    )
    return rows.all()


async def address(session: AsyncSession, user_id: str, address_id: str) -> AddressRow | None:
    """One address, if it is in this user's book."""
    return await session.scalar(sa.select(AddressRow).where(AddressRow.id == address_id, AddressRow.user_id == user_id))


async def address_count(session: AsyncSession, user_id: str) -> int:
    """How many addresses the user keeps."""
    count = await session.scalar(
        sa.select(sa.func.count()).select_from(AddressRow).where(AddressRow.user_id == user_id)
    )
    return count or 0


async def set_address(unit: Unit, user_id: str, address_id: str, values: dict[str, str | None]) -> bool:
    """Change an address of this user's book."""
    return await unit.changed_one(
        sa.update(AddressRow).where(AddressRow.id == address_id, AddressRow.user_id == user_id).values(**values)
    )


async def remove_address(unit: Unit, user_id: str, address_id: str) -> bool:
    """Take an address out of this user's book."""
    return await unit.changed_one(
        sa.delete(AddressRow).where(AddressRow.id == address_id, AddressRow.user_id == user_id)
    )
