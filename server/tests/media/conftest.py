"""Clips made once by the real encoder; an api double; a server for each test."""

import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import pytest

from media.harness import ApiDouble, Media, api_double, media_config, running

CLIP_SECONDS = 6


@dataclass(frozen=True)
class Clips:
    """FLV files ready to be pushed without encoding."""

    show: Path
    """320x180, 30 fps, B-frames, a key frame every half second, with sound."""
    other_size: Path
    """The same at 256x144."""
    sound_only: Path
    pictures_only: Path
    long: Path
    """The show, long enough to be interrupted."""


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """The clips."""
    folder = tmp_path_factory.mktemp("clips")
    _encode(folder / "show.flv", CLIP_SECONDS, "320x180")
    _encode(folder / "other.flv", CLIP_SECONDS, "256x144")
    _encode(folder / "long.flv", 40, "160x90")
    _copy(folder / "show.flv", folder / "sound.flv", "-vn")
    _copy(folder / "show.flv", folder / "pictures.flv", "-an")
    return Clips(*(folder / f"{name}.flv" for name in ("show", "other", "sound", "pictures", "long")))


def _encode(target: Path, seconds: int, size: str) -> None:
    _ffmpeg(
        "-f", "lavfi", "-i", f"testsrc2=s={size}:r=30", "-f", "lavfi", "-i", "sine=f=440:r=48000",
        "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "15", "-sc_threshold", "0",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", str(target),
    )  # fmt: skip


def _copy(source: Path, target: Path, *options: str) -> None:
    _ffmpeg("-i", str(source), "-c", "copy", *options, str(target))


def _ffmpeg(*arguments: str) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments], check=True)


@pytest.fixture
async def api() -> AsyncIterator[ApiDouble]:
    """The api's side of the hooks."""
    async with api_double() as double:
        yield double
        assert double.forged == 0


@pytest.fixture
async def media(api: ApiDouble, tmp_path: Path) -> AsyncIterator[Media]:
    """A running media server."""
    async with running(media_config(api, tmp_path / "media")) as server:
        yield server
