"""A show planned in the api, carried by the media server, arrives at a third RTMP server."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from media.harness import api_double, encoder, eventually, media_config, running, until
from nightmarket.integrations.embedded_media import EmbeddedRelay
from nightmarket.kernel.context import Context
from nightmarket.modules.simulcast.ports import OutputRelay
from support.engines import test_settings as settings_for_tests
from support.shops import seller_with_shop
from support.streams import make_stream

from .conftest import Studio

Drain = Callable[[], Awaitable[list[str]]]


async def test_show_is_sent_on_and_its_output_says_so(
    ctx: Context, studio: Studio, clip: Path, drain: Drain, tmp_path: Path
) -> None:
    ctx.settings = settings_for_tests(ctx.settings.data_dir, media={"private_outputs": True})
    ctx.ports[OutputRelay] = EmbeddedRelay(ctx)
    api = studio.api
    headers, shop = await seller_with_shop(api)
    stream = await make_stream(api, headers, shop["id"])
    path = f"/api/v1/streams/{stream['id']}"

    async def output_states() -> list[str]:
        await drain()
        answer: dict[str, Any] = (await api.get(f"{path}/outputs", headers=headers)).json()
        return [one["state"] for one in answer["items"]]

    async with api_double() as other_api:
        other_api.keys["their-key"] = "str_other"
        async with running(media_config(other_api, tmp_path / "other")) as other:
            body = {"name": "Elsewhere", "url": f"rtmp://127.0.0.1:{other.ports.rtmp}/live", "key": "their-key"}
            made = await api.post(f"{path}/outputs", json=body, headers=headers)
            assert made.status_code == 201, made.text
            assert "their-key" not in made.text
            rtmp = (await api.get(f"{path}/ingest", headers=headers)).json()["rtmp"]
            async with encoder(clip, f"{rtmp['url']}/{rtmp['key']}", real_time=True):

                async def is_live() -> bool:
                    return await output_states() == ["live"]

                await eventually(is_live)
                await until(lambda: other_api.named("started", "str_other"))
                await api.post(f"{path}/end", headers=headers)

                async def is_idle() -> bool:
                    return await output_states() == ["idle"]

                await eventually(is_idle)
                await until(lambda: other_api.named("interrupted", "str_other"))
    assert "their-key" not in json.dumps((await api.get(f"{path}/outputs", headers=headers)).json())
