"""`nightmarket media`: the embedded media server, configured from our settings."""

import asyncio
import signal
import sys

from nightmarket.entrypoints.media import serve
from nightmarket.kernel.logging import configure_logging
from nightmarket.kernel.security import derive_key
from nightmarket.kernel.settings import Settings
from nightmarket.media.config import MediaConfig


def media_config(settings: Settings) -> MediaConfig:
    """What the media server may know of our settings."""
    return MediaConfig(
        data_dir=settings.data_dir / "media",
        hook_url=settings.media.hook_url or f"http://127.0.0.1:{settings.http.port}/internal/media",
        secret=derive_key(settings.secret(), "media-hooks").hex(),
        host=settings.media.host,
        rtmp_port=settings.media.rtmp_port,
        http_port=settings.media.http_port or settings.http.port + 1,
        grace_seconds=float(settings.media.grace_seconds),
        disk_budget_bytes=settings.media.disk_budget_bytes,
    )


async def run_media(settings: Settings, *, with_parent: bool) -> None:
    """Serve until SIGINT, SIGTERM or, with a parent, until its end of the pipe closes."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if with_parent:
        # Ctrl-C reaches the whole terminal group: the parent decides when we stop, so that the last events still land.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        loop.add_reader(sys.stdin.fileno(), _stop_at_end, stop)
    else:
        loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await serve(media_config(settings), stop)


def _stop_at_end(stop: asyncio.Event) -> None:
    if not sys.stdin.buffer.raw.read(1024):  # type: ignore[attr-defined]  # a pipe always has a raw file behind it
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()
