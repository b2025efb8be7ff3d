"""A running show leaves a Cloudflare that is silent for our own media server, and comes back."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from media.harness import encoder, eventually
from nightmarket.integrations.cloudflare.tasks import settle_recordings, watch_shows
from nightmarket.kernel.clock import unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.settings import StreamSettings
from support.accounts import sign_up
from support.cloudflare.serving import pretend_cloudflare, use_cloudflare
from support.shops import seller_with_shop
from support.streams import add_item, make_product, make_stream

from .conftest import Studio

Drain = Callable[[], Awaitable[list[str]]]


async def claim(api: httpx2.AsyncClient, stream_id: str, item_id: str, headers: dict[str, str]) -> dict[str, Any]:
    """A tap."""
    key = {"Idempotency-Key": f"{stream_id}-{item_id}"}
    answer = await api.post(
        f"/api/v1/streams/{stream_id}/claims", json={"item_id": item_id, "quantity": 1}, headers=headers | key
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()["claim"]
    return body


async def test_show_survives_the_loss_of_its_service(  # noqa: PLR0915  (one evening)
    ctx: Context, studio: Studio, clip: Path, drain: Drain
) -> None:
    api = studio.api
    headers, shop = await seller_with_shop(api)
    buyer = await sign_up(api, "buyer")
    async with pretend_cloudflare() as (world, address):
        service = use_cloudflare(ctx, address)
        ctx.settings = ctx.settings.model_copy(update={"stream": StreamSettings(fail_over_seconds=1)})
        stream = await make_stream(api, headers, shop["id"], provider="cloudflare")
        path = f"/api/v1/streams/{stream['id']}"
        item = await add_item(api, headers, stream["id"], await make_product(ctx, shop))
        await drain()
        [one] = world.inputs.values()

        async def shown() -> dict[str, Any]:
            body: dict[str, Any] = (await api.get(path)).json()
            return body

        async def hls() -> str:
            service._seen.clear()
            return str((await api.get(f"{path}/playback")).json()["hls"])

        async def is_live() -> bool:
            return bool((await shown())["state"] == "live")

        assert world.publish(one.uid, one.key, unix_ms(ctx.clock()) // 1000)
        await watch_shows.function(ctx)
        await drain()
        assert (await shown())["state"] == "live"
        assert await hls() == f"{address}/{one.uid}/manifest/video.m3u8"
        room = (await api.get(f"{path}/room")).json()
        held = await claim(api, stream["id"], item["id"], buyer)

        world.is_down = True

        async def has_moved() -> bool:
            await watch_shows.function(ctx)
            return bool((await shown())["provider"] == "embedded")

        await eventually(has_moved)
        await drain()
        assert (await shown())["state"] == "interrupted"
        rtmp = (await api.get(f"{path}/ingest", headers=headers)).json()["rtmp"]
        assert rtmp["url"].startswith("rtmp://127.0.0.1:")
        async with encoder(clip, f"{rtmp['url']}/{rtmp['key']}", real_time=True) as ours:
            await eventually(is_live)
            assert (await studio.media.get(await hls())).text.startswith("#EXTM3U")
            now = (await api.get(f"{path}/room")).json()
            assert (now["epoch"], now["items"][0]["id"]) == (room["epoch"], item["id"])
            mine = (await api.get("/api/v1/me/claims", headers=buyer)).json()["items"]
            assert [(one["id"], one["state"]) for one in mine] == [(held["id"], "held")]
            back = await api.put(f"{path}/provider", json={"provider": "cloudflare"}, headers=headers)
            assert (back.status_code, back.json()["code"]) == (503, "unavailable")
            assert (await shown())["state"] == "live"  # it is still away: nothing has changed

            world.is_down = False
            back = await api.put(f"{path}/provider", json={"provider": "cloudflare"}, headers=headers)
            assert (back.status_code, back.json()["state"]) == (200, "interrupted")
            await drain()
            code, _ = await ours.finished()
            assert code != 0  # the encoder was told to go
        async with encoder(clip, f"{rtmp['url']}/{rtmp['key']}", real_time=True) as refused:
            code, _ = await refused.finished()
            assert code != 0
        assert (await shown())["state"] == "interrupted"
        assert one.enabled
        assert world.publish(one.uid, one.key, unix_ms(ctx.clock()) // 1000)
        await watch_shows.function(ctx)
        await drain()
        assert (await shown())["state"] == "live"
        assert await hls() == f"{address}/{one.uid}/manifest/video.m3u8"

        await api.post(f"{path}/end", headers=headers)
        await drain()
        assert not one.enabled
        video = world.finish(one.uid, 120, unix_ms(ctx.clock()) // 1000)
        await settle_recordings.function(ctx)

        async def has_both() -> bool:
            await drain()
            return (await hls()) == f"{address}/{video}/manifest/video.m3u8"

        await eventually(has_both)
        assert (await api.get(f"{path}/playback")).json()["recording_seconds"] == 120
