"""A buyer taps an item, or the staff claims for a buyer: from what was sent to what the desk settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound, Problem
from nightmarket.modules.claims.service.describe_claims import goods_on_sale
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome, choose_variant, closed_for_claims
from nightmarket.modules.claims.service.settle_group import Asked, KeyMark
from nightmarket.modules.claims.states import HELD
from nightmarket.modules.identity.public import Caller, users_by_id
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.streams.public import item_view, visible_stream

HELPERS = ("host", "moderator")
"""Who may claim for a buyer, and give claims of buyers back."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What was sent."""

    stream_id: str
    item_id: str
    variant_id: str | None = None
    quantity: int = 1
    waitlist: bool = True
    buyer_id: str | None = None


async def ask_for(ctx: Context, tap: Tap, caller: Caller, mark: KeyMark) -> Asked:
    """What the desk is to settle. What cannot be is told there too, so that a repeat gets the answer of the first."""
    wanted = await _wanted(ctx, tap, caller)
    if isinstance(wanted, Problem):
        return Asked(mark, (), _answer, refusal=wanted)
    return Asked(mark, (wanted,), lambda outcomes: _answer(outcomes, wanted))


async def _wanted(ctx: Context, tap: Tap, caller: Caller) -> ClaimRequest | Problem:
    async with ctx.reader() as session:
        stream = await visible_stream(session, tap.stream_id, caller)
        item = await item_view(session, ctx, tap.item_id)
        if stream is None or item is None or item.stream_id != tap.stream_id:
            return NotFound()
        buyer_id = tap.buyer_id or caller.id
        if buyer_id != caller.id:
            await require_role(session, stream.shop_id, caller, *HELPERS)
            if buyer_id not in await users_by_id(session, [buyer_id]):
                return NotFound("There is no such buyer.")
    try:
        variant_id = choose_variant(item, tap.variant_id)
    except Problem as problem:
        return closed_for_claims(stream.state) or problem
    return ClaimRequest(
        buyer_id=buyer_id,
        stream=stream,
        item=item,
        variant_id=variant_id,
        quantity=tap.quantity,
        source="tap" if buyer_id == caller.id else "staff",
        may_wait=tap.waitlist,
    )


def _answer(outcomes: Sequence[Outcome], wanted: ClaimRequest | None = None) -> tuple[int, dict[str, Any]]:
    claim = outcomes[0].made()
    assert wanted is not None
    goods = goods_on_sale(wanted.item.product, claim.variant_id)
    return (201 if claim.state == HELD else 202), {"claim": claim.as_json() | goods | {"buyer": None}}
