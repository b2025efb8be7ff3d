"""Codes of an authenticator app, and recovery codes for when it is lost."""

import base64
import hmac
import os
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.security import derive_key, token_hash
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import factor_repository as factors
from nightmarket.modules.identity import repository, totp
from nightmarket.modules.identity.errors import TwoFactorOn, WrongFactor
from nightmarket.modules.identity.events import SecurityNotice
from nightmarket.modules.identity.models import RecoveryCode, TotpSecret
from nightmarket.modules.identity.service.throttle import FREE_MISSES, Throttle

T = TypeVar("T")

ISSUER: Final = "Nightmarket"
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
_NONCE_BYTES: Final = 12
_LONGEST_WAIT: Final = 900
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_DRIFTS: Final = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is set up with."""

    secret: str
    uri: str


async def begin_totp(ctx: Context, user_id: str) -> Enrolment:
    """A fresh secret. Nothing is asked for before it is confirmed."""
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().rstrip("=")

    async def attempt(unit: Unit) -> str:
        await factors.drop_totp(unit, user_id, only_pending=True)
        row = TotpSecret(user_id=user_id, sealed=_seal(ctx, user_id, secret), created_at=unit.now, last_step=0)
        if not await unit.add_new(row):
            raise TwoFactorOn
        user = await repository.user(unit.session, user_id)
        return (user.email if user else None) or user_id

    label = quote(f"{ISSUER}:{await ctx.transact(attempt)}", safe="")
    uri = f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period=30"
    return Enrolment(secret, uri)


async def confirm_totp(ctx: Context, user_id: str, code: str) -> list[str]:
    """The app shows the right code: it is asked for from now on. The recovery codes, shown this once."""

    async def attempt(unit: Unit) -> list[str] | None:
        row = await factors.totp(unit.session, user_id)
        if row is not None and row.confirmed_at is not None:
            raise TwoFactorOn
        step = None if row is None else _step_of(ctx, row, code)
        if step is None or not await factors.confirm_totp(unit, user_id, step):
            return None
        unit.announce(SecurityNotice(user_id, "totp-on", unit.now.isoformat()))
        return await _make_recovery_codes(unit, ctx, user_id)

    return await guarded(ctx, user_id, None, attempt)


async def end_totp(ctx: Context, user_id: str) -> None:
    """No codes any more; the recovery codes go too."""

    async def attempt(unit: Unit) -> None:
        if await factors.drop_totp(unit, user_id, only_pending=False):
            await factors.replace_recovery_codes(unit, user_id, [])
            unit.announce(SecurityNotice(user_id, "totp-off", unit.now.isoformat()))

    await ctx.transact(attempt)


async def renew_recovery_codes(ctx: Context, user_id: str) -> list[str]:
    """Ten new ones; the old are void. None without an authenticator app."""

    async def attempt(unit: Unit) -> list[str]:
        if not await factors.has_totp(unit.session, user_id):
            return []
        unit.announce(SecurityNotice(user_id, "recovery-codes-new", unit.now.isoformat()))
        return await _make_recovery_codes(unit, ctx, user_id)

    return await ctx.transact(attempt)


async def take_code(unit: Unit, ctx: Context, user_id: str, code: str) -> bool:
    """Spend a code of the app, or a recovery code. False: it is neither, or was spent before."""
    plain = re.sub(r"[\s-]", "", code).lower()
    row = await factors.totp(unit.session, user_id)
    if row is None or row.confirmed_at is None:
        return False
    if len(plain) == 6 and plain.isascii() and plain.isdigit():
        step = _step_of(ctx, row, plain)
        return step is not None and await factors.take_step(unit, user_id, step)
    if not await factors.use_recovery_code(unit, user_id, _code_hash(ctx, user_id, plain)):
        return False
    unit.announce(SecurityNotice(user_id, "recovery-code-used", unit.now.isoformat()))
    return True


async def guarded(ctx: Context, user_id: str, network: str | None, attempt: Callable[[Unit], Awaitable[T | None]]) -> T:
    """Try a code; misses get slower, and the owner hears of them. WrongFactor when `attempt` finds nothing."""
    guard = Throttle(ctx, "code", _LONGEST_WAIT)
    misses = await guard.enter(user_id, network)
    found = await ctx.transact(attempt)
    if found is None:
        await guard.missed(network)
        if misses == FREE_MISSES:
            await ctx.transact(lambda unit: _tell_of_guesses(unit, user_id))
        raise WrongFactor
    await guard.passed(user_id)
    return found


async def _tell_of_guesses(unit: Unit, user_id: str) -> None:
    unit.announce(SecurityNotice(user_id, "codes-guessed", unit.now.isoformat()))


async def _make_recovery_codes(unit: Unit, ctx: Context, user_id: str) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(id=new_id("rcv"), user_id=user_id, code_hash=_code_hash(ctx, user_id, one)) for one in codes]
    await factors.replace_recovery_codes(unit, user_id, rows)
    return ["-".join(re.findall("....", one)) for one in codes]


def _step_of(ctx: Context, row: TotpSecret, code: str) -> int | None:
    """The time step the code belongs to: now, or one earlier or later."""
    secret = _unseal(ctx, row.user_id, row.sealed)
    now = int(ctx.clock().timestamp()) // totp.PERIOD_SECONDS
    found = None
    for step in (now + drift for drift in _DRIFTS):
        if hmac.compare_digest(totp.code(secret, step * totp.PERIOD_SECONDS).encode(), code.encode()):
            found = step
    return found


def _code_hash(ctx: Context, user_id: str, code: str) -> bytes:
    return token_hash(ctx.secret, f"recovery/{user_id}/{code}")


def _seal(ctx: Context, user_id: str, secret: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(ctx).encrypt(nonce, secret.encode(), user_id.encode())


def _unseal(ctx: Context, user_id: str, sealed: bytes) -> str:
    return _cipher(ctx).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], user_id.encode()).decode()


def _cipher(ctx: Context) -> AESGCM:
    return AESGCM(derive_key(ctx.secret, "totp-sealed"))
