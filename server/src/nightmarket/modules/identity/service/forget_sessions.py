"""Sessions that are long over leave the database."""

from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository

KEEP = timedelta(days=30)
_BATCH = 500
_ROUNDS = 20


async def forget_sessions(ctx: Context) -> int:
    """Remove what was over more than a month ago, in bounded batches; how many rows."""
    total = 0
    for _ in range(_ROUNDS):
        gone = await ctx.transact(_forget_batch)
        total += gone
        if gone == 0:
            break
    return total


async def _forget_batch(unit: Unit) -> int:
    before = unit.now - KEEP
    gone = await repository.forget_sessions(unit, before, _BATCH)
    return gone + await repository.forget_spent_tokens(unit, before, _BATCH)
