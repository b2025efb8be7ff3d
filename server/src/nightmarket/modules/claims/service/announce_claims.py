"""News of a claim, in the words of its events."""

from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims.events import (
    ClaimExpired,
    ClaimExpiring,
    ClaimLost,
    ClaimMade,
    ClaimPromoted,
    ClaimReleased,
    ClaimUpdated,
)
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.states import State

AnyClaimEvent = ClaimMade | ClaimUpdated | ClaimReleased | ClaimExpired | ClaimExpiring | ClaimLost | ClaimPromoted


def announce(unit: Unit, kind: type[AnyClaimEvent], claim: Claim, state: State, **more: str | None) -> None:
    """Tell the modules above what became of a claim."""
    unit.announce(
        kind(
            claim_id=claim.id,
            stream_id=claim.stream_id,
            item_id=claim.item_id,
            shop_id=claim.shop_id,
            buyer_id=claim.buyer_id,
            variant_id=claim.variant_id,
            quantity=claim.quantity,
            state=state,
            source=claim.source,
            **more,
        )
    )
