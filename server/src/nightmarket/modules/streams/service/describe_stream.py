"""The stream shape of the API: what a card on the home page and the head of a room show."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.catalog.public import product_json
from nightmarket.modules.identity.public import UserCard, users_by_id
from nightmarket.modules.shops.public import ShopCard, shop_cards
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamProviderOff
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.ports import PublicBase
from nightmarket.modules.streams.service.choose_provider import provider_of
from nightmarket.modules.streams.states import LIVE, ON_AIR

POSTER_SECONDS = 60


async def describe_streams(
    session: AsyncSession, ctx: Context, rows: Sequence[Stream], *, base: PublicBase | None = None
) -> list[dict[str, Any]]:
    """The JSON of several shows. With a `base` posters are absolute; without, a path of this API that leads there."""
    if not rows:
        return []
    shops = await shop_cards(session, {row.shop_id for row in rows})
    hosts = await users_by_id(session, {row.host_id for row in rows})
    counts = await repository.item_counts(session, [row.id for row in rows])
    viewers = await viewer_counts(ctx, [row.id for row in rows])
    covers = await _covers(session, ctx, [row for row in rows if not shows_picture(row)])
    return [
        _shape(row, shops.get(row.shop_id), hosts.get(row.host_id))
        | {
            "viewers": viewers[row.id],
            "item_count": counts.get(row.id, 0),
            "poster": await poster_url(ctx, row, base=base) or covers.get(row.id),
        }
        for row in rows
    ]


async def describe_stream(
    session: AsyncSession, ctx: Context, stream_id: str, *, base: PublicBase | None = None
) -> dict[str, Any] | None:
    """The JSON of one show; None when it is unknown."""
    row = await repository.stream(session, stream_id)
    return None if row is None else (await describe_streams(session, ctx, [row], base=base))[0]


async def poster_url(ctx: Context, row: Stream, *, base: PublicBase | None = None) -> str | None:
    """What is on now, or was on last; None before the show."""
    if shows_picture(row):
        stamp = int((ctx.clock() if row.state in ON_AIR else row.ended_at or ctx.clock()).timestamp()) // POSTER_SECONDS
        address = f"/api/v1/streams/{row.id}/poster"
        if base is not None:
            with contextlib.suppress(Unavailable, StreamProviderOff):
                address = (await provider_of(ctx, row).playback(row.id, base)).poster
        return f"{address}{'&' if '?' in address else '?'}v={stamp}"
    return None


def shows_picture(row: Stream) -> bool:
    """Whether the provider has a picture that the public may see."""
    return row.first_signal_at is not None and (row.state in ON_AIR or row.has_recording)


async def viewer_counts(ctx: Context, stream_ids: Sequence[str]) -> dict[str, int]:
    """How many people are in each room, as its gateway last counted them; 0 while nobody counts."""
    if not stream_ids:
        return {}
    try:
        values = await ctx.redis.mget([f"room:{{{stream_id}}}:viewers" for stream_id in stream_ids])
    except (RedisError, OSError):
        values = [None] * len(stream_ids)
    return {stream_id: int(value or 0) for stream_id, value in zip(stream_ids, values, strict=True)}


async def _covers(session: AsyncSession, ctx: Context, rows: Sequence[Stream]) -> dict[str, str]:
    """Before there is a picture of the show: one of the product it begins with."""
    products = await repository.first_products(session, [row.id for row in rows]) if rows else {}
    shapes = await product_json(session, ctx, products.values()) if products else {}
    return {
        stream_id: pictures[0]["url"]
        for stream_id, product_id in products.items()
        if (pictures := shapes.get(product_id, {}).get("images"))
    }


def _shape(row: Stream, shop: ShopCard | None, host: UserCard | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "shop_id": row.shop_id,
        "shop": shop
        and {
            "id": shop.id,
            "name": shop.name,
            "slug": shop.slug,
            "market": shop.market,
            "currency": shop.currency,
        },
        "host": host and {"id": host.id, "name": host.display_name},
        "title": row.title,
        "description": row.description,
        "language": row.language,
        "state": row.state,
        "is_live": row.state == LIVE,
        "auto_start": row.auto_start,
        "is_private": row.is_private,
        "has_signal": row.has_signal,
        "has_recording": row.has_recording,
        "provider": row.provider,
        "viewer_limit": row.viewer_limit,
        "hold_seconds": row.hold_seconds,
        "claims_for": row.claims_for,
        "limit_per_buyer_show": row.limit_per_buyer_show,
        "scheduled_at": _iso(row.scheduled_at),
        "started_at": _iso(row.started_at),
        "ended_at": _iso(row.ended_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
