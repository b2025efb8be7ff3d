"""One ffmpeg: the show's own parts go in, an FLV file for each rung comes out."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import structlog

from nightmarket.media.ladder.rung import Rung, bitrate_of
from nightmarket.media.units import MalformedMedia, UnsupportedMedia

log = structlog.get_logger()

READ_SIZE = 64 * 1024
MAX_WAITING_PARTS = 30
"""So far behind, ffmpeg does not get the processor time it needs."""
LOW_PRIORITY = 10
PATIENCE_SECONDS = 3.0


class Transcoder:
    """Runs until told to end, or until it fails; `ended` then hears why."""

    def __init__(self, ffmpeg: Path, rungs: list[Rung], heights: list[int], ended: Callable[[str], None]) -> None:
        self.rungs = rungs
        self._ffmpeg = ffmpeg
        self._heights = heights
        self._ended = ended
        self._input: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._is_over = False
        self.process_id: int | None = None
        self._task = asyncio.create_task(self._run())

    def push(self, data: bytes) -> None:
        """The next part."""
        if self._input.qsize() > MAX_WAITING_PARTS:
            self._finish("ffmpeg is too slow")
        else:
            self._input.put_nowait(data)

    def end(self) -> None:
        """The run is over: what is inside still comes out."""
        self._is_over = True
        self._input.put_nowait(None)

    def kill(self) -> None:
        """At once."""
        self._is_over = True
        self._task.cancel()

    async def closed(self) -> None:
        """Waits until nothing is left of it."""
        await asyncio.wait([self._task])

    def _finish(self, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._ended(reason)

    async def _run(self) -> None:
        pipes = [os.pipe() for _ in self.rungs]
        try:
            process = await asyncio.create_subprocess_exec(
                str(self._ffmpeg), *self._arguments([write for _, write in pipes]),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
                pass_fds=[write for _, write in pipes],
            )  # fmt: skip
        except OSError as error:
            for read, _ in pipes:
                os.close(read)
            self._finish(str(error))
            return
        finally:
            for _, write in pipes:
                os.close(write)
        self.process_id = process.pid
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, LOW_PRIORITY)
        work = [asyncio.create_task(self._feed(process)), asyncio.create_task(_listen(process))]
        work += [asyncio.create_task(_read(read, rung)) for (read, _), rung in zip(pipes, self.rungs, strict=True)]
        try:
            await process.wait()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*work[1:], return_exceptions=True)
        except TimeoutError:
            pass
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            for rung in self.rungs:
                rung.end()
        said = work[1].result() if work[1].done() and not work[1].cancelled() else ""
        self._finish(said or f"ffmpeg ended with {process.returncode}")

    async def _feed(self, process: asyncio.subprocess.Process) -> None:
        stdin = process.stdin
        if stdin is None:
            return
        with contextlib.suppress(ConnectionError):
            while (data := await self._input.get()) is not None:
                stdin.write(data)
                await stdin.drain()
            stdin.close()

    def _arguments(self, outputs: list[int]) -> list[str]:
        # fmt: off
        arguments = [
            "-hide_banner", "-nostats", "-loglevel", "error", "-fflags", "nobuffer", "-probesize", "100000",
            "-f", "mp4", "-i", "pipe:0",
        ]
        for height, output in zip(self._heights, outputs, strict=True):
            rate = bitrate_of(height)
            arguments += [
                "-map", "0:v:0", "-map", "0:a:0?", "-vf", f"scale=-2:{height}",
                "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
                "-b:v", f"{rate}k", "-maxrate", f"{rate * 5 // 4}k", "-bufsize", f"{rate}k",
                "-force_key_frames", "source", "-g", "600", "-sc_threshold", "0", "-c:a", "copy",
                "-flush_packets", "1", "-flvflags", "no_duration_filesize", "-f", "flv", f"pipe:{output}",
            ]
        # fmt: on
        return arguments


async def _read(descriptor: int, rung: Rung) -> None:
    """One FLV file out of its pipe into its rung; a rung that cannot be read is only read no further."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=READ_SIZE)
    pipe = os.fdopen(descriptor, "rb")
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        while data := await reader.read(READ_SIZE):
            try:
                rung.feed(data)
            except (MalformedMedia, UnsupportedMedia) as error:
                log.error("ladder.unreadable", rung=rung.id, error=str(error))
                return
    finally:
        transport.close()


async def _listen(process: asyncio.subprocess.Process) -> str:
    """The last lines ffmpeg said; the pipe is always emptied."""
    said = b""
    if process.stderr is not None:
        while piece := await process.stderr.read(4096):
            said = (said + piece)[-1000:]
    return said.decode("utf-8", "replace").strip()
