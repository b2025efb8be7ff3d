"""A buyer taps an item, or the staff claims for a buyer: from what was sent to what the desk settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound, Problem
from nightmarket.modules.claims.errors import SoldOut
from nightmarket.modules.claims.service.claim_desk import ClaimDesk
from nightmarket.modules.claims.service.describe_claims import goods_on_sale
from nightmarket.modules.claims.service.goods_on_sale import sold_out_lately
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome, choose_variant, closed_for_claims
from nightmarket.modules.claims.service.settle_group import Asked, KeyMark
from nightmarket.modules.claims.states import HELD
from nightmarket.modules.identity.public import Caller, users_by_id
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.streams.public import visible_stream

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
    goods = ctx.port(ClaimDesk).goods
    seen = goods.known(tap.item_id) or await goods.find(tap.item_id)
    if seen is None or seen.stream.id != tap.stream_id:
        return NotFound()
    is_for_self = tap.buyer_id is None or tap.buyer_id == caller.id
    if not (seen.is_open and is_for_self):
        refusal = await _not_theirs(ctx, tap, caller, seen.stream.shop_id)
        if refusal is not None:
            return refusal
    try:
        variant_id = choose_variant(seen.item, tap.variant_id)
    except Problem as problem:
        return closed_for_claims(seen.stream.state) or problem
    if not tap.waitlist and sold_out_lately.knows(tap.item_id, variant_id):
        return SoldOut(available=0)
    return ClaimRequest(
        buyer_id=tap.buyer_id or caller.id,
        stream=seen.stream,
        item=seen.item,
        variant_id=variant_id,
        quantity=tap.quantity,
        source="tap" if is_for_self else "staff",
        may_wait=tap.waitlist,
    )


async def _not_theirs(ctx: Context, tap: Tap, caller: Caller, shop_id: str) -> Problem | None:
    """Why this caller may not claim here, or not for this buyer."""
    async with ctx.reader() as session:
        if await visible_stream(session, tap.stream_id, caller) is None:
            return NotFound()
        if tap.buyer_id is not None and tap.buyer_id != caller.id:
            await require_role(session, shop_id, caller, *HELPERS)
            if tap.buyer_id not in await users_by_id(session, [tap.buyer_id]):
                return NotFound("There is no such buyer.")
    return None


def _answer(outcomes: Sequence[Outcome], wanted: ClaimRequest | None = None) -> tuple[int, dict[str, Any]]:
    claim = outcomes[0].made()
    assert wanted is not None
    goods = goods_on_sale(wanted.item.product, claim.variant_id)
    return (201 if claim.state == HELD else 202), {"claim": claim.as_json() | goods | {"buyer": None}}
