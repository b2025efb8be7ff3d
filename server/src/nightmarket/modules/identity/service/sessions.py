"""Sessions: opened at log-in, prolonged by spending refresh tokens, ended once and at once.

A session is a family of refresh tokens. Each token is spent once; a second use means that two parties hold it, so the
whole family dies. The successor of a token is derived from it with a key of ours: that way a browser whose answer was
lost can be given the same successor again, although only hashes are stored.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.security import derive_key, random_token, token_hash
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.errors import SessionOver
from nightmarket.modules.identity.events import SessionEnded
from nightmarket.modules.identity.models import RefreshToken, Session, User
from nightmarket.modules.identity.service.access_tokens import Caller, issue_access_token
from nightmarket.modules.identity.service.session_state import say_ended

log = get_logger(__name__)

SESSION_LIFE = timedelta(days=365)
REPEAT_WINDOW = timedelta(seconds=10)
TOKEN_MAX = 200


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request comes from, as the user will recognise it in the list of sessions."""

    user_agent: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a log-in or a refresh gives."""

    user: User
    session_id: str
    access_token: str
    refresh_token: str


async def open_session(unit: Unit, ctx: Context, user: User, device: Device) -> Grant:
    """Log a user in on a device."""
    session = Session(
        id=new_id("ses"),
        user_id=user.id,
        created_at=unit.now,
        last_used_at=unit.now,
        expires_at=unit.now + SESSION_LIFE,
        user_agent=device.user_agent,
        ip=device.address,
        proved_at=unit.now,
    )
    await unit.add(session)
    token = random_token()
    await _store_token(unit, ctx, session, token)
    return _grant(unit, ctx, user, session, token)


async def refresh_session(ctx: Context, token: str, *, may_repeat: bool = False) -> Grant:
    """Spend a refresh token for the next one. `may_repeat`: a browser may ask again for an answer that got lost."""

    async def attempt(unit: Unit) -> Grant | str | None:
        if await repository.use_token(unit, token_hash(ctx.secret, token)):
            return await _continue(unit, ctx, token)
        return await _refused(unit, ctx, token, may_repeat=may_repeat)

    outcome = await ctx.transact(attempt)
    if isinstance(outcome, Grant):
        return outcome
    if outcome is not None:
        log.warning("identity.refresh_reuse", session_id=outcome)
        await say_ended(ctx, [outcome])
    raise SessionOver


async def end_session_of_token(ctx: Context, token: str) -> bool:
    """Log out by refresh token, spent or not. False: the token is not one of ours."""
    async with ctx.reader() as session:
        row = await repository.token_by_hash(session, token_hash(ctx.secret, token))
        owner = await repository.session_row(session, row.session_id) if row else None
    if owner is None:
        return False
    await end_session(ctx, owner.user_id, owner.id, reason="logout")
    return True


async def end_session(ctx: Context, user_id: str, session_id: str, *, reason: str) -> bool:
    """End one session of the user. False: it is not theirs, or is over already."""

    async def attempt(unit: Unit) -> bool:
        if not await repository.end_session(unit, session_id, user_id=user_id, reason=reason):
            return False
        unit.announce(SessionEnded(session_id, user_id, reason))
        return True

    ended = await ctx.transact(attempt)
    if ended:
        await say_ended(ctx, [session_id])
    return ended


async def end_all_sessions(ctx: Context, user_id: str, *, reason: str) -> int:
    """End every session of the user, on all devices; how many there were."""
    ended = await ctx.transact(lambda unit: end_sessions(unit, user_id, reason=reason))
    await say_ended(ctx, ended)
    return len(ended)


async def end_sessions(unit: Unit, user_id: str, *, reason: str, keep: str | None = None) -> list[str]:
    """End the user's sessions, but for one. The caller says so with `say_ended` when it is committed."""
    ended = []
    for session_id in await repository.live_session_ids(unit.session, user_id):
        if session_id == keep:
            continue
        if await repository.end_session(unit, session_id, user_id=user_id, reason=reason):
            unit.announce(SessionEnded(session_id, user_id, reason))
            ended.append(session_id)
    return ended


async def _continue(unit: Unit, ctx: Context, token: str) -> Grant:
    row = await repository.token_by_hash(unit.session, token_hash(ctx.secret, token))
    assert row is not None, "the token was just spent"
    session = await repository.session_row(unit.session, row.session_id)
    assert session is not None, "tokens have sessions"
    user = await repository.user(unit.session, session.user_id)
    assert user is not None, "sessions have users"
    successor = _successor(ctx, token)
    await repository.touch_session(unit, session.id)
    await _store_token(unit, ctx, session, successor)
    return _grant(unit, ctx, user, session, successor)


async def _refused(unit: Unit, ctx: Context, token: str, *, may_repeat: bool) -> Grant | str | None:
    """A token that could not be spent: the same answer again, the id of a session that dies of it, or nothing."""
    row = await repository.token_by_hash(unit.session, token_hash(ctx.secret, token))
    if row is None or row.used_at is None or not await repository.is_live(unit.session, row.session_id, unit.now):
        return None
    successor = _successor(ctx, token)
    next_row = await repository.token_by_hash(unit.session, token_hash(ctx.secret, successor))
    session = await repository.session_row(unit.session, row.session_id)
    assert session is not None, "tokens have sessions"
    is_fresh = unit.now - row.used_at <= REPEAT_WINDOW and next_row is not None and next_row.used_at is None
    if may_repeat and is_fresh:
        user = await repository.user(unit.session, session.user_id)
        assert user is not None, "sessions have users"
        return _grant(unit, ctx, user, session, successor)
    if await repository.end_session(unit, session.id, user_id=None, reason="reuse"):
        unit.announce(SessionEnded(session.id, session.user_id, "reuse"))
        return session.id
    return None


async def _store_token(unit: Unit, ctx: Context, session: Session, token: str) -> None:
    life = timedelta(days=ctx.settings.accounts.refresh_token_days)
    row = RefreshToken(
        id=new_id("rft"),
        session_id=session.id,
        token_hash=token_hash(ctx.secret, token),
        issued_at=unit.now,
        expires_at=min(unit.now + life, session.expires_at),
    )
    await unit.add(row)


def _successor(ctx: Context, token: str) -> str:
    digest = hmac.new(derive_key(ctx.secret, "refresh-successor"), token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _grant(unit: Unit, ctx: Context, user: User, session: Session, token: str) -> Grant:
    caller = Caller(
        id=user.id,
        display_name=user.display_name,
        roles=frozenset(user.roles),
        session_id=session.id,
        locale=user.locale,
        market=user.market,
    )
    seconds = ctx.settings.accounts.access_token_seconds
    access = issue_access_token(ctx.secret, caller, now=unit.now, seconds=seconds)
    return Grant(user=user, session_id=session.id, access_token=access, refresh_token=token)
