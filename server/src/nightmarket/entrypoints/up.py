"""`nightmarket up` and `nightmarket api`: serving on one port, and everything beside it on one machine."""

import asyncio
import contextlib
import gc
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI

from nightmarket.entrypoints.api import create_app
from nightmarket.entrypoints.children import Child, free_port
from nightmarket.entrypoints.composition import build_context, build_registry
from nightmarket.entrypoints.demo.seed import seed_demo
from nightmarket.entrypoints.opening import newest_schema, opening_refusals
from nightmarket.entrypoints.rooms import EmbeddedRooms
from nightmarket.entrypoints.startup import claim_folder, listen
from nightmarket.integrations.embedded_media.locations import PORTS_FILE
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.logging import configure_logging, get_logger
from nightmarket.kernel.settings import Settings

log = get_logger(__name__)

_GRACEFUL_SECONDS = 5

Work = Coroutine[Any, Any, None]


class Server(uvicorn.Server):
    """uvicorn, with signals left to us: all parts of the process stop in one order."""

    before_shutdown: Callable[[], Awaitable[None]] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Rooms say goodbye before their sockets are taken from them."""
        if self.before_shutdown is not None:
            await self.before_shutdown()
        await super().shutdown(sockets)


async def run_up(settings: Settings, *, seed: bool, demo: bool) -> None:
    """Run everything until Ctrl-C or SIGTERM."""
    settings = with_ports(quiet_on_terminal(settings))
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    sockets = listen(settings.http.host, settings.http.port)
    claim = await claim_folder(settings.data_dir)
    with opening_refusals():
        ctx = build_context(settings)
    try:
        await newest_schema(ctx.db)
        rooms = EmbeddedRooms(ctx)
        app = create_app(settings, lifespan=_lifespan(ctx, rooms))
        server = _server(rooms.in_front_of(app), settings, **rooms.protocols)
        server.before_shutdown = rooms.empty
        relay, media = InProcessRelay(ctx, build_registry()), Child(settings, "media")
        ctx.nudge = relay.nudge
        app.state.parts = {"jobs": lambda: relay.is_alive, "media": lambda: media_listens(settings, media)}
        welcome = _welcome(settings, seed=seed, demo=demo)
        await _serve_until_stopped(server, sockets, beside=[relay.run(), media.run()], once_open=welcome)
    finally:
        await ctx.close()
        claim.close()


async def run_api(settings: Settings) -> None:
    """The api alone: rooms, jobs and video are other processes."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    sockets = listen(settings.http.host, settings.http.port)
    with opening_refusals():
        ctx = build_context(settings)
    try:
        app = create_app(settings, lifespan=_lifespan(ctx, None))
        server = _server(app, settings, ws="none")
        with _stop_on_signal(server):
            quiet_garbage()
            log.info("api.listening", host=settings.http.host, port=settings.http.port)
            await server.serve(sockets)
    finally:
        await ctx.close()


def quiet_garbage() -> None:
    """What is there after the start stays: the collector need not look at it again, nor look so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def quiet_on_terminal(settings: Settings) -> Settings:
    """On a terminal, unless told otherwise: plain lines, and only what needs somebody's eye."""
    if not sys.stdout.isatty():
        return settings
    wanted = {"log_format": "console", "log_level": "warning"}
    return settings.model_copy(update={k: v for k, v in wanted.items() if k not in settings.model_fields_set})


def media_listens(settings: Settings, child: Child) -> bool:
    """Whether the media server that runs now has said where it listens; an older one's word does not count."""
    try:
        said = json.loads((settings.data_dir / PORTS_FILE).read_text())
    except (OSError, ValueError):
        return False
    return child.pid is not None and said.get("pid") == child.pid


def with_ports(settings: Settings) -> Settings:
    """The settings with the media server's ports decided: the next one for HTTP, 1935 or a free one for RTMP."""
    media, http = settings.media, settings.http
    updates = {"rtmp_port": free_port(media.host, media.rtmp_port)}
    updates["http_port"] = free_port(media.host, media.http_port or http.port + 1)
    return settings.model_copy(update={"media": media.model_copy(update=updates)})


def _server(app: Any, settings: Settings, **protocols: Any) -> Server:
    return Server(
        uvicorn.Config(
            app,
            host=settings.http.host,
            port=settings.http.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=_GRACEFUL_SECONDS,
            **protocols,
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


async def _serve_until_stopped(
    server: Server, sockets: list[socket.socket], *, beside: Sequence[Work], once_open: Work
) -> None:
    """Serve with other work beside it. Whatever ends first ends all: nothing goes on by halves."""
    with _stop_on_signal(server):
        serving = asyncio.create_task(server.serve(sockets))
        tasks = [asyncio.create_task(work) for work in beside]
        if await _started(server, serving):
            tasks.append(asyncio.create_task(once_open))
        else:
            once_open.close()
        try:
            await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.should_exit = True
            await asyncio.wait([serving])
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(serving, *tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def _welcome(settings: Settings, *, seed: bool, demo: bool) -> None:
    """Make the demo shops, say where everything is, and play the demo; until cancelled."""
    address = f"http://localhost:{settings.http.port}"
    lines = await seed_demo(address) if seed else []
    quiet_garbage()
    for line in (*lines, f"\nNightmarket is ready: {address}", "Press Ctrl-C to stop.\n"):
        typer.echo(line)
    if demo:
        await Child(settings, "demo", "--address", address).run()
    await asyncio.Event().wait()


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
