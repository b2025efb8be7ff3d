"""RTMP in, HLS out: how late, how soon, what a stream and a viewer cost, and whether three hours leave anything behind.

    python bench/media/hls.py [latency] [streams] [ladder] [viewers] [soak]

Without names all of it, about three minutes. The media server is a process of its own; processor time is read from the
kernel. The latency is read from pixels: the encoder's pictures carry the time of day as black and white blocks.
"""

import asyncio
import calendar
import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg

sys.path.insert(0, str(Path(__file__).resolve().parent))
from chromium import Page, chromium

ROOT = Path(__file__).resolve().parents[2]
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SERVER = """
import sys
from pathlib import Path
from nightmarket.entrypoints.media import run
from nightmarket.media.config import MediaConfig
run(MediaConfig(data_dir=Path(sys.argv[1]), hook_url=sys.argv[2], secret="bench", host="127.0.0.1", rtmp_port=0, http_port=0,
    ladder=tuple(map(int, sys.argv[3:])), machine_limit=9))
"""
TICKS = os.sysconf("SC_CLK_TCK")
WIDTH, HEIGHT, FPS = 640, 360, 30
BITS, COLUMNS, SIZE = 44, 11, 24
STREAMS = 10
SOAK_SECONDS = 3 * 3600


def row(name: str, value: float, unit: str, bar: float | None = None, *, least: bool = False) -> None:
    """Prints a figure, and whether its bar is met."""
    verdict = ""
    if bar is not None:
        met = value >= bar if least else value <= bar
        verdict = f"   bar {'≥' if least else '≤'} {bar:g}: {'met' if met else 'NOT MET'}"
    print(f"{name:52} {value:10.3f} {unit}{verdict}", flush=True)


@dataclass
class Media:
    """A running media server."""

    pid: int
    http: str
    rtmp: str
    folder: Path

    def text(self, path: str) -> str:
        """What is at a path, or nothing."""
        with contextlib.suppress(OSError), urllib.request.urlopen(self.http + path, timeout=10) as answer:
            return str(answer.read().decode())
        return ""

    def processor_seconds(self) -> float:
        """Processor time used so far."""
        return used(self.pid)

    def memory(self) -> float:
        """Resident memory in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def used(pid: int) -> float:
    """Processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.asynccontextmanager
async def media_server(*ladder: int) -> AsyncIterator[tuple[Media, str]]:
    """The server, and an address with the pages and the api's side of the hooks: every key is a stream of that name."""
    hls = (ROOT / "web" / "node_modules" / "hls.js" / "dist" / "hls.min.js").read_text()
    script = (Path(__file__).parent / "watch.js").read_text()
    page = f"<!doctype html><title>bench</title><body><script>{hls}</script><script>{script}</script>"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-len")), 0)
                sent = await reader.readexactly(length)
                kind, body = "text/html; charset=utf-8", page
                if "/hooks/" in head:
                    kind, body = "application/json", "{}"
                    if "/authorize" in head:
                        body = json.dumps({"stream": json.loads(sent)["key"]})
                raw = body.encode()
                writer.write(f"HTTP/1.1 200 x\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw)
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    folder = Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(folder), f"{base}/hooks", *map(str, ladder), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await until(lambda: (folder / "ports.json").exists())
        ports = json.loads((folder / "ports.json").read_text())
        yield (
            Media(process.pid, f"http://127.0.0.1:{ports['http']}", f"rtmp://127.0.0.1:{ports['rtmp']}/live", folder),
            base,
        )
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)
        listener.close()


async def until(condition: Callable[[], object], seconds: float = 40.0) -> None:
    """Waits for something."""
    async with asyncio.timeout(seconds):
        while True:
            met = condition()
            if await met if isinstance(met, Awaitable) else met:
                return
            await asyncio.sleep(0.05)


# ── latency ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def picture(now_ms: int) -> bytes:
    """A grey picture with the time of day in its corner, as planar YUV."""
    luma = bytearray(bytes([90 + now_ms // 40 % 60]) * (WIDTH * HEIGHT))
    for line in range(BITS // COLUMNS):
        bits = range(line * COLUMNS, (line + 1) * COLUMNS)
        blocks = b"".join(bytes([235 if now_ms >> bit & 1 else 16]) * SIZE for bit in bits)
        for y in range(line * SIZE, (line + 1) * SIZE):
            luma[y * WIDTH : y * WIDTH + len(blocks)] = blocks
    return bytes(luma) + b"\x80" * (WIDTH * HEIGHT // 2)


@contextlib.asynccontextmanager
async def clock_encoder(target: str) -> AsyncIterator[None]:
    """ffmpeg as OBS would be set up, with a key frame every second; its pictures show when they were made."""
    process = await asyncio.create_subprocess_exec(
        FFMPEG, "-hide_banner", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "pipe:0",
        "-f", "lavfi", "-i", "sine=f=440:r=48000",
        "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-g", str(FPS), "-b:v", "1500k",
        "-c:a", "aac", "-b:a", "96k", "-f", "flv", target,
        stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip

    async def draw() -> None:
        assert process.stdin is not None
        begin = time.monotonic()
        for number in range(10**9):
            await asyncio.sleep(max(0.0, begin + number / FPS - time.monotonic()))
            process.stdin.write(picture(int(time.time() * 1000)))
            await process.stdin.drain()

    drawing = asyncio.create_task(draw())
    try:
        yield
    finally:
        drawing.cancel()
        await asyncio.gather(drawing, return_exceptions=True)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def latency(seconds: float = 30.0, drop_seconds: float = 6.0) -> None:
    """A cold player's first picture, the delay once it plays, and the way back after the encoder was away."""
    async with media_server() as (media, base), chromium() as browser:
        url = f"{media.http}/hls/clock/index.m3u8"
        async with clock_encoder(f"{media.rtmp}/clock"):
            await until(lambda: asyncio.to_thread(media.text, "/hls/clock/index.m3u8"))
            await asyncio.sleep(4)
            firsts = []
            for _ in range(3):
                page = await browser.open(base)
                firsts.append(await first_picture(page, url))
                if len(firsts) < 3:
                    await page.run("player.destroy()")
                    await page.send("Page.close")
            await asyncio.sleep(seconds / 3)
            await page.run("seen.length = 0")
            await asyncio.sleep(seconds)
            delays = sorted(now - clock for now, clock in await page.run("seen"))
        await asyncio.sleep(drop_seconds)
        back = time.time() * 1000
        async with clock_encoder(f"{media.rtmp}/clock"):
            await until(lambda: page.run(f"seen.some(([, clock]) => clock >= {back})"))
            resumed = await page.run(f"seen.find(([, clock]) => clock >= {back})[0]") - back
            await asyncio.sleep(8)
            await page.run("seen.length = 0")
            await asyncio.sleep(6)
            later = sorted(now - clock for now, clock in await page.run("seen"))
        errors = await page.run("[...new Set(errors)]")
    row("RTMP → LL-HLS, latency p50", statistics.median(delays) / 1000, "s", 3.0)
    row("RTMP → LL-HLS, latency p95", delays[int(len(delays) * 0.95)] / 1000, "s", 4.0)
    row("cold player, first picture, median of 3", statistics.median(firsts) / 1000, "s", 1.5)
    row(f"picture again after {drop_seconds:g} s without encoder", resumed / 1000, "s", 5.0)
    row("latency p50 after that", statistics.median(later) / 1000, "s")
    print(f"  pictures read: {len(delays)} of about {int(seconds * FPS)}; remarks of the player: {errors or 'none'}")


async def first_picture(page: Page, url: str) -> float:
    """Milliseconds from giving the player its address to the first picture on the screen."""
    await page.run(f"void watch({url!r}, {SIZE})")
    await until(lambda: page.run("window.seen?.length"))
    return float(await page.run("seen[0][0] - began"))


# ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def clip(folder: Path, *, size: str, rate: str, seconds: int) -> Path:
    """A clip to be sent again and again without encoding."""
    target = folder / "clip.flv"
    process = await asyncio.create_subprocess_exec(
        FFMPEG, "-hide_banner", "-loglevel", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=30",
        "-f", "lavfi", "-i", "sine=f=440:r=48000", "-t", str(seconds), "-c:v", "libx264", "-preset", "veryfast",
        "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-nal-hrd", "cbr", "-g", "30", "-bf", "0", "-c:a", "aac",
        str(target),
    )  # fmt: skip
    await process.wait()
    return target


async def push(source: Path, target: str, *options: str) -> asyncio.subprocess.Process:
    """An encoder that sends the clip."""
    return await asyncio.create_subprocess_exec(
        FFMPEG, "-hide_banner", "-loglevel", "error", *options, "-i", str(source), "-c", "copy", "-f", "flv", target,
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


def behind(media: Media, stream: str) -> float:
    """How far the end of the playlist lies behind the clock, in seconds."""
    text = media.text(f"/hls/{stream}/live.m3u8")
    date = re.findall(r"PROGRAM-DATE-TIME:(\S+)", text)[-1]
    tail = text.rpartition("PROGRAM-DATE-TIME:")[2]
    parts = sum(float(value) for value in re.findall(r"PART:DURATION=([\d.]+)", tail))
    return time.time() - (parse_date(date) + parts)


def parse_date(text: str) -> float:
    """Unix time of a playlist's date."""
    whole, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction}")


async def streams(seconds: float = 20.0) -> None:
    """What passing streams through costs, and whether ten of them keep up."""
    async with media_server() as (media, _):
        source = await clip(media.folder, size="1280x720", rate="2500k", seconds=10)
        idle = await share(media, 3)
        encoders = [await push(source, f"{media.rtmp}/one0", "-re", "-stream_loop", "-1")]
        try:
            await until(lambda: asyncio.to_thread(media.text, "/hls/one0/live.m3u8"))
            one = await share(media, seconds / 2)
            for number in range(1, STREAMS):
                encoders.append(await push(source, f"{media.rtmp}/one{number}", "-re", "-stream_loop", "-1"))
            names = [f"one{number}" for number in range(STREAMS)]
            for name in names:
                await until(lambda name=name: asyncio.to_thread(media.text, f"/hls/{name}/live.m3u8"))
            await asyncio.sleep(2)
            before = [min(behind(media, name) for _ in range(5)) for name in names]
            many = await share(media, seconds)
            after = [min(behind(media, name) for _ in range(5)) for name in names]
        finally:
            for encoder in encoders:
                encoder.kill()
                await encoder.wait()
    drift = max(abs(end - begin) for begin, end in zip(before, after, strict=True))
    row("processor, idle", idle * 100, "% of one")
    row("processor, one stream of 2.5 Mbit/s", (one - idle) * 100, "% of one")
    row(f"processor, {STREAMS} streams", many * 100, "% of one", 100)
    row(f"drift of the worst of {STREAMS} in {seconds:g} s", drift, "s", 0.5)


async def ladder(seconds: float = 15.0) -> None:
    """What smaller pictures cost."""
    async with media_server(480, 360) as (media, _):
        source = await clip(media.folder, size="1280x720", rate="2500k", seconds=10)
        encoder = await push(source, f"{media.rtmp}/show", "-re", "-stream_loop", "-1")
        try:
            await until(lambda: "360p" in media.text("/hls/show/index.m3u8"))
            children = Path(f"/proc/{media.pid}/task/{media.pid}/children").read_text().split()
            [transcoder] = [pid for pid in children if b"force_key_frames" in Path(f"/proc/{pid}/cmdline").read_bytes()]
            await asyncio.sleep(3)
            before = used(int(transcoder))
            await asyncio.sleep(seconds)
            spent = (used(int(transcoder)) - before) / seconds
            late = behind(media, "show/360p") - behind(media, "show")
        finally:
            encoder.kill()
            await encoder.wait()
    row("processor, 480p and 360p beside a show of 720p", spent * 100, "% of one")
    row("the smaller picture lies behind the show by", late, "s", 2.0)


async def share(media: Media, seconds: float) -> float:
    """Processors used meanwhile."""
    before, begin = media.processor_seconds(), time.monotonic()
    await asyncio.sleep(seconds)
    return (media.processor_seconds() - before) / (time.monotonic() - begin)


# ── viewers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def fetch(address: str, paths: list[str], *, connections: int, rounds: int) -> int:
    """Asks for all paths again and again over connections that stay open; the bytes that came."""
    host, port = address.removeprefix("http://").split(":")

    async def one() -> int:
        reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 22)
        total = 0
        for _ in range(rounds):
            for path in paths:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200"), (path, head)
                length = int(re.findall(rb"(?i)content-length: (\d+)", head)[0])
                await reader.readexactly(length)
                total += length
        writer.close()
        return total

    return sum(await asyncio.gather(*(one() for _ in range(connections))))


@contextlib.asynccontextmanager
async def nginx(folder: Path) -> AsyncIterator[tuple[int, str] | None]:
    """nginx with one worker over the same files: its worker's process and its address. None where there is no nginx."""
    program = os.environ.get("NGINX_PATH") or shutil.which("nginx")
    if program is None:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = folder / "nginx"
    place.mkdir()
    logs = "".join(f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (place / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {place}/pid; error_log {place}/error.log; user root;\n"
        f"events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; {logs}\n"
        f"types {{ video/mp4 m4s mp4; application/vnd.apple.mpegurl m3u8; }}\n"
        f"server {{ listen 127.0.0.1:{port}; location /hls/ {{ alias {folder}/streams/; }} }} }}\n"
    )
    process = await asyncio.create_subprocess_exec(program, "-p", str(place), "-c", str(place / "nginx.conf"))
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        await until(lambda: children.exists() and children.read_text().strip())
        yield int(children.read_text().split()[0]), f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def viewers(connections: int = 20, rounds: int = 15) -> None:
    """What a viewer costs: the running show from this server, and the same files from nginx, in turns."""
    async with media_server() as (media, _):
        source = await clip(media.folder, size="1280x720", rate="2500k", seconds=10)
        encoder = await push(source, f"{media.rtmp}/show", "-re", "-stream_loop", "-1")
        try:
            await until(lambda: media.text("/hls/show/dvr.m3u8").count("#EXTINF") >= 8)
        finally:
            encoder.kill()
            await encoder.wait()
        names = re.findall(r"^s\d+\.m4s$", media.text("/hls/show/dvr.m3u8"), re.M)
        sizes = [(media.folder / "streams" / "show" / name).stat().st_size for name in names]
        # On disk like for nginx: the oldest ones. In memory: the newest.
        disk, memory = [f"/hls/show/{name}" for name in names[:3]], [f"/hls/show/{name}" for name in names[-3:]]
        parts = re.findall(r'PART:[^\n]*URI="([^"]+)"', media.text("/hls/show/live.m3u8"))[:6]
        (media.folder / "streams" / "show" / "static.m3u8").write_text(media.text("/hls/show/live.m3u8"))
        ours: dict[str, list[float]] = {}
        theirs: dict[str, list[float]] = {}
        async with nginx(media.folder) as other:
            for _ in range(3):
                for kind, paths in (("segment", disk), ("segment, newest", memory), ("playlist", ["/hls/show/live.m3u8"] * 3)):
                    ours.setdefault(kind, []).append(await per_request(media.pid, media.http, paths, connections, rounds))
                ours.setdefault("part", []).append(
                    await per_request(media.pid, media.http, [f"/hls/show/{name}" for name in parts], connections, rounds)
                )
                if other is not None:
                    for kind, paths in (("segment", disk), ("playlist", ["/hls/show/static.m3u8"] * 3)):
                        theirs.setdefault(kind, []).append(await per_request(*other, paths, connections, rounds))
    cost = {kind: statistics.median(values) for kind, values in ours.items()}
    for kind, value in cost.items():
        row(f"processor per {kind}", value * 1e6, "µs")
    rate = statistics.mean(sizes) * 8 / 2 / 1e6
    plain = 1 / (cost["segment, newest"] / 2 + cost["playlist"] / 2)
    low = 1 / (cost["part"] * 3 + cost["playlist"] * 3)
    row(f"viewers per core, plain HLS of {rate:.1f} Mbit/s", plain, "")
    row("viewers per core, low latency (parts of ⅓ s)", low, "")
    if not theirs:
        print("  nginx is not here: install it, or name it in NGINX_PATH")
        return
    nginx_cost = {kind: statistics.median(values) for kind, values in theirs.items()}
    for kind, value in nginx_cost.items():
        row(f"nginx, processor per {kind}", value * 1e6, "µs")
    row("nginx, viewers per core, plain HLS", 1 / (nginx_cost["segment"] / 2 + nginx_cost["playlist"] / 2), "")
    row("viewers per core: this server / nginx", plain * (nginx_cost["segment"] / 2 + nginx_cost["playlist"] / 2), "")


async def per_request(pid: int, address: str, paths: list[str], connections: int, rounds: int) -> float:
    """Processor seconds of the server for each request."""
    before = used(pid)
    await fetch(address, paths, connections=connections, rounds=rounds)
    return (used(pid) - before) / (connections * rounds * len(paths))


# ── soak ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def soak() -> None:
    """Three hours of show sent as fast as they are taken, with a player looking on: what stays in memory.

    An encoder that hangs up resets the connection, and what still waits in it is lost: here some hundred seconds of show,
    in a real one some milliseconds.
    """
    async with media_server() as (media, _):
        source = await clip(media.folder, size="160x90", rate="100k", seconds=60)
        await asyncio.sleep(1)
        begin = time.monotonic()
        encoder = await push(source, f"{media.rtmp}/long", "-stream_loop", "-1", "-t", str(SOAK_SECONDS))
        marks: list[tuple[int, float]] = []

        async def look() -> int:
            for name in ("live.m3u8", "index.m3u8", "manifest.mpd"):
                await asyncio.to_thread(media.text, f"/hls/long/{name}")
            found = re.findall(r"^s(\d+)\.m4s$", await asyncio.to_thread(media.text, "/hls/long/live.m3u8"), re.M)
            return int(found[-1]) if found else 0

        while encoder.returncode is None:
            marks.append((await look(), media.memory()))
            await asyncio.sleep(0.25)
        # What the encoder had sent may still wait in the socket.
        await until(lambda: "# waiting" in media.text("/hls/long/live.m3u8"))
        took = time.monotonic() - begin
        marks.append((await look(), media.memory()))
        whole = await asyncio.to_thread(media.text, "/hls/long/dvr.m3u8")
        made = sum(float(value) for value in re.findall(r"EXTINF:([\d.]+)", whole))
        early = next(memory for segment, memory in marks if segment >= 300)
        row("three hours took", took, "s")
        row("show made", made / 3600, "h", 2.95, least=True)
        row("memory after 10 minutes of show", early, "MiB")
        row("memory at the end", marks[-1][1], "MiB")
        row("growth per hour of show", (marks[-1][1] - early) / (made / 3600 - 1 / 6), "MiB", 5)


PARTS: dict[str, Callable[[], Any]] = {"latency": latency, "streams": streams, "ladder": ladder, "viewers": viewers, "soak": soak}


async def main() -> None:
    """Runs what was asked for."""
    for name in sys.argv[1:] or PARTS:
        print(f"── {name}", flush=True)
        await PARTS[name]()


if __name__ == "__main__":
    asyncio.run(main())
