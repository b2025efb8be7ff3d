"""Things that happen at the same moment."""

import asyncio

import httpx2
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.modules.streams import public
from nightmarket.modules.streams.models import StreamKey
from support.streams import add_item, call_hook, live_stream, make_product, make_stream, report

from .conftest import News, Seller


async def test_cap_holds_against_many_takers(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    item = await add_item(api, seller.headers, stream["id"], await make_product(ctx, seller.shop), stock=3)
    barrier = asyncio.Barrier(8)

    async def take() -> bool:
        await barrier.wait()
        return await ctx.transact(lambda unit: public.take(unit, item["id"], 1))

    results = await asyncio.gather(*(take() for _ in range(8)))
    assert results.count(True) == 3
    async with ctx.reader() as session:
        view = await public.item_view(session, ctx, item["id"])
    assert view is not None
    assert view.taken == 3


async def test_items_added_together_get_codes_of_their_own(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    product = await make_product(ctx, seller.shop)
    items = await asyncio.gather(*(add_item(api, seller.headers, stream["id"], product) for _ in range(6)))
    assert sorted(item["code"] for item in items) == ["A1", "A2", "A3", "A4", "A5", "A6"]


async def test_rotating_together_leaves_one_good_key(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    path = f"/api/v1/streams/{stream['id']}/ingest"
    answers = await asyncio.gather(*(api.post(f"{path}/rotate", headers=seller.headers) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    keys = [answer.json()["rtmp"]["key"] for answer in answers]
    shown = (await api.get(path, headers=seller.headers)).json()["rtmp"]["key"]
    assert shown in keys
    statuses = [(await call_hook(ctx, api, "authorize", {"key": key, "remote": ""})).status_code for key in keys]
    assert statuses.count(200) == 1
    async with ctx.reader() as session:
        active = sa.select(sa.func.count()).where(StreamKey.active_stream_id.is_not(None))
        assert await session.scalar(active) == 1


async def test_reports_of_one_start_start_the_show_once(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, news: News
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    await asyncio.gather(*(report(ctx, api, "started", stream["id"]) for _ in range(5)))
    assert await news() == ["streams.started"]


async def test_ending_together_ends_once(ctx: Context, api: httpx2.AsyncClient, seller: Seller, news: News) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    await news()
    path = f"/api/v1/streams/{stream['id']}/end"
    answers = await asyncio.gather(*(api.post(path, headers=seller.headers) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert sorted(await news()) == ["streams.end_media.v1", "streams.ended"]
