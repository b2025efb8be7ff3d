"""One ffmpeg that copies what it is fed to one RTMP server, and tells how that goes."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

SAID_BYTES = 4000
WRITE_SECONDS = 10.0


class PushEnded(Exception):
    """The push is over; the text says why, in one word."""


class Pusher:
    """Feed it with `write`; `total` grows as the other side takes data."""

    def __init__(self, ffmpeg: Path, address: str, on_progress: Callable[[], None]) -> None:
        self._ffmpeg = ffmpeg
        self._address = address
        self._on_progress = on_progress
        self._process: asyncio.subprocess.Process | None = None
        self._listeners: list[asyncio.Task[None]] = []
        self._said = b""
        self.total = 0

    async def start(self) -> None:
        """Begins. Nothing is sent before the first bytes come."""
        process = self._process = await asyncio.create_subprocess_exec(
            str(self._ffmpeg), "-hide_banner", "-nostats", "-loglevel", "error", "-progress", "pipe:1",
            "-stats_period", "0.5", "-probesize", "500000", "-analyzeduration", "0", "-fflags", "+genpts",
            "-f", "mp4", "-i", "pipe:0", "-map", "0", "-c", "copy", "-f", "flv",
            "-flvflags", "no_duration_filesize", self._address,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._listeners = [
            asyncio.create_task(self._progress(process)),
            asyncio.create_task(self._complaints(process)),
        ]

    async def write(self, data: bytes) -> None:
        """Raises PushEnded when the other side is gone, or takes nothing."""
        process = self._process
        if process is None or process.stdin is None or process.returncode is not None:
            raise PushEnded(await self._reason())
        try:
            process.stdin.write(data)
            async with asyncio.timeout(WRITE_SECONDS):
                await process.stdin.drain()
        except TimeoutError as error:
            raise PushEnded("slow" if self.total else "no_answer") from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise PushEnded(await self._reason()) from error

    @property
    def is_over(self) -> bool:
        """Whether ffmpeg has ended by itself."""
        return self._process is not None and self._process.returncode is not None

    async def ended(self) -> str:
        """Why, once it is over."""
        return await self._reason()

    async def stop(self) -> None:
        """Ends it, gently if it listens."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None and process.stdin is not None:
                process.stdin.close()
                try:
                    async with asyncio.timeout(1.0):
                        await process.wait()
                except TimeoutError:
                    process.kill()
        await process.wait()
        if self._listeners:
            await asyncio.wait(self._listeners, timeout=1.0)  # both pipes end with the process
        for task in self._listeners:
            task.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)

    async def _progress(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        async for line in process.stdout:
            name, _, value = line.decode("ascii", "replace").strip().partition("=")
            if name == "total_size" and value.isdigit() and int(value) > self.total:
                self.total = int(value)
                self._on_progress()

    async def _complaints(self, process: asyncio.subprocess.Process) -> None:
        if process.stderr is None:
            return
        while piece := await process.stderr.read(1024):
            self._said = (self._said + piece)[-SAID_BYTES:]

    async def _reason(self) -> str:
        """In one word: what ffmpeg says contains the secret."""
        if self._process is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2.0):
                    await self._process.wait()
                    await asyncio.gather(*self._listeners, return_exceptions=True)
        said = self._said.lower()
        if b"connection refused" in said:
            return "refused"
        if b"timed out" in said or b"no route" in said or b"unreachable" in said:
            return "no_answer"
        if b"failed to resolve" in said or b"name or service" in said:
            return "unknown_host"
        return "lost" if self.total else "rejected"
