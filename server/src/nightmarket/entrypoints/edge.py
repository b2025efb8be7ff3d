"""`nightmarket edge`: the realtime gateway as a process of its own.

Nothing here may import the ORM or Celery: an edge holds sockets, speaks Redis, and asks the api for the rest.
"""

import asyncio
import contextlib
import gc
import socket
import ssl
import urllib.parse
from typing import TYPE_CHECKING, Final

from nightmarket.entrypoints.edge_settings import Certificate, realtime_limits
from nightmarket.entrypoints.startup import CannotStart
from nightmarket.entrypoints.stopping import stop_signal
from nightmarket.kernel.http import HttpClient, new_http_client
from nightmarket.kernel.logging import configure_logging, get_logger
from nightmarket.kernel.redis import Redis, connect_redis
from nightmarket.kernel.settings import Settings
from nightmarket.modules.rooms.realtime.backend_http import HttpBackend
from nightmarket.modules.rooms.realtime.gateway import Gateway, listening_socket, serve
from nightmarket.modules.rooms.realtime.hub import Hub
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.tickets import TicketSigner

if TYPE_CHECKING:
    from nightmarket.modules.rooms.realtime.socketio.serving import SocketIoServer

_WARM_UP_SECONDS: Final = 1.0

log = get_logger(__name__)


async def run_edge(settings: Settings, *, with_parent: bool = False) -> None:
    """Serve rooms until Ctrl-C or SIGTERM. Several edges may share a port, and a Redis joins them."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    if settings.redis_url is None:
        raise CannotStart("Set NIGHTMARKET_REDIS__URL: without Redis, rooms run inside `nightmarket up`.")
    limits, certificate = realtime_limits(settings.edge), Certificate.of(settings.edge)
    listener = _listen(settings.edge.host, settings.edge.port, limits, share_port=True)
    # Polling clients come back to the process that knows them, so this port is never shared.
    port = settings.edge.socketio_port
    beside = None if port is None else _listen(settings.edge.host, port, limits)
    secret = settings.secret()
    redis, http = connect_redis(settings.redis_url), new_http_client(timeout=limits.backend_timeout_seconds)
    hub = Hub(redis, HttpBackend(http, settings.edge.api_url, secret), limits=limits)
    gateway = Gateway(hub, TicketSigner(secret), allowed_origins=allowed_origins(settings))
    stop = stop_signal(with_parent=with_parent)
    await hub.start()
    await _warm_up(redis, http, settings.edge.api_url)
    tls = None if certificate is None else certificate.context
    server = await serve(gateway, listener, tls=tls)
    socketio = None if beside is None else await _serve_socketio(gateway, beside, tls)
    if certificate is not None:
        certificate.reload_at_hangup()
    log.info("edge.listening", host=settings.edge.host, port=listener.getsockname()[1], edge=hub.edge_id)
    # What is here now stays; of what comes with each viewer little is garbage, and looking at all of it costs.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        await stop.wait()
    finally:
        server.close()
        await hub.stop()
        if socketio is not None:
            await socketio.stop()
        await asyncio.sleep(0)
        await http.aclose()
        await redis.aclose()
    log.info("edge.stopped", edge=hub.edge_id)


async def _warm_up(redis: Redis, http: HttpClient, api_url: str) -> None:
    """The first connections, and the code that is loaded for them, before there are viewers to wait for it."""
    with contextlib.suppress(TimeoutError):  # who does not answer now is asked again when needed
        async with asyncio.timeout(_WARM_UP_SECONDS):
            await asyncio.gather(redis.ping(), http.get(f"{api_url.rstrip('/')}/healthz"), return_exceptions=True)


async def _serve_socketio(gateway: Gateway, listener: socket.socket, tls: ssl.SSLContext | None) -> "SocketIoServer":
    # Only where it is wanted: the library and its web server take as much memory as a thousand viewers.
    from nightmarket.modules.rooms.realtime.socketio.endpoint import SocketIoEndpoint
    from nightmarket.modules.rooms.realtime.socketio.serving import SocketIoServer

    server = SocketIoServer(SocketIoEndpoint(gateway), listener, tls=tls)
    await server.start()
    log.info("edge.socketio_listening", port=listener.getsockname()[1])
    return server


def _listen(host: str, port: int, limits: RealtimeLimits, *, share_port: bool = False) -> socket.socket:
    try:
        return listening_socket(host, port, limits, share_port=share_port)
    except OSError as error:
        raise CannotStart(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error


def allowed_origins(settings: Settings) -> list[str]:
    """Pages that may open a socket, besides those of the host the socket itself is on."""
    origins = list(settings.http.allowed_origins)
    if settings.http.public_url:
        parts = urllib.parse.urlsplit(settings.http.public_url)
        origins.append(f"{parts.scheme}://{parts.netloc}")
    return origins
