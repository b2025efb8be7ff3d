"""A user comes back with e-mail and password."""

import hashlib

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.errors import WrongCredentials
from nightmarket.modules.identity.policy import canonical_email
from nightmarket.modules.identity.service.passwords import check_password
from nightmarket.modules.identity.service.sessions import Device, Grant, open_session

_ACCOUNT_WINDOW_SECONDS = 900


async def log_in(ctx: Context, email: str, password: str, device: Device) -> Grant:
    """Open a session. Unknown address, malformed address and wrong password get one answer, in about the same time."""
    canonical = canonical_email(email)
    await _limit_tries(ctx, canonical or email)
    async with ctx.reader() as session:
        user = await repository.user_by_email(session, canonical) if canonical else None
    stored = user.password_hash if user else None
    fits, newer_hash = await check_password(password, stored)
    if user is None or stored is None or not fits:
        raise WrongCredentials

    async def attempt(unit: Unit) -> Grant:
        if newer_hash is not None:
            await repository.set_password_hash(unit, user.id, old=stored, new=newer_hash)
        return await open_session(unit, ctx, user, device)

    return await ctx.transact(attempt)


async def _limit_tries(ctx: Context, email: str) -> None:
    """Bound guesses at one account, wherever they come from; Redis learns no addresses."""
    who = hashlib.sha256(email.encode()).hexdigest()[:32]
    limit = ctx.settings.rate_limits.log_in
    await ctx.limits.hit("log-in-account", who, limit=limit, seconds=_ACCOUNT_WINDOW_SECONDS)
