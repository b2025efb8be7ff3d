"""Cuts and joins MP4 files with the ffmpeg that comes with the product."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.replays.ports import CutFailed, Stretch

log = get_logger(__name__)

_SECONDS = 240
_LOW_PRIORITY = 10
_SAID_BYTES = 2000


class FfmpegCutter:
    """Implements `replays.ports.VideoCutter`.

    Pictures are copied from the key frame before the start; an edit list makes players begin at the start itself.
    """

    async def cut(self, stretches: Sequence[Stretch], target: Path) -> None:
        """Each stretch by itself, then all of them together."""
        with tempfile.TemporaryDirectory(prefix="cut-", dir=target.parent) as folder:
            work = Path(folder)
            pieces = []
            for number, stretch in enumerate(stretches):
                whole, piece = work / f"whole{number}.mp4", work / f"piece{number}.mp4"
                # Fragments have no index to seek by: a plain file first.
                await _ffmpeg("-i", str(stretch.file), "-map", "0", "-c", "copy", str(whole))
                await _ffmpeg(
                    "-ss", _seconds(stretch.start_ms), "-i", str(whole),
                    "-t", _seconds(stretch.end_ms - stretch.start_ms),
                    "-map", "0", "-c", "copy", "-movflags", "+faststart", str(piece),
                )  # fmt: skip
                whole.unlink()
                pieces.append(piece)
            if len(pieces) == 1:
                pieces[0].replace(target)
                return
            listing = work / "list.ffconcat"
            listing.write_text("ffconcat version 1.0\n" + "".join(f"file {piece.name}\n" for piece in pieces))
            await _ffmpeg(
                "-f", "concat", "-i", str(listing), "-map", "0", "-c", "copy", "-movflags", "+faststart", str(target)
            )


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"


async def _ffmpeg(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _LOW_PRIORITY)
    try:
        async with asyncio.timeout(_SECONDS):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise CutFailed("ffmpeg took too long") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise CutFailed(said[-_SAID_BYTES:].decode("utf-8", "replace").strip() or f"ffmpeg: {process.returncode}")
