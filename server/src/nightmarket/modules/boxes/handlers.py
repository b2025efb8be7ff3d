"""What boxes do about news: claims go into them."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.service.gather_claims import gather_claim
from nightmarket.modules.claims.events import ClaimMade, ClaimPromoted
from nightmarket.modules.claims.public import HELD


@handles(ClaimMade, name="boxes.gather_made.v1", queue="realtime", writes=False)
async def gather_made(_unit: Unit, ctx: Context, event: ClaimMade) -> None:
    """Somebody holds units."""
    if event.state == HELD:
        await gather_claim(ctx, event.claim_id, event.shop_id)


@handles(ClaimPromoted, name="boxes.gather_promoted.v1", queue="realtime", writes=False)
async def gather_promoted(_unit: Unit, ctx: Context, event: ClaimPromoted) -> None:
    """Somebody who waited holds units now."""
    await gather_claim(ctx, event.claim_id, event.shop_id)
