"""Look for shows: what is on now, what comes, what can be watched again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.paging import decode_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.public import shop_by_slug
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.ports import PublicBase
from nightmarket.modules.streams.repository import Listing, OrderBy
from nightmarket.modules.streams.service.check_access import is_staff
from nightmarket.modules.streams.service.describe_stream import describe_streams
from nightmarket.modules.streams.states import DRAFT, ENDED, INTERRUPTED, LIVE, ON_AIR, SCHEDULED, StreamState

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MICROSECONDS: Final = 250_000_000_000_000_000
_PUBLIC: Final[tuple[StreamState, ...]] = (SCHEDULED, LIVE, INTERRUPTED, ENDED)
_ORDER: Final[dict[str, OrderBy]] = {
    LIVE: "started_at",
    INTERRUPTED: "started_at",
    SCHEDULED: "scheduled_at",
    ENDED: "ended_at",
}


@dataclass(frozen=True, slots=True)
class StreamFilter:
    """What somebody looks for. `live` also finds shows whose picture is away for the moment."""

    state: StreamState | None
    shop: str | None
    """Id or slug."""
    cursor: str | None
    limit: int


async def list_streams(
    ctx: Context, caller: Caller | None, wanted: StreamFilter, *, base: PublicBase
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of shows and the cursor of the next. Drafts, and shows without a replay, only for their own shop."""
    order = _ORDER.get(wanted.state or "", "id")
    after = _read_cursor(wanted.cursor, has_moment=order != "id")
    async with ctx.reader() as session:
        shop_id = wanted.shop
        if shop_id is not None and not is_id("shp", shop_id):
            shop = await shop_by_slug(session, shop_id)
            if shop is None:
                return [], None
            shop_id = shop.id
        sees_all = shop_id is not None and await is_staff(session, shop_id, caller)
        listing = Listing(
            states=_states(wanted.state, sees_all=sees_all),
            order_by=order,
            shop_id=shop_id,
            only_public=not sees_all,
            after=after,
        )
        found = await repository.list_streams(session, listing, limit=wanted.limit + 1)
        rows, has_more = split_page(found, wanted.limit)
        shapes = await describe_streams(session, ctx, rows, base=base)
    return shapes, _cursor_after(rows[-1], order) if has_more else None


def _states(wanted: StreamState | None, *, sees_all: bool) -> tuple[StreamState, ...]:
    if wanted is None:
        return (DRAFT, *_PUBLIC) if sees_all else _PUBLIC
    if wanted == LIVE:
        return ON_AIR
    return (wanted,) if sees_all or wanted in _PUBLIC else ()


def _cursor_after(row: Stream, order: OrderBy) -> str:
    if order == "id":
        return encode_cursor(row.id)
    moment: datetime = getattr(row, order)
    return encode_cursor((moment - _EPOCH) // timedelta(microseconds=1), row.id)


def _read_cursor(text: str | None, *, has_moment: bool) -> tuple[datetime | str, ...] | None:
    values = decode_cursor(text, int, str) if has_moment else decode_cursor(text, str)
    if values is None:
        return None
    micros = values[0] if has_moment else 0
    if not is_id("str", values[-1]) or not 0 <= micros <= _LATEST_MICROSECONDS:
        raise InvalidInput("The cursor is not one of ours.")
    return (_EPOCH + timedelta(microseconds=micros), values[-1]) if has_moment else (values[-1],)
