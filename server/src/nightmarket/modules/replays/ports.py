"""What replays need from outside: the video server that has the files, and somebody who can cut."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

WHOLE = "whole.mp4"
POSTER = "poster.jpg"
THUMBNAILS = "thumbnails.vtt"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a show's video that begins with a key frame. One that was lost has no bytes but keeps its time."""

    name: str
    init: str
    """The file a decoder needs first."""
    duration_ms: int
    size: int
    at_ms: int
    """Wall-clock time of its beginning."""


@dataclass(frozen=True, slots=True)
class Footage:
    """What a video server has of a show."""

    segments: tuple[Segment, ...]
    target_seconds: int
    is_finished: bool
    files: dict[str, int] = field(default_factory=dict)
    """Its other files by size: `WHOLE`, `POSTER`, `THUMBNAILS` and the sheets of pictures those name."""


class RecordingSource(Protocol):
    """The video server's side of a recording. Unavailable when it does not answer."""

    async def describe(self, stream_id: str) -> Footage | None:
        """What there is of a show, also while it goes on; None when there is nothing (any more)."""

    def read(self, stream_id: str, name: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes of one of the files from an offset on."""

    async def release(self, stream_id: str) -> None:
        """The video lies in object storage: the server need not keep it."""

    async def remove(self, stream_id: str) -> None:
        """The show was deleted: the server must not keep anything."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one video file, in milliseconds from its first picture."""

    file: Path
    start_ms: int
    end_ms: int


class CutFailed(Exception):
    """The files cannot be cut. It will not heal."""


class VideoCutter(Protocol):
    """Makes one MP4 out of stretches of others."""

    async def cut(self, stretches: Sequence[Stretch], target: Path) -> None:
        """Write the target, without coding anything anew. CutFailed when that cannot be done."""
