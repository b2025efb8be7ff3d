"""What carts do about news: the number on the bag follows, and an account that goes takes its bag with it."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.events import BoxChanged, BoxEvent, BoxExpired, BoxExpiring
from nightmarket.modules.carts import repository
from nightmarket.modules.carts.service.tell_cart import tell_cart
from nightmarket.modules.claims.events import ClaimExpired, ClaimPromoted, ClaimReleased
from nightmarket.modules.identity.events import AccountErased


async def _tell(_unit: Unit, ctx: Context, event: ClaimExpired | ClaimPromoted | ClaimReleased) -> None:
    await tell_cart(ctx, event.buyer_id, [event.stream_id])


async def _tell_box(_unit: Unit, ctx: Context, event: BoxEvent) -> None:
    await tell_cart(ctx, event.buyer_id, event.stream_ids, event.box_id, isinstance(event, BoxExpiring))


tell_expired = handles(ClaimExpired, name="carts.tell_expired.v1", queue="realtime", writes=False)(_tell)
tell_promoted = handles(ClaimPromoted, name="carts.tell_promoted.v1", queue="realtime", writes=False)(_tell)
tell_released = handles(ClaimReleased, name="carts.tell_released.v1", queue="realtime", writes=False)(_tell)
tell_box = handles(BoxChanged, name="carts.tell_box.v1", queue="realtime", writes=False)(_tell_box)
tell_ending = handles(BoxExpiring, name="carts.tell_box_ending.v1", queue="realtime", writes=False)(_tell_box)
tell_ended = handles(BoxExpired, name="carts.tell_box_ended.v1", queue="realtime", writes=False)(_tell_box)


@handles(AccountErased, name="carts.forget_person.v1", queue="bulk")
async def forget_person(unit: Unit, _ctx: Context, event: AccountErased) -> None:
    """The bag goes with its owner."""
    await repository.erase(unit, event.user_id)
