"""A person leaves: at once out of sight, after two weeks for good. Until then they can come back and keep all of it."""

from datetime import datetime, timedelta
from typing import Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import erasure_repository, repository
from nightmarket.modules.identity.errors import OwnerOfShop
from nightmarket.modules.identity.events import AccountErased, SecurityNotice
from nightmarket.modules.identity.ports import Obligations
from nightmarket.modules.identity.service.session_state import say_ended
from nightmarket.modules.identity.service.sessions import end_sessions

GRACE: Final = timedelta(days=14)
_BATCH: Final = 100


async def plan_erasure(ctx: Context, user_id: str) -> datetime:
    """Log out everywhere, and erase the account when the grace is over. OwnerOfShop while somebody depends on it."""

    async def attempt(unit: Unit) -> tuple[datetime, list[str]]:
        for obligation in ctx.ports.get(Obligations, Obligations()).all:
            if await obligation.binds(unit.session, user_id):
                raise OwnerOfShop
        at = unit.now + GRACE
        if await erasure_repository.plan(unit, user_id, at):
            unit.announce(SecurityNotice(user_id, "deletion-planned", unit.now.isoformat(), at.isoformat()))
        else:
            user = await repository.user(unit.session, user_id)
            at = (user.erase_at if user else None) or at
        return at, await end_sessions(unit, user_id, reason="erased")

    at, ended = await ctx.transact(attempt)
    await say_ended(ctx, ended)
    return at


async def keep_account(ctx: Context, user_id: str) -> bool:
    """The owner has come back."""

    async def attempt(unit: Unit) -> bool:
        kept = await erasure_repository.cancel(unit, user_id)
        if kept:
            unit.announce(SecurityNotice(user_id, "deletion-cancelled", unit.now.isoformat()))
        return kept

    return await ctx.transact(attempt)


async def erase_due(ctx: Context) -> int:
    """Erase the accounts whose time is over; how many. The modules above drop what they keep of each."""
    async with ctx.reader() as session:
        due = await erasure_repository.due(session, ctx.clock(), _BATCH)
    for user_id in due:
        await say_ended(ctx, await ctx.transact(lambda unit, one=user_id: _erase(unit, one)))  # type: ignore[misc]
    return len(due)


async def _erase(unit: Unit, user_id: str) -> list[str]:
    if not await erasure_repository.erase(unit, user_id):
        return []
    unit.announce(AccountErased(user_id))
    return await end_sessions(unit, user_id, reason="erased")
