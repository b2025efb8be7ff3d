"""What happens elsewhere and shows in a room.

A frame carries the state as it is when the frame is made, not as the event saw it: repeated, a frame says the same.
Nothing is written here, so that telling a room never stands in the way of a claim.
"""

from typing import Any

import msgspec
from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers.events import BuyerBlocked, BuyerUnblocked
from nightmarket.modules.inventory import events as inventory
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.realtime.kinds.goods import ItemUpdated, LineUpItem, SpotlightProduct, StockChanged
from nightmarket.modules.rooms.realtime.kinds.rules import Muted
from nightmarket.modules.rooms.realtime.kinds.show import StreamStatus
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.realtime.seats import Seats
from nightmarket.modules.rooms.service.keep_queue import close_queue
from nightmarket.modules.streams import events
from nightmarket.modules.streams import public as streams

log = get_logger(__name__)


def _say(ctx: Context) -> RoomPublisher:
    return RoomPublisher(ctx.redis, ctx.clock)


async def _show_status(unit: Unit, ctx: Context, stream_id: str) -> None:
    stream = await streams.stream_view(unit.session, stream_id)
    if stream is None:
        return
    status = StreamStatus(
        stream.state, stream.title, _iso(stream.started_at), _iso(stream.ended_at), provider=stream.provider
    )
    await _say(ctx).publish(stream_id, status)


@handles(events.StreamStarted, name="rooms.show_started.v1", queue="realtime", writes=False)
async def show_started(unit: Unit, ctx: Context, event: events.StreamStarted) -> None:
    """The show is on."""
    await _show_status(unit, ctx, event.stream_id)


@handles(events.StreamInterrupted, name="rooms.show_interrupted.v1", queue="realtime", writes=False)
async def show_interrupted(unit: Unit, ctx: Context, event: events.StreamInterrupted) -> None:
    """The picture stopped."""
    await _show_status(unit, ctx, event.stream_id)


@handles(events.StreamResumed, name="rooms.show_resumed.v1", queue="realtime", writes=False)
async def show_resumed(unit: Unit, ctx: Context, event: events.StreamResumed) -> None:
    """The picture is back."""
    await _show_status(unit, ctx, event.stream_id)


@handles(events.StreamEnded, name="rooms.show_ended.v1", queue="realtime", writes=False)
async def show_ended(unit: Unit, ctx: Context, event: events.StreamEnded) -> None:
    """The show is over; the room stays open for goodbyes."""
    await _show_status(unit, ctx, event.stream_id)


@handles(events.StreamEnded, name="rooms.close_queue.v1", queue="realtime")
async def close_line(unit: Unit, _ctx: Context, event: events.StreamEnded) -> None:
    """Nobody is called any more."""
    await close_queue(unit, event.stream_id)


@handles(events.StreamUpdated, name="rooms.show_updated.v1", queue="realtime", writes=False)
async def show_updated(unit: Unit, ctx: Context, event: events.StreamUpdated) -> None:
    """Title, date or the number of places changed."""
    await _show_limit(unit, ctx, event.stream_id)
    await _show_status(unit, ctx, event.stream_id)


@handles(events.StreamMoved, name="rooms.show_moved.v1", queue="realtime", writes=False)
async def show_moved(unit: Unit, ctx: Context, event: events.StreamMoved) -> None:
    """The picture comes from elsewhere now: players read the addresses again."""
    await _show_status(unit, ctx, event.stream_id)


@handles(events.StreamDeleted, name="rooms.show_deleted.v1", queue="realtime", writes=False)
async def show_deleted(_unit: Unit, ctx: Context, event: events.StreamDeleted) -> None:
    """Nobody waits for a show that will never come."""
    await _say(ctx).control(event.stream_id, "gone", {})


@handles(events.ItemAdded, name="rooms.item_added.v1", queue="realtime", writes=False)
async def item_added(unit: Unit, ctx: Context, event: events.ItemAdded) -> None:
    """A new item in the line-up."""
    await _show_item(unit, ctx, event.stream_id, event.item_id)


@handles(events.ItemUpdated, name="rooms.item_updated.v1", queue="realtime", writes=False)
async def item_updated(unit: Unit, ctx: Context, event: events.ItemUpdated) -> None:
    """Price, code or limit changed."""
    await _show_item(unit, ctx, event.stream_id, event.item_id)


@handles(events.ItemRemoved, name="rooms.item_removed.v1", queue="realtime", writes=False)
async def item_removed(unit: Unit, ctx: Context, event: events.ItemRemoved) -> None:
    """An item left the line-up."""
    await _show_item(unit, ctx, event.stream_id, event.item_id)


async def _show_item(unit: Unit, ctx: Context, stream_id: str, item_id: str) -> None:
    item = await streams.item_view(unit.session, ctx, item_id)
    if item is None:
        await _say(ctx).publish(stream_id, ItemUpdated(item_id, removed=True))
    else:
        await _say(ctx).publish(stream_id, ItemUpdated(item_id, msgspec.convert(item.as_json(), LineUpItem)))


@handles(events.ItemPinned, name="rooms.item_pinned.v1", queue="realtime", writes=False)
async def item_pinned(unit: Unit, ctx: Context, event: events.ItemPinned) -> None:
    """The host shows an item, or none. What has been replaced meanwhile is told by the news of that."""
    if await streams.pinned_item_id(unit.session, event.stream_id) == event.item_id:
        await _say(ctx).publish(event.stream_id, SpotlightProduct(event.item_id, event.media_time))


@handles(inventory.StockChanged, name="rooms.stock_changed.v1", queue="realtime", writes=False)
async def stock_changed(unit: Unit, ctx: Context, event: inventory.StockChanged) -> None:
    """Fewer or more units than a moment ago, in every show that sells them."""
    say = _say(ctx)
    for stream_id, item_id in await streams.items_with_variant(unit.session, event.variant_id):
        item = await streams.item_view(unit.session, ctx, item_id)
        if item is None:
            continue
        variants = {variant["id"]: variant["available"] for variant in item.product["variants"]}
        left = StockChanged(item_id, item.available, item.available, variants)
        if len(variants) > 1:
            one = variants.get(event.variant_id, 0)
            left = StockChanged(item_id, item.available, one, variants, event.variant_id)
        await say.publish(stream_id, left, key=f"{item_id}.{event.variant_id}")


@handles(BuyerBlocked, name="rooms.silence_blocked.v1", queue="realtime", writes=False)
async def silence_blocked(unit: Unit, ctx: Context, event: BuyerBlocked) -> None:
    """Whom the shop does not sell to does not write in its rooms. Later rooms learn it from their snapshot."""
    for stream_id in await streams.open_stream_ids(unit.session, event.shop_id):
        await _say(ctx).control(stream_id, "mute", {"user": event.user_id, "until": None, "shadow": False})
        await _say(ctx).publish(stream_id, Muted(muted=True), to_user=event.user_id)


@handles(BuyerUnblocked, name="rooms.hear_unblocked.v1", queue="realtime", writes=False)
async def hear_unblocked(unit: Unit, ctx: Context, event: BuyerUnblocked) -> None:
    """They may write again, where no moderator has muted them besides."""
    for stream_id in await streams.open_stream_ids(unit.session, event.shop_id):
        mute = await repository.restriction(unit.session, stream_id, "mute", event.user_id)
        if mute is None or (mute.until is not None and mute.until <= unit.now):
            await _say(ctx).control(stream_id, "unmute", {"user": event.user_id})
            await _say(ctx).publish(stream_id, Muted(muted=False), to_user=event.user_id)


async def _show_limit(unit: Unit, ctx: Context, stream_id: str) -> None:
    """Edges renew the places of who is inside as long as there is a limit; the next who asks would tell them, too."""
    stream = await streams.stream_view(unit.session, stream_id)
    if stream is None:
        return
    try:
        await Seats(ctx.redis).set_limit(stream_id, stream.viewer_limit)
    except (RedisError, OSError) as error:
        log.warning("rooms.limit_not_told", stream_id=stream_id, error=repr(error))


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
