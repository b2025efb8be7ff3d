"""What a seller's encoder lays over the picture: the item being shown, for a program that cannot log in."""

from datetime import timedelta
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.security import BadSignature, Signer
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.pin_item import recording_position
from nightmarket.modules.streams.service.read_line_up import read_item
from nightmarket.modules.streams.service.views import ItemView

GOOD_FOR: Final = timedelta(days=180)


async def overlay_token(ctx: Context, caller: Caller, stream_id: str) -> str:
    """Opens the overlay of this show and nothing else. For those who run it."""
    async with ctx.reader() as session:
        await run_stream(session, stream_id, caller)
    return _signer(ctx).sign({"overlay": stream_id}, expires_at=int((ctx.clock() + GOOD_FOR).timestamp()))


async def read_overlay(ctx: Context, token: str) -> dict[str, Any]:
    """The show and its item as they are now; NotFound for a token that is none of ours."""
    now = ctx.clock()
    try:
        stream_id = str(_signer(ctx).verify(token, now=int(now.timestamp()))["overlay"])
    except (BadSignature, KeyError) as error:
        raise NotFound from error
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
        if stream is None:
            raise NotFound
        item = None if stream.pinned_item_id is None else await read_item(session, ctx, stream.pinned_item_id)
        moments = await repository.moments(session, stream_id)
    running = [moment for moment in moments if moment.ends_ms is None]
    since = None
    if item is not None and running:
        since = now - timedelta(milliseconds=max(0, recording_position(stream, now) - running[-1].starts_ms))
    return {"state": stream.state, "title": stream.title, "now": now, "item": _shape(stream, item), "since": since}


def _shape(stream: Stream, item: ItemView | None) -> dict[str, Any] | None:
    if item is None:
        return None
    shape = item.as_json()
    product = shape["product"]
    usual = product["variants"][0]["price"] if product["variants"] else None
    return {
        "id": item.id,
        "stream_id": stream.id,
        "code": item.code,
        "title": product["title"],
        "image_url": product["images"][0]["url"] if product["images"] else None,
        "price": shape["live_price"] or usual,
        "usual_price": usual if shape["live_price"] and usual and usual != shape["live_price"] else None,
        "available": item.available,
    }


def _signer(ctx: Context) -> Signer:
    return Signer(ctx.secret, "stream-overlay")
