"""What claims hear of stock and shows, and what the room's people hear of their claims."""

from datetime import timedelta
from typing import Any

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims import repair_repository, repository
from nightmarket.modules.claims.events import (
    ClaimExpired,
    ClaimExpiring,
    ClaimLost,
    ClaimMade,
    ClaimPromoted,
    ClaimReleased,
    CommentDismissed,
    RepairsChanged,
)
from nightmarket.modules.claims.service.claim_desk import ClaimDesk
from nightmarket.modules.claims.service.comment_orders import RoomCommentOrders
from nightmarket.modules.claims.service.describe_claims import describe_claim
from nightmarket.modules.claims.service.goods_on_sale import sold_out_lately
from nightmarket.modules.claims.service.race_to_pay import tell_losers
from nightmarket.modules.claims.service.release_claim import close_waitlist, promote_waiting
from nightmarket.modules.claims.service.views import view_of
from nightmarket.modules.claims.states import HELD, State
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.rooms.public import ClaimResult, RepairChanged, publisher
from nightmarket.modules.streams.events import ItemAdded, ItemPinned, ItemRemoved, ItemUpdated, StreamEnded


@handles(StockChanged, name="claims.give_stock_to_waiting.v1", queue="realtime")
async def give_stock_to_waiting(unit: Unit, _ctx: Context, event: StockChanged) -> None:
    """New units of the shop go to those who wait before anybody else; when the last has left, no race goes on."""
    if event.on_hand == 0:
        await tell_losers(unit, event.variant_id)
    if event.available > 0:
        sold_out_lately.forget(variant_id=event.variant_id)
        await promote_waiting(unit, event.variant_id)


@handles(StreamEnded, name="claims.plan_end_of_waitlist.v1", queue="orders")
async def plan_end_of_waitlist(unit: Unit, ctx: Context, event: StreamEnded) -> None:
    """Who waits is served as long as claims of the show can still come to nothing, and no longer."""
    longest = await repository.longest_hold(unit.session, event.stream_id) or 0
    promoted_now = unit.now + timedelta(seconds=longest)
    last = max(promoted_now, await repository.last_deadline(unit.session, event.stream_id) or promoted_now)
    unit.enqueue(close_waitlist, event.stream_id, at=last + timedelta(seconds=ctx.settings.claims.payment_seconds))


@handles(ClaimPromoted, name="claims.tell_promoted.v1", queue="realtime")
async def tell_promoted(unit: Unit, ctx: Context, event: ClaimPromoted) -> None:
    """Your turn: the units are yours until the new deadline."""
    await _tell(unit, ctx, event.claim_id, "promoted")


@handles(ClaimExpiring, name="claims.tell_expiring.v1", queue="realtime")
async def tell_expiring(unit: Unit, ctx: Context, event: ClaimExpiring) -> None:
    """Not long now: the frame says until when."""
    await _tell(unit, ctx, event.claim_id, "reminder", only_in=HELD)


@handles(ClaimLost, name="claims.tell_lost.v1", queue="realtime")
async def tell_lost(unit: Unit, ctx: Context, event: ClaimLost) -> None:
    """Somebody else paid first."""
    await _tell(unit, ctx, event.claim_id, "sold_out")


@handles(ClaimExpired, name="claims.tell_expired.v1", queue="realtime")
async def tell_expired(unit: Unit, ctx: Context, event: ClaimExpired) -> None:
    """The deadline passed."""
    await _tell(unit, ctx, event.claim_id, "expired")


@handles(ClaimReleased, name="claims.tell_released.v1", queue="realtime")
async def tell_released(unit: Unit, ctx: Context, event: ClaimReleased) -> None:
    """Given back, on whichever device or by whomever."""
    await _tell(unit, ctx, event.claim_id, "released")


@handles(ClaimMade, name="claims.tell_made_by_staff.v1", queue="realtime")
async def tell_made_by_staff(unit: Unit, ctx: Context, event: ClaimMade) -> None:
    """The shop claimed for you. Who claims by tap or comment is answered directly."""
    if event.source == "staff":
        await _tell(unit, ctx, event.claim_id, event.state)


@handles(RepairsChanged, name="claims.tell_helpers.v1", queue="realtime")
async def tell_helpers(unit: Unit, ctx: Context, event: RepairsChanged) -> None:
    """The people of the shop see how many comments wait."""
    waiting = await repair_repository.open_count(unit.session, event.stream_id)
    await publisher(ctx).tell_staff(event.stream_id, RepairChanged(waiting))


@handles(CommentDismissed, name="claims.tell_dismissed.v1", queue="realtime")
async def tell_dismissed(_unit: Unit, ctx: Context, event: CommentDismissed) -> None:
    """A helper looked at your comment: nothing was claimed."""
    if event.buyer_id is not None:
        answer = ClaimResult(outcome="dismissed", message_id=event.message_id, text=event.text[:200], claims=[])
        await publisher(ctx).publish(event.stream_id, answer, to_user=event.buyer_id)


@handles(ItemPinned, name="claims.see_pin.v1", queue="realtime")
async def see_pin(_unit: Unit, ctx: Context, event: ItemPinned) -> None:
    """Comments without a code mean another item now."""
    _forget_line_up(ctx, event.stream_id)


@handles(ItemAdded, name="claims.see_added.v1", queue="realtime")
async def see_added(_unit: Unit, ctx: Context, event: ItemAdded) -> None:
    """Comments may name a new code."""
    _forget_line_up(ctx, event.stream_id)


@handles(ItemUpdated, name="claims.see_updated.v1", queue="realtime")
async def see_updated(_unit: Unit, ctx: Context, event: ItemUpdated) -> None:
    """A code, a price or what the show may sell changed."""
    sold_out_lately.forget(event.item_id)
    _forget_line_up(ctx, event.stream_id)


@handles(ItemRemoved, name="claims.see_removed.v1", queue="realtime")
async def see_removed(_unit: Unit, ctx: Context, event: ItemRemoved) -> None:
    """A code means nothing any more."""
    _forget_line_up(ctx, event.stream_id)


def _forget_line_up(ctx: Context, stream_id: str) -> None:
    """Where the handlers run in the process of the room, it reads its line-up afresh; elsewhere its copy ages out."""
    ctx.port(ClaimDesk).goods.forget(stream_id)
    orders = ctx.ports.get(CommentOrders)
    if isinstance(orders, RoomCommentOrders):
        orders.forget(stream_id)


async def _tell(unit: Unit, ctx: Context, claim_id: str, outcome: str, *, only_in: State | None = None) -> None:
    found = await repository.one(unit.session, claim_id)
    if found is None or only_in not in {None, found[0].state}:
        return
    claim, message_id = view_of(*found), found[0].message_id
    shape = await describe_claim(unit.session, ctx, claim)
    answer: dict[str, Any] = {"outcome": outcome, "code": claim.code, "claim": shape, "claims": [shape]}
    if outcome == "sold_out":
        answer |= {"item_id": claim.item_id, "variant_id": claim.variant_id, "quantity": claim.quantity, "available": 0}
    if message_id is not None and outcome == claim.state:
        answer["message_id"] = message_id  # a helper has mended this comment
    await publisher(ctx).publish(claim.stream_id, msgspec.convert(answer, ClaimResult), to_user=claim.buyer_id)
