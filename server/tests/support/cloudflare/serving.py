"""The pretend Cloudflare on a port of its own, within a test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from pydantic import SecretStr

from nightmarket.integrations.cloudflare.client import CloudflareClient
from nightmarket.integrations.cloudflare.provider import CloudflareStream
from nightmarket.kernel.context import Context
from nightmarket.kernel.settings import CloudflareSettings
from nightmarket.modules.streams.ports import VideoServices
from support.cloudflare.simulator import Simulator
from support.cloudflare.world import World

ACCOUNT = "0123456789abcdef0123456789abcdef"


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals belong to the test runner."""


@asynccontextmanager
async def pretend_cloudflare() -> AsyncIterator[tuple[World, str]]:
    """Its world and its address. It must never be asked what the vendor's document does not allow."""
    world, listener = World(), socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        Simulator(world, ACCOUNT).app, lifespan="off", log_config=None, ws="none", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield world, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
    assert world.faults == []


def use_cloudflare(ctx: Context, address: str, **more: Any) -> CloudflareStream:
    """Switch Cloudflare on in a context; waits between tries are noted in `waits`, not waited."""
    waits: list[float] = more.pop("waits", [])

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    chosen = CloudflareSettings(
        account_id=ACCOUNT,
        api_token=SecretStr("token"),
        customer_code="code",
        webhook_secret=SecretStr("webhook-secret"),
        notification_secret=SecretStr("notification-secret-of-some-length"),
        api_url=address,
        playback_url=address,
        **more,
    )
    ctx.settings = ctx.settings.model_copy(update={"cloudflare": chosen})
    service = CloudflareStream(ctx, CloudflareClient(ctx, sleep=sleep))
    ctx.ports[VideoServices] = VideoServices({"cloudflare": service})
    return service
