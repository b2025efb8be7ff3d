"""Joins a finished show's segments into one MP4 with ffmpeg, copying, never re-encoding."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import structlog

from nightmarket.media.timeline import Segment, Timeline

log = structlog.get_logger()

STALL_SECONDS = 120
SLOWEST_BYTES_PER_SECOND = 5_000_000
"""A disk that copies less than this is taken for stuck. ffmpeg copies everything again to put the index in front."""
WORK_PREFIX = ".remux-"
LOW_PRIORITY = 10


class RemuxFailed(RuntimeError):
    """ffmpeg could not make the recording."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Segments that share one initialisation segment."""

    init: Path
    files: list[Path]


async def remux(ffmpeg: Path, directory: Path, timeline: Timeline, target: Path) -> int:
    """Writes the MP4 and returns its size. The target appears complete or not at all."""
    stretches = await asyncio.to_thread(_stretches, directory, timeline)
    if not stretches:
        raise RemuxFailed("there is nothing to record")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=WORK_PREFIX, dir=target.parent) as folder:
        work = Path(folder)
        made = work / "whole.mp4"
        if len(stretches) == 1:
            await _join(ffmpeg, stretches[0], made)
        else:
            await _concatenate(ffmpeg, stretches, work, made)
        size = made.stat().st_size
        made.replace(target)
    return size


def _stretches(directory: Path, timeline: Timeline) -> list[_Stretch]:
    found: list[_Stretch] = []
    known: list[bytes] = []
    present = [segment for segment in timeline.segments if not segment.is_lost]
    for run, segments in groupby(present, key=_run_of):
        init = directory / run
        files = [directory / segment.name for segment in segments]
        content = init.read_bytes()
        if known and known[-1] == content:
            # An encoder that came back with the same settings: its fragments simply go on.
            found[-1].files.extend(files)
        else:
            found.append(_Stretch(init, files))
            known.append(content)
    return found


def _run_of(segment: Segment) -> str:
    return segment.run.init_name


async def _concatenate(ffmpeg: Path, stretches: Sequence[_Stretch], work: Path, made: Path) -> None:
    lines = ["ffconcat version 1.0"]
    size = 0
    for index, stretch in enumerate(stretches):
        await _join(ffmpeg, stretch, piece := work / f"stretch{index}.mp4")
        size += piece.stat().st_size
        lines.append(f"file stretch{index}.mp4")
    listing = work / "list.ffconcat"
    listing.write_text("\n".join(lines) + "\n")
    await _run(ffmpeg, ["-f", "concat", "-i", str(listing)], made, feed=(), size=size)


async def _join(ffmpeg: Path, stretch: _Stretch, made: Path) -> None:
    size = sum(await asyncio.to_thread(_sizes, stretch.files))
    await _run(ffmpeg, ["-f", "mp4", "-i", "pipe:0"], made, feed=(stretch.init, *stretch.files), size=size)


def _sizes(files: Sequence[Path]) -> list[int]:
    return [path.stat().st_size for path in files]


async def _run(ffmpeg: Path, source: list[str], made: Path, *, feed: Sequence[Path], size: int) -> None:
    process = await asyncio.create_subprocess_exec(
        str(ffmpeg), "-hide_banner", "-nostats", "-loglevel", "error", "-y", *source,
        "-map", "0", "-c", "copy", "-movflags", "+faststart", "-f", "mp4", str(made),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, LOW_PRIORITY)
    said = asyncio.create_task(_listen(process))
    try:
        await _feed(process, feed)
        async with asyncio.timeout(STALL_SECONDS + size / SLOWEST_BYTES_PER_SECOND):
            code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        complaint = await said
    if code != 0:
        raise RemuxFailed(complaint or f"ffmpeg ended with {code}")
    if complaint:
        log.info("remux.remarks", text=complaint)


async def _feed(process: asyncio.subprocess.Process, files: Sequence[Path]) -> None:
    stdin = process.stdin
    if stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for path in files:
            stdin.write(await asyncio.to_thread(path.read_bytes))
            async with asyncio.timeout(STALL_SECONDS):
                await stdin.drain()
        stdin.close()


async def _listen(process: asyncio.subprocess.Process) -> str:
    """The last lines ffmpeg said; the pipe is always emptied."""
    said = b""
    if process.stderr is not None:
        while piece := await process.stderr.read(4096):
            said = (said + piece)[-2000:]
    return said.decode("utf-8", "replace").strip()
