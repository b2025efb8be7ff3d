"""Every SQL statement about second factors and passkeys."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.models import Passkey, RecoveryCode, Session, TotpSecret


async def totp(session: AsyncSession, user_id: str) -> TotpSecret | None:
    """The secret shared with the user's authenticator app, confirmed or not."""
    return await session.get(TotpSecret, user_id)


async def has_totp(session: AsyncSession, user_id: str) -> bool:
    """Whether log-ins of this account need a code."""
    query = sa.select(TotpSecret.user_id).where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_not(None))
    return await session.scalar(query) is not None


async def drop_totp(unit: Unit, user_id: str, *, only_pending: bool) -> bool:
    """Forget the secret; false when there was none."""
    statement = sa.delete(TotpSecret).where(TotpSecret.user_id == user_id)
    if only_pending:
        statement = statement.where(TotpSecret.confirmed_at.is_(None))
    return await unit.changed_one(statement)


async def confirm_totp(unit: Unit, user_id: str, step: int) -> bool:
    """The app shows the right codes: from now on they are asked for."""
    return await unit.changed_one(
        sa.update(TotpSecret)
        .where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_(None))
        .values(confirmed_at=unit.now, last_step=step)
    )


async def take_step(unit: Unit, user_id: str, step: int) -> bool:
    """Take the code of a time step; false when it, or a later one, was taken before."""
    return await unit.changed_one(
        sa.update(TotpSecret)
        .where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_not(None), TotpSecret.last_step < step)
        .values(last_step=step)
    )


async def replace_recovery_codes(unit: Unit, user_id: str, codes: Sequence[RecoveryCode]) -> None:
    """These and no others."""
    await unit.changed(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    if codes:
        await unit.add(*codes)


async def use_recovery_code(unit: Unit, user_id: str, code_hash: bytes) -> bool:
    """Spend a recovery code: true for exactly one caller."""
    return await unit.changed_one(
        sa.update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
        .values(used_at=unit.now)
    )


async def recovery_codes_left(session: AsyncSession, user_id: str) -> int:
    """How many are unspent."""
    query = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return await session.scalar(query) or 0


async def passkeys(session: AsyncSession, user_id: str) -> Sequence[Passkey]:
    """The user's passkeys, newest first."""
    query = sa.select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id.desc()).limit(100)
    return (await session.scalars(query)).all()


async def passkey_by_hash(session: AsyncSession, credential_hash: bytes) -> Passkey | None:
    """The passkey with this credential id."""
    return await session.scalar(sa.select(Passkey).where(Passkey.credential_hash == credential_hash))


async def use_passkey(unit: Unit, passkey: Passkey, sign_count: int) -> bool:
    """Note a use; false when somebody else has used it at the same moment with the same counter."""
    statement = sa.update(Passkey).where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
    return await unit.changed_one(statement.values(sign_count=sign_count, last_used_at=unit.now))


async def remove_passkey(unit: Unit, user_id: str, passkey_id: str) -> bool:
    """Forget a passkey of this user."""
    return await unit.changed_one(sa.delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))


async def prove(unit: Unit, session_id: str) -> None:
    """The owner has just shown that it is them."""
    await unit.changed(sa.update(Session).where(Session.id == session_id).values(proved_at=unit.now))
