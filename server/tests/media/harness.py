"""A real media server in this process, an api double that checks signatures, real encoders, and ways to wait."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import av
import httpx2
import imageio_ffmpeg

from nightmarket.entrypoints.media import serve
from nightmarket.media.config import MediaConfig
from nightmarket.media.server import Ports
from nightmarket.media.signing import HEADER, sign, verify

SECRET = "the secret both sides know"
STREAM = "str_01show"
KEY = "key-of-the-show"
T = TypeVar("T")


async def until(condition: Callable[[], T], *, within: float = 15.0) -> T:
    """Waits for something to become true; fails loudly when it does not."""

    async def ask() -> T:
        return condition()

    return await eventually(ask, within=within)


async def eventually(condition: Callable[[], Awaitable[T]], *, within: float = 15.0) -> T:
    """The same for what must be asked of the server."""
    deadline = time.monotonic() + within
    while not (value := await condition()):
        assert time.monotonic() < deadline, f"still waiting after {within} s"
        await asyncio.sleep(0.02)
    return value


@dataclass
class ApiDouble:
    """The api's side of the hooks, over a real socket."""

    keys: dict[str, str] = field(default_factory=lambda: {KEY: STREAM})
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    protected: set[str] = field(default_factory=set)
    """Shows for players with a token only."""
    failing: int = 0
    """Answers 503 to this many next events."""
    is_down: bool = False
    """Answers 503 to authorization."""
    is_silent: bool = False
    """Never answers authorization."""
    url: str = ""

    def named(self, event: str, stream: str = STREAM) -> list[dict[str, Any]]:
        """Events with a name."""
        return [body for body in self.events if body["event"] == event and body["stream"] == stream]

    @property
    def story(self) -> list[str]:
        """Names of the events in order, without the health reports."""
        return [body["event"] for body in self.events if body["event"] != "health"]

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers requests on one connection."""
        try:
            while True:
                status, answer = await self._answer(reader)
                raw = json.dumps(answer).encode()
                head = f"HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {len(raw)}\r\n\r\n"
                writer.write(head.encode() + raw)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        raw = await reader.readexactly(int(headers["content-length"]))
        if not verify(SECRET, raw, headers.get(HEADER.lower(), ""), now=int(time.time())):
            self.forged += 1
            return 401, {}
        body = json.loads(raw)
        if first.split()[1] == "/hooks/authorize":
            return await self._authorize(body)
        if self.failing:
            self.failing -= 1
            return 503, {}
        self.events.append(body)
        return 200, {}

    async def _authorize(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(body)
        if self.is_down:
            return 503, {}
        if self.is_silent:
            await asyncio.sleep(3600)
        stream = self.keys.get(body["key"])
        if stream is None:
            return 403, {"code": "bad-key"}
        return 200, {"stream": stream, "protected": stream in self.protected}


@asynccontextmanager
async def api_double() -> AsyncIterator[ApiDouble]:
    """The double, listening."""
    api = ApiDouble()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await api.serve_one(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    try:
        yield api
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Media:
    """A running media server and a client to it."""

    config: MediaConfig
    ports: Ports
    http: httpx2.AsyncClient

    @property
    def directory(self) -> Path:
        """Where the show's files are."""
        return self.config.data_dir / "streams" / STREAM

    def rtmp(self, key: str = KEY) -> str:
        """Where an encoder publishes."""
        return f"rtmp://127.0.0.1:{self.ports.rtmp}/live/{key}"

    async def text(self, name: str, stream: str = STREAM) -> str:
        """A playlist, or nothing while there is none."""
        answer = await self.http.get(f"/hls/{stream}/{name}")
        return answer.text if answer.status_code == 200 else ""

    async def control(self, action: str, stream: str = STREAM) -> httpx2.Response:
        """A signed control call."""
        body = json.dumps({"stream": stream, "action": action}).encode()
        headers = {HEADER: sign(SECRET, body, now=int(time.time()))}
        return await self.http.post(f"/control/streams/{stream}/{action}", content=body, headers=headers)

    async def whole(self, playlist: str, stream: str = STREAM) -> bytes:
        """Everything a player of this playlist downloads, one file after the other."""
        text = await self.text(playlist, stream)
        out = b""
        for line in text.splitlines():
            name = line.partition('URI="')[2].rstrip('"') if line.startswith("#EXT-X-MAP") else line
            if name and not name.startswith("#"):
                answer = await self.http.get(f"/hls/{stream}/{name}")
                assert answer.status_code == 200, name
                out += answer.content
        return out


def media_config(api: ApiDouble, data_dir: Path, **changes: Any) -> MediaConfig:
    """A configuration for tests: free ports, short segments."""
    config = MediaConfig(
        data_dir=data_dir,
        hook_url=api.url,
        secret=SECRET,
        host="127.0.0.1",
        rtmp_port=0,
        http_port=0,
        webrtc_port=0,
        segment_seconds=1.0,
        offline_reload_seconds=0.3,
        health_seconds=0.3,
    )
    return replace(config, **changes)


@asynccontextmanager
async def running(config: MediaConfig) -> AsyncIterator[Media]:
    """The server, in this process, stopped at the end."""
    stop = asyncio.Event()
    ready: asyncio.Future[Ports] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(config, stop, ready.set_result))
    try:
        task.add_done_callback(lambda _: ready.done() or ready.cancel())
        ports = await ready
        base = f"http://127.0.0.1:{ports.http}"
        async with httpx2.AsyncClient(base_url=base, timeout=20, trust_env=False) as client:
            yield Media(config, ports, client)
    finally:
        stop.set()
        await task


@dataclass
class Encoder:
    """A running ffmpeg."""

    process: asyncio.subprocess.Process

    async def finished(self, within: float = 20.0) -> tuple[int, str]:
        """Its exit code and what it said."""
        async with asyncio.timeout(within):
            _, said = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, said.decode()


@asynccontextmanager
async def encoder(source: Path, target: str, *options: str, real_time: bool = False) -> AsyncIterator[Encoder]:
    """ffmpeg publishing a prepared clip."""
    pace = ["-re"] if real_time else []
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", *pace,
        "-i", str(source), "-c", "copy", *options, "-f", "flv", target,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Encoder(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def publish(source: Path, target: str, *options: str) -> None:
    """Pushes a whole clip as fast as it goes."""
    async with encoder(source, target, *options) as ffmpeg:
        code, said = await ffmpeg.finished()
        assert code == 0, said


@dataclass
class Decoded:
    """What a decoder makes of a file."""

    video_times: list[float] = field(default_factory=list)
    audio_times: list[float] = field(default_factory=list)
    sizes: set[tuple[int, int]] = field(default_factory=set)
    audio_end: float = 0.0


def decode(data: bytes) -> Decoded:
    """Decodes every picture and sound."""
    found = Decoded()
    with av.open(io.BytesIO(data), "r") as container:
        streams = [stream for stream in container.streams if stream.type in ("video", "audio")]
        for packet in container.demux(streams):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    found.video_times.append(frame.time or 0.0)
                    found.sizes.add((frame.width, frame.height))
                elif isinstance(frame, av.AudioFrame):
                    found.audio_times.append(frame.time or 0.0)
                    found.audio_end = (frame.time or 0.0) + frame.samples / frame.sample_rate
    return found


def is_rising(times: list[float]) -> bool:
    """Whether every time is later than the one before."""
    return all(a < b for a, b in pairwise(times))
