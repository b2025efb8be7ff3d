"""WHIP in, WHEP and HLS out, seen by a real Chromium: how late, how far apart sound and picture, at what cost.

    python bench/media/webrtc.py [seconds]

A host draws the time of day into its picture; guests read it back from their pixels. The media server is a process of
its own, so that its processor time can be told from the browser's.
"""

import asyncio
import contextlib
import io
import json
import os
import shutil
import statistics
import struct
import sys
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import av

sys.path.insert(0, str(Path(__file__).resolve().parent))
from chromium import Page, chromium

ROOT = Path(__file__).resolve().parents[2]
STREAM, KEY, SECRET = "str_bench", "bench-key", "a secret of the bench"
SERVER = """
import sys
from pathlib import Path
from nightmarket.entrypoints.media import run
from nightmarket.media.config import MediaConfig
run(MediaConfig(data_dir=Path(sys.argv[1]), hook_url=sys.argv[2], secret=sys.argv[3], host="127.0.0.1", rtmp_port=0,
    http_port=0, webrtc_port=0))
"""
TICKS = os.sysconf("SC_CLK_TCK")
CROWD = 10
BARS = {"whip → whep p50": 0.5, "whip → hls p50": 4.0, "sound and picture apart, hls": 0.08}


async def main() -> None:
    """Measures and prints."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 12.0
    async with pages() as base, server(f"{base}/hooks") as (process, media), chromium() as browser:
        whip, whep, hls = (f"{media}/{path}" for path in (f"whip/{STREAM}", f"whep/{STREAM}", f"hls/{STREAM}/index.m3u8"))
        idle = await cost(process, 3)
        host = await browser.open(base)
        await host.run(f"host({whip!r}, {KEY!r}, 1280, 720)")
        await until(lambda: asyncio.to_thread(answers, hls))
        await asyncio.sleep(4)  # the browser's bitrate climbs first
        before = await host.run("outbound()")
        one_publisher = await cost(process, seconds)
        after = await host.run("outbound()")

        guest = await browser.open(base)
        await guest.run(f"whep({whep!r})")
        one_viewer, by_whep = await asyncio.gather(cost(process, seconds), delays(guest, seconds))
        inbound = await guest.run("inbound()")
        whep_first = await guest.run("window.first")
        await guest.run("connection.close()")

        player = await browser.open(base)
        await player.run(f"hls({hls!r})")
        by_hls = await delays(player, seconds)
        hls_first = await player.run("window.first")
        await player.run("document.querySelector('video').remove()")

        crowd = await browser.open(base)
        await crowd.run(f"crowd({whep!r}, {CROWD})")
        await asyncio.sleep(2)
        many = await cost(process, seconds)
        apart = flashes_and_tones(await asyncio.to_thread(whole, media))

    rate = (after["video"]["bytesSent"] - before["video"]["bytesSent"]) * 8 / seconds / 1000
    sound = inbound["audio"]["estimatedPlayoutTimestamp"] - inbound["video"]["estimatedPlayoutTimestamp"]
    rows: list[tuple[str, float, str]] = [
        ("whip → whep p50", statistics.median(by_whep) / 1000, "s"),
        ("whip → whep p95", percentile(by_whep, 0.95) / 1000, "s"),
        ("whep, first picture after", whep_first / 1000, "s"),
        ("whip → hls p50", statistics.median(by_hls) / 1000, "s"),
        ("whip → hls p95", percentile(by_hls, 0.95) / 1000, "s"),
        ("hls, first picture after", hls_first / 1000, "s"),
        ("sound and picture apart, hls", statistics.median(apart), "s"),
        ("sound and picture apart, hls, worst", max(apart), "s"),
        ("sound and picture apart, whep", abs(sound) / 1000, "s"),
        ("picture the browser sent", rate, "kbit/s"),
        ("processor, nobody", idle * 100, "% of one"),
        ("processor, a WHIP stream", (one_publisher - idle) * 100, "% of one"),
        ("processor, the first WHEP viewer", (one_viewer - one_publisher) * 100, "% of one"),
        (f"processor, each of {CROWD} WHEP viewers", (many - one_publisher) / CROWD * 100, "% of one"),
    ]
    for name, value, unit in rows:
        bar = BARS.get(name)
        verdict = "" if bar is None else f"   bar {bar:g}: {'met' if value <= bar else 'NOT MET'}"
        print(f"{name:40} {value:10.3f} {unit}{verdict}")


@contextlib.asynccontextmanager
async def pages() -> AsyncIterator[str]:
    """The bench's own pages and the api's side of the hooks."""
    script = (Path(__file__).parent / "pages.js").read_text()
    hls = (ROOT / "web" / "node_modules" / "hls.js" / "dist" / "hls.min.js").read_text()
    page = f"<!doctype html><title>bench</title><body><script>{hls}</script><script>{script}</script>"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-len")), 0)
                await reader.readexactly(length)
                asks = "/hooks/authorize" in head.partition("\r\n")[0]
                body = json.dumps({"stream": STREAM}) if asks else ("{}" if "/hooks/" in head else page)
                kind = "application/json" if "/hooks/" in head else "text/html; charset=utf-8"
                raw = body.encode()
                writer.write(f"HTTP/1.1 200 x\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw)
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    listener.close()


@contextlib.asynccontextmanager
async def server(hooks: str) -> AsyncIterator[tuple[int, str]]:
    """The media server: its process and its address."""
    folder = Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(folder), hooks, SECRET, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        said = folder / "ports.json"
        await until(lambda: asyncio.to_thread(said.exists))
        yield process.pid, f"http://127.0.0.1:{json.loads(said.read_text())['http']}"
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 40.0) -> None:
    """Waits for something."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.1)


def answers(url: str) -> bool:
    """Whether there is something at an address."""
    with contextlib.suppress(OSError), urllib.request.urlopen(url) as answer:
        return bool(answer.status == 200)
    return False


async def cost(process: int, seconds: float) -> float:
    """Processors used meanwhile."""

    def used() -> float:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    before = used()
    await asyncio.sleep(seconds)
    return (used() - before) / seconds


async def delays(page: Page, seconds: float) -> list[float]:
    """How late the picture was, in milliseconds, once it had settled."""
    await asyncio.sleep(seconds / 3)
    await page.run("window.delays.length = 0")
    await asyncio.sleep(seconds * 2 / 3)
    return [float(value) for value in await page.run("window.delays")]


def percentile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def whole(media: str) -> bytes:
    """Everything in the playlist of the whole show."""
    base = f"{media}/hls/{STREAM}"
    text = urllib.request.urlopen(f"{base}/dvr.m3u8").read().decode()
    names = [line.partition('URI="')[2].rstrip('"') for line in text.splitlines() if line.startswith("#EXT-X-MAP")][-1:]
    last = text.rpartition("#EXT-X-MAP")[2]
    names += [line for line in last.splitlines()[1:] if line and not line.startswith("#")]
    return b"".join(urllib.request.urlopen(f"{base}/{name}").read() for name in names)


def flashes_and_tones(data: bytes) -> list[float]:
    """How far the white bar and the tone that began together are apart, in seconds, for each second."""
    flashes, tones, quiet_since, bright = [], [], -1.0, True
    with av.open(io.BytesIO(data), "r") as container:
        for frame in container.decode(container.streams.video[0], container.streams.audio[0]):
            at = frame.time or 0.0
            if isinstance(frame, av.VideoFrame):
                plane = frame.planes[0]
                was, bright = bright, memoryview(plane)[plane.line_size * (frame.height - 20) + 100] > 128
                if bright and not was:
                    flashes.append(at)
            else:
                raw = bytes(frame.planes[0])[: frame.samples * 4]
                for index, (value,) in enumerate(struct.iter_unpack("<f", raw)):
                    if abs(value) > 0.05:
                        now = at + index / frame.sample_rate
                        if now - quiet_since > 0.2:
                            tones.append(now)
                        quiet_since = now
    return [min(abs(flash - tone) for tone in tones) for flash in flashes[4:-1]]


if __name__ == "__main__":
    asyncio.run(main())
