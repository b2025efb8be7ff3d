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

from nightmarket.media.config import MediaConfig
from nightmarket.media.disk import DiskKeeper
from nightmarket.media.finish import Finisher, write_whole
from nightmarket.media.hooks import Events, HookClient
from nightmarket.media.http.control import Control
from nightmarket.media.http.metrics import MediaCollector
from nightmarket.media.http.playback import Playback
from nightmarket.media.http.server import HttpServer, build_app
from nightmarket.media.playlist import LiveRules
from nightmarket.media.poster import Posters
from nightmarket.media.rtmp.server import RtmpServer
from nightmarket.media.streams import Streams

log = structlog.get_logger()

PORTS = "ports.json"
LAST_EVENTS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server really listens."""

    rtmp: int
    http: int


class MediaServer:
    """Builds all parts from the configuration."""

    def __init__(self, config: MediaConfig, now: Callable[[], float] = time.time) -> None:
        self._config = config
        rules = LiveRules(config.part_seconds, config.hold_back_seconds, config.segment_seconds, config.window_segments)
        self._client = HookClient(config, now)
        self._events = Events(self._client, limit=config.event_queue_limit, now=now)
        self._posters = Posters(config.poster_seconds)
        ffmpeg = config.ffmpeg_path or Path(imageio_ffmpeg.get_ffmpeg_exe())
        recordings = config.data_dir / "recordings"
        finisher = Finisher(ffmpeg, recordings, rules, self._posters, self._events, asyncio.Lock())
        self.streams = Streams(config, self._client, self._events, finisher=finisher, posters=self._posters, now=now)
        self._disk = DiskKeeper(self.streams.directory, recordings, config.disk_budget_bytes)
        self._rtmp = RtmpServer(config, self.streams)
        registry = CollectorRegistry()
        registry.register(
            MediaCollector(
                self.streams.all,
                lambda: self._rtmp.connection_count,
                lambda: self._http.connection_count,
                self._events,
                lambda: self._disk.total_bytes,
            )
        )
        playback = Playback(self.streams, self._posters, config=config, rules=rules)
        app = build_app(playback, Control(self.streams, config.secret, now), registry)
        self._http = HttpServer(app, request_deadline_seconds=config.request_deadline_seconds)
        self._care: list[asyncio.Task[None]] = []

    async def start(self) -> Ports:
        """Takes up earlier shows, then listens."""
        self._config.data_dir.mkdir(parents=True, exist_ok=True)
        await self.streams.recover()
        rtmp = _bind(self._config.host, self._config.rtmp_port)
        http = _bind(self._config.host, self._config.http_port)
        ports = Ports(rtmp.getsockname()[1], http.getsockname()[1])
        await self._http.start(http)
        await self._rtmp.start(rtmp)
        self._care = [
            asyncio.create_task(self._every(self._config.health_seconds, self.streams.tend)),
            asyncio.create_task(self._every(self._config.disk_check_seconds, self._disk.check)),
        ]
        write_whole(self._config.data_dir / PORTS, json.dumps({**asdict(ports), "pid": os.getpid()}))
        log.info("media.listening", rtmp=ports.rtmp, http=ports.http)
        return ports

    async def stop(self) -> None:
        """Lets publishers and viewers go; shows stay as they are on disk."""
        for task in self._care:
            task.cancel()
        await self._rtmp.stop()
        await self.streams.close()
        await self._http.stop()
        await self._events.close(LAST_EVENTS_SECONDS)
        await self._client.close()
        self._posters.close()
        with contextlib.suppress(FileNotFoundError):
            (self._config.data_dir / PORTS).unlink()

    async def _every(self, seconds: float, care: Callable[[], Coroutine[None, None, None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await care()
            except OSError as error:
                log.error("media.care_failed", error=str(error))


def _bind(host: str, port: int) -> socket.socket:
    """A socket on the port, or on any free one when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.settimeout(0)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        if error.errno != errno.EADDRINUSE or port == 0:
            listener.close()
            raise
        log.warning("media.port_taken", port=port)
        listener.close()
        return _bind(host, 0)
    return listener
