"""A user comes back with e-mail and password."""

import hashlib

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.errors import WrongCredentials
from nightmarket.modules.identity.events import SecurityNotice
from nightmarket.modules.identity.models import User
from nightmarket.modules.identity.policy import canonical_email, device_kind, network_of
from nightmarket.modules.identity.service.passwords import check_password
from nightmarket.modules.identity.service.sessions import Device, Grant, open_session
from nightmarket.modules.identity.service.throttle import Throttle

_ACCOUNT_WINDOW_SECONDS = 900


async def log_in(ctx: Context, email: str, password: str, device: Device) -> Grant:
    """Open a session. Unknown address, malformed address and wrong password get one answer, in about the same time."""
    canonical = canonical_email(email)
    who = canonical or email
    network = network_of(device.address) if device.address else None
    guard = Throttle(ctx, "log-in")
    await _limit_tries(ctx, who)
    if ctx.settings.rate_limits.log_in:
        await guard.enter(who, network)
    async with ctx.reader() as session:
        user = await repository.user_by_email(session, canonical) if canonical else None
    stored = user.password_hash if user else None
    fits, newer_hash = await check_password(password, stored)
    if user is None or stored is None or not fits:
        await guard.missed(network)
        raise WrongCredentials
    await guard.passed(who)

    async def attempt(unit: Unit) -> Grant:
        if newer_hash is not None:
            await repository.set_password_hash(unit, user.id, old=stored, new=newer_hash)
        await tell_of_new_device(unit, user, device)
        return await open_session(unit, ctx, user, device)

    return await ctx.transact(attempt)


async def tell_of_new_device(unit: Unit, user: User, device: Device) -> None:
    """The owner is told of a log-in on a device of a kind that none of their log-ins of the last month was on."""
    known = await repository.known_agents(unit.session, user.id)
    if known and device_kind(device.user_agent) not in {device_kind(agent) for agent in known}:
        unit.announce(SecurityNotice(user.id, "new-device", unit.now.isoformat(), device.user_agent))


async def _limit_tries(ctx: Context, email: str) -> None:
    """Bound guesses at one account, wherever they come from; Redis learns no addresses."""
    who = hashlib.sha256(email.encode()).hexdigest()[:32]
    limit = ctx.settings.rate_limits.log_in
    await ctx.limits.hit("log-in-account", who, limit=limit, seconds=_ACCOUNT_WINDOW_SECONDS)
