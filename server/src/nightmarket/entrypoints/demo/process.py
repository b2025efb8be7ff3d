"""`nightmarket demo`: the show as a process of its own."""

import asyncio

from nightmarket.entrypoints.demo.show import play_demo
from nightmarket.entrypoints.stopping import stop_signal
from nightmarket.kernel.logging import configure_logging, get_logger
from nightmarket.kernel.settings import Settings

log = get_logger(__name__)


async def run_demo(settings: Settings, address: str, market: str, *, with_parent: bool) -> None:
    """Play until told to stop."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    stop = stop_signal(with_parent=with_parent)
    show = asyncio.create_task(play_demo(address, market))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([show, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in (show, stopping):
        task.cancel()
    await asyncio.gather(show, stopping, return_exceptions=True)
    if not show.cancelled() and (error := show.exception()) is not None:
        log.error("demo.failed", exc_info=error)
        raise SystemExit(1)
