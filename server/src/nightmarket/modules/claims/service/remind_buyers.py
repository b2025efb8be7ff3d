"""Some time before the deadline of a held claim its buyer is told, once."""

from datetime import datetime, timedelta
from typing import Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.events import ClaimExpiring
from nightmarket.modules.claims.service.announce_claims import announce
from nightmarket.modules.claims.service.views import rfc3339
from nightmarket.modules.claims.states import HELD

_AHEAD: Final = timedelta(minutes=2)


def reminder_time(now: datetime, deadline: datetime) -> datetime:
    """Two minutes before the deadline, or when a quarter of a shorter hold is left."""
    return deadline - min(_AHEAD, (deadline - now) / 4)


@job("claims.remind.v1", queue="realtime")
async def remind_claims(ctx: Context, claim_ids: list[str]) -> None:
    """Tell the buyers of those claims that are still held. After an outage, not those whose time is over already."""

    async def work(unit: Unit) -> None:
        for claim, _ in await repository.find(unit.session, repository.ClaimFilter(ids=claim_ids, states=(HELD,))):
            if await repository.mark_reminded(unit, claim.id):
                announce(unit, ClaimExpiring, claim, HELD, hold_expires_at=rfc3339(claim.hold_expires_at))

    await ctx.transact(work)
