"""Background work of claims."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.claims import repair_repository, repository
from nightmarket.modules.claims.service.race_to_pay import end_races
from nightmarket.modules.claims.service.release_claim import close_waitlist, expire_claim, expire_claims, expire_overdue
from nightmarket.modules.claims.service.remind_buyers import remind_claims

__all__ = [
    "close_waitlist",
    "end_races",
    "expire_claim",
    "expire_claims",
    "forget_comments",
    "remind_claims",
    "sweep_overdue",
]

_COMMENTS_KEPT = timedelta(days=90)


@periodic("claims.sweep_overdue.v1", queue="orders", every=15)
async def sweep_overdue(ctx: Context) -> None:
    """Release what the timers missed."""
    await expire_overdue(ctx)


@periodic("claims.forget_comments.v1", queue="bulk", every=3600)
async def forget_comments(ctx: Context) -> None:
    """Drop what was typed, once no dispute can be about it any more."""
    before = ctx.clock() - _COMMENTS_KEPT
    await repository.forget_comments(ctx, before)
    await repair_repository.forget_repairs(ctx, before)
