"""The api and the media server, talking to each other over real sockets."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import imageio_ffmpeg
import pytest
import uvicorn

from media.harness import running
from nightmarket.kernel.clock import system_clock
from nightmarket.kernel.context import Context
from nightmarket.kernel.security import derive_key
from nightmarket.media.config import MediaConfig
from support.application import application


@dataclass
class Studio:
    """A client of the api over its real port, and of the media server over its own."""

    api: httpx2.AsyncClient
    media: httpx2.AsyncClient
    rtmp_port: int


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of half a minute, encoded once."""
    target = tmp_path_factory.mktemp("clip") / "show.flv"
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error",
            "-f", "lavfi", "-i", "testsrc2=s=160x90:r=15", "-f", "lavfi", "-i", "sine=f=440:r=48000", "-t", "30",
            "-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-pix_fmt", "yuv420p", "-c:a", "aac", str(target),
        ],
        check=True,
    )  # fmt: skip
    return target


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals belong to the test runner."""


@pytest.fixture
async def studio(ctx: Context) -> AsyncIterator[Studio]:
    """Both servers on free ports; time is real, because the media server's is."""
    ctx.clock = system_clock
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = _Server(
        uvicorn.Config(application(ctx), lifespan="off", log_config=None, ws="none", timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    config = MediaConfig(
        data_dir=ctx.settings.data_dir / "media",
        hook_url=f"{address}/internal/media",
        secret=derive_key(ctx.secret, "media-hooks").hex(),
        host="127.0.0.1",
        rtmp_port=0,
        http_port=0,
        segment_seconds=1.0,
        health_seconds=0.5,
        private_outputs=True,
    )
    try:
        async with running(config) as media, httpx2.AsyncClient(base_url=address, trust_env=False) as client:
            yield Studio(client, media.http, media.ports.rtmp)
    finally:
        server.should_exit = True
        await serving
