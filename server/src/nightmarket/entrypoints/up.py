"""`nightmarket up` and `nightmarket api`: serving on one port, and everything beside it on one machine."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI

from nightmarket.entrypoints.api import create_app
from nightmarket.entrypoints.children import Child, free_port
from nightmarket.entrypoints.composition import build_context, build_registry
from nightmarket.entrypoints.demo.seed import seed_demo
from nightmarket.entrypoints.rooms import EmbeddedRooms
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.logging import configure_logging, get_logger
from nightmarket.kernel.schema import upgrade_schema
from nightmarket.kernel.settings import Settings

log = get_logger(__name__)

_GRACEFUL_SECONDS = 5


class Server(uvicorn.Server):
    """uvicorn, with signals left to us: all parts of the process stop in one order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run_up(settings: Settings, *, seed: bool, demo: bool) -> None:
    """Run everything until Ctrl-C or SIGTERM."""
    settings = with_ports(settings)
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    ctx = build_context(settings)
    try:
        await upgrade_schema(ctx.db)
        rooms = EmbeddedRooms(ctx)
        app = create_app(settings, lifespan=_lifespan(ctx, rooms))
        server = _server(app, settings, ws=rooms.socket_protocol)
        await _serve_until_stopped(ctx, server, seed=seed, demo=demo)
    finally:
        await ctx.close()


async def run_api(settings: Settings) -> None:
    """The api alone: rooms, jobs and video are other processes."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    ctx = build_context(settings)
    try:
        app = create_app(settings, lifespan=_lifespan(ctx, None))
        server = _server(app, settings, ws="none")
        with _stop_on_signal(server):
            await server.serve()
    finally:
        await ctx.close()


def with_ports(settings: Settings) -> Settings:
    """The settings with the media server's ports decided: the next one for HTTP, 1935 or a free one for RTMP."""
    media, http = settings.media, settings.http
    updates = {"rtmp_port": free_port(media.host, media.rtmp_port)}
    updates["http_port"] = free_port(media.host, media.http_port or http.port + 1)
    return settings.model_copy(update={"media": media.model_copy(update=updates)})


def _server(app: FastAPI, settings: Settings, *, ws: Any) -> Server:
    return Server(
        uvicorn.Config(
            app,
            host=settings.http.host,
            port=settings.http.port,
            ws=ws,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=_GRACEFUL_SECONDS,
        )
    )


def _lifespan(ctx: Context, rooms: EmbeddedRooms | None) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.ctx = ctx
        if rooms is None:
            yield
            return
        async with rooms.running():
            yield

    return lifespan


async def _serve_until_stopped(ctx: Context, server: Server, *, seed: bool, demo: bool) -> None:
    relay = InProcessRelay(ctx, build_registry())
    ctx.nudge = relay.nudge
    with _stop_on_signal(server):
        serving = asyncio.create_task(server.serve())
        beside = [asyncio.create_task(relay.run()), asyncio.create_task(Child(ctx.settings, "media").run())]
        try:
            if await _started(server, serving):
                address = f"http://localhost:{ctx.settings.http.port}"
                if seed:
                    for line in await seed_demo(address):
                        typer.echo(line)
                if demo:
                    child = Child(ctx.settings, "demo", "--address", address)
                    beside.append(asyncio.create_task(child.run()))
                gc.collect()
                gc.freeze()
                typer.echo(f"\nNightmarket is ready: {address}\n")
            await asyncio.wait([serving, *beside], return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.should_exit = True
            await asyncio.wait([serving])
            for task in beside:
                task.cancel()
            outcomes = await asyncio.gather(serving, *beside, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def _started(server: Server, serving: asyncio.Task[None]) -> bool:
    """Whether the port is open; False when serving ended before that."""
    while not server.started:
        await asyncio.sleep(0.02)
        if serving.done():
            return False
    return True


@contextlib.contextmanager
def _stop_on_signal(server: Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # A second signal does not wait for open connections.
        server.force_exit = server.should_exit
        server.should_exit = True

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    try:
        yield
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
