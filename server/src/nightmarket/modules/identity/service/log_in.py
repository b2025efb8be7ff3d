"""A user comes back with e-mail and password."""

import hashlib
from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import factor_repository as factors
from nightmarket.modules.identity import repository, ticket_repository
from nightmarket.modules.identity.errors import ChallengeOver, LinkInvalid, WrongCredentials
from nightmarket.modules.identity.events import SecurityNotice
from nightmarket.modules.identity.models import AccountTicket, User
from nightmarket.modules.identity.policy import canonical_email, device_kind, network_of
from nightmarket.modules.identity.service import passkeys, tickets
from nightmarket.modules.identity.service.passkeys import Party
from nightmarket.modules.identity.service.passwords import check_password
from nightmarket.modules.identity.service.second_factor import guarded, take_code
from nightmarket.modules.identity.service.sessions import Device, Grant, open_session
from nightmarket.modules.identity.service.throttle import Throttle

_ACCOUNT_WINDOW_SECONDS = 900
_TRIES = 5


@dataclass(frozen=True, slots=True)
class SecondStep:
    """The password was right; a code is needed too. The token comes back with it."""

    token: str


async def log_in(ctx: Context, email: str, password: str, device: Device) -> Grant | SecondStep:
    """Open a session, or ask for the second factor.

    Unknown address, malformed address and wrong password get one answer, in about the same time.
    """
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

    async def attempt(unit: Unit) -> Grant | SecondStep:
        if newer_hash is not None:
            await repository.set_password_hash(unit, user.id, old=stored, new=newer_hash)
        if await factors.has_totp(unit.session, user.id):
            return SecondStep(tickets.token_of(ctx, await tickets.issue(unit, tickets.TWO_FACTOR, user_id=user.id)))
        await tell_of_new_device(unit, user, device)
        return await open_session(unit, ctx, user, device)

    return await ctx.transact(attempt)


async def finish_log_in(ctx: Context, token: str, code: str, device: Device) -> Grant:
    """The second step: a code of the authenticator app, or a recovery code."""
    ticket = await ctx.transact(lambda unit: _counted(unit, ctx, token))
    user_id = ticket.user_id or ""

    async def attempt(unit: Unit) -> Grant | None:
        if not await take_code(unit, ctx, user_id, code):
            return None
        if not await ticket_repository.use(unit, ticket.id):
            raise ChallengeOver
        user = await repository.user(unit.session, user_id)
        if user is None:
            raise ChallengeOver
        await tell_of_new_device(unit, user, device)
        return await open_session(unit, ctx, user, device)

    network = network_of(device.address) if device.address else None
    return await guarded(ctx, user_id, network, attempt)


async def log_in_with_passkey(
    ctx: Context, party: Party, token: str, credential: dict[str, Any], device: Device
) -> Grant:
    """Open a session for whoever's passkey has signed the challenge: that is two factors at once."""
    user = await passkeys.prove(ctx, party, token=token, credential=credential)

    async def attempt(unit: Unit) -> Grant:
        await tell_of_new_device(unit, user, device)
        return await open_session(unit, ctx, user, device)

    return await ctx.transact(attempt)


async def _counted(unit: Unit, ctx: Context, token: str) -> AccountTicket:
    try:
        ticket = await tickets.look_up(unit, ctx, tickets.TWO_FACTOR, token)
    except LinkInvalid as error:
        raise ChallengeOver from error
    if not await ticket_repository.count_try(unit, ticket.id, _TRIES):
        raise ChallengeOver
    return ticket


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
