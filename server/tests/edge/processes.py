"""`nightmarket edge` as a process, and the api it asks."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from websockets.asyncio.client import connect

from edge.server import SECRET, EdgeServer, MemoryBackend, Watcher, until
from nightmarket.kernel.clock import system_clock
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.backend_http import edge_signature
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.engines import REDIS

READY_SECONDS = 60.0


class Api:
    """The api's answers to edges, over real HTTP: the memory backend behind the signed requests."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        edge_signature(SECRET).verify(headers["nightmarket-signature"], body, now=int(system_clock().timestamp()))
        asked = json.loads(body)
        if scope["path"].endswith("/snapshot"):
            answer = {"state": await self._backend.snapshot(asked["room"])}
        else:
            answer = await self._backend.hear(asked)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


@contextmanager
def process(port: int, api_port: int, data_dir: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A running `nightmarket edge`; `more` variables by name."""
    variables = {
        "PATH": "/usr/bin:/bin",
        "NIGHTMARKET_DATA_DIR": str(data_dir),
        "NIGHTMARKET_LOG_LEVEL": "warning",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "NIGHTMARKET_SECRET_KEY": SECRET,
        "NIGHTMARKET_REDIS__URL": REDIS,
        "NIGHTMARKET_EDGE__HOST": "127.0.0.1",
        "NIGHTMARKET_EDGE__PORT": str(port),
        "NIGHTMARKET_EDGE__API_URL": f"http://127.0.0.1:{api_port}",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "nightmarket.entrypoints.cli", "edge"], env=variables | more, stdout=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


async def ready(port: int) -> None:
    """Wait until the edge says it is ready."""
    async with asyncio.timeout(READY_SECONDS):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = await reader.read()
                writer.close()
            except ConnectionError:
                answer = b""
            if answer.startswith(b"HTTP/1.1 200"):
                return
            await asyncio.sleep(0.05)


class Doorman:
    """Makes addresses with tickets for edges in other processes."""

    def __init__(self, redis: Redis, backend: MemoryBackend) -> None:
        self.tickets = EdgeServer(redis, backend, RealtimeLimits())

    async def enter(self, port: int, room: str, who: str, resume: str = "") -> Watcher:
        ticket = self.tickets.ticket(room, who)
        watcher = Watcher(await connect(f"ws://127.0.0.1:{port}/ws?ticket={ticket}{resume}"))
        await watcher.until(lambda frame: frame["t"] in ("room-state", "viewer-count"))
        return watcher


@asynccontextmanager
async def api_of(backend: MemoryBackend) -> AsyncIterator[int]:
    """The api on a port."""
    server = uvicorn.Server(uvicorn.Config(Api(backend), port=0, log_level="critical", lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running
