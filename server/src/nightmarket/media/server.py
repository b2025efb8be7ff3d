"""One media server: everything wired together, started and stopped in order."""

import asyncio
import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from pathlib import Path

import imageio_ffmpeg
import structlog
from prometheus_client import CollectorRegistry

from nightmarket.media.clearing import Clearing
from nightmarket.media.config import MediaConfig
from nightmarket.media.disk import DiskKeeper
from nightmarket.media.finish import Finisher, write_whole
from nightmarket.media.hooks import Events, HookClient
from nightmarket.media.http.archive import Archive
from nightmarket.media.http.control import Control
from nightmarket.media.http.metrics import MediaCollector
from nightmarket.media.http.playback import Playback
from nightmarket.media.http.server import HttpServer, build_app
from nightmarket.media.load import Load
from nightmarket.media.playlist import LiveRules
from nightmarket.media.poster import Posters
from nightmarket.media.relay.relay import RelayRules
from nightmarket.media.relay.relays import Relays
from nightmarket.media.rtmp.certificate import Certificate
from nightmarket.media.rtmp.server import RtmpServer
from nightmarket.media.streams import Streams
from nightmarket.media.webrtc.routes import WebRtcRoutes
from nightmarket.media.webrtc.service import WebRtc

log = structlog.get_logger()

PORTS = "ports.json"
LAST_EVENTS_SECONDS = 1.0
CERTIFICATE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server really listens."""

    rtmp: int
    http: int
    rtmps: int | None = None
    webrtc: int = 0
    """UDP; 0 when WebRTC is not available."""


class MediaServer:
    """Builds all parts from the configuration."""

    def __init__(self, config: MediaConfig, now: Callable[[], float] = time.time) -> None:
        self._config = config
        self._now = now
        rules = LiveRules(config.part_seconds, config.hold_back_seconds, config.segment_seconds, config.window_segments)
        self._client = HookClient(config, now)
        self._events = Events(self._client, limit=config.event_queue_limit, now=now)
        self._posters = Posters(config.poster_seconds)
        ffmpeg = config.ffmpeg_path or Path(imageio_ffmpeg.get_ffmpeg_exe())
        recordings = config.data_dir / "recordings"
        finisher = Finisher(ffmpeg, recordings, rules, self._posters, self._events, asyncio.Lock())
        self.streams = Streams(config, self._client, self._events, finisher=finisher, posters=self._posters, now=now)
        self._disk = DiskKeeper(
            self.streams.directory,
            recordings,
            budget_bytes=config.disk_budget_bytes,
            reserve_bytes=config.disk_reserve_bytes,
            failed_writes=lambda: self.streams.failed_writes,
        )
        self._load = Load(config.machine_limit)
        self._rtmp = RtmpServer(config, self.streams)
        self._webrtc = WebRtc(config, self.streams)
        registry = CollectorRegistry()
        registry.register(
            MediaCollector(
                self.streams.all,
                lambda: self._rtmp.connection_count,
                lambda: self._http.connection_count,
                self._webrtc,
                self._events,
                self._disk,
                self._load,
            )
        )
        playback = Playback(self.streams, self._posters, config=config, rules=rules, now=now)
        self._clearing = Clearing(self.streams, recordings)
        relay = RelayRules(
            config.private_outputs, config.output_wait_seconds, answer_seconds=config.output_answer_seconds
        )
        self._relays = Relays(self.streams, self._events, ffmpeg=ffmpeg, rules=relay)
        control = Control(self.streams, self._clearing, self._relays, secret=config.secret, now=now)
        archive = Archive(self.streams, recordings, rules=rules, secret=config.secret, now=now)
        webrtc = WebRtcRoutes(self._webrtc, self.streams, playback.may_watch, config.ice_servers)
        app = build_app(playback, control, archive, registry, webrtc.routes())
        self._http = HttpServer(app, request_deadline_seconds=config.request_deadline_seconds)
        self._care: list[asyncio.Task[None]] = []

    async def start(self) -> Ports:
        """Takes up earlier shows, then listens."""
        self._config.data_dir.mkdir(parents=True, exist_ok=True)
        await self.streams.recover()
        rtmp = _listen(self._config.host, self._config.rtmp_port)
        http = _listen(self._config.host, self._config.http_port)
        rtmps = [] if self._config.rtmps_port is None else _listen(self._config.host, self._config.rtmps_port)
        ports = Ports(_port(rtmp), _port(http), _port(rtmps) if rtmps else None, self._webrtc.start())
        await self._http.start(http)
        await self._rtmp.start(rtmp)
        if rtmps:
            certificate = await asyncio.to_thread(Certificate.of, self._config, self._now())
            await self._rtmp.start(rtmps, certificate.context)
            self._care.append(asyncio.create_task(self._every(CERTIFICATE_SECONDS, certificate.refresh)))
        self._care += [
            asyncio.create_task(self._every(self._config.health_seconds, self._look_around)),
            asyncio.create_task(self._every(self._config.disk_check_seconds, self._disk.check)),
        ]
        write_whole(self._config.data_dir / PORTS, json.dumps({**asdict(ports), "pid": os.getpid()}))
        log.info("media.listening", **asdict(ports))
        return ports

    async def stop(self) -> None:
        """Lets publishers and viewers go; shows stay as they are on disk."""
        for task in self._care:
            task.cancel()
        await self._rtmp.stop()
        await self._webrtc.stop()
        await self._relays.close()
        await self.streams.close()
        await self._clearing.close()
        await self._http.stop()
        await self._events.close(LAST_EVENTS_SECONDS)
        await self._client.close()
        self._posters.close()
        with contextlib.suppress(FileNotFoundError):
            (self._config.data_dir / PORTS).unlink()

    async def _look_around(self) -> None:
        """Machine first: every health report says how it is doing."""
        await self._load.check()
        await self._disk.watch()
        self.streams.condition = {"disk_full": self._disk.is_full, "cpu_high": self._load.is_high}
        self.streams.ladders.is_held = self._load.is_high
        await self.streams.tend()

    async def _every(self, seconds: float, care: Callable[[], Coroutine[None, None, None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await care()
            except Exception:
                # A full disk or an odd picture must not end the care for every other stream.
                log.exception("media.care_failed")


def _port(listeners: list[socket.socket]) -> int:
    return int(listeners[0].getsockname()[1])


def _listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on the port, or on any free one when the port is taken; every IPv4 address means every IPv6 one too."""
    try:
        sockets = [_bind(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port)]
    except OSError as error:
        if error.errno != errno.EADDRINUSE or port == 0:
            raise
        log.warning("media.port_taken", port=port)
        return _listen(host, 0)
    if host == "0.0.0.0":  # noqa: S104
        with contextlib.suppress(OSError):
            sockets.append(_bind(socket.AF_INET6, "::", sockets[0].getsockname()[1]))
    return sockets


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.settimeout(0)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
