"""The embedded media server as a process, or as part of another one's loop."""

import asyncio
import signal
from collections.abc import Callable

from nightmarket.media.config import MediaConfig
from nightmarket.media.server import MediaServer, Ports


async def serve(config: MediaConfig, stop: asyncio.Event, on_ready: Callable[[Ports], None] | None = None) -> None:
    """Serves until `stop` is set.

    Once listening, the real ports are in `data_dir/ports.json` and are given to `on_ready`.
    """
    server = MediaServer(config)
    try:
        ports = await server.start()
        if on_ready is not None:
            on_ready(ports)
        await stop.wait()
    finally:
        await server.stop()


def run(config: MediaConfig) -> None:
    """Serves until SIGINT or SIGTERM."""
    asyncio.run(_until_signalled(config))


async def _until_signalled(config: MediaConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(config, stop)
