"""Keeps finished shows within a disk budget.

Over budget, the oldest finished shows lose their DVR segments first; their MP4 stays. What may then still be deleted is
the api's decision, so the rest is only reported.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog

from nightmarket.media.finish import FINAL, REPORTED
from nightmarket.media.names import INIT_NAME, SEGMENT_NAME

log = structlog.get_logger()

PLAYLISTS = ("index.m3u8", "live.m3u8", "dvr.m3u8", "manifest.mpd")


@dataclass(frozen=True, slots=True)
class _Show:
    directory: Path
    finished_at: float
    size: int


class DiskKeeper:
    """Measures and trims."""

    def __init__(self, streams: Path, recordings: Path, budget_bytes: int | None) -> None:
        self._streams = streams
        self._recordings = recordings
        self._budget = budget_bytes
        self.total_bytes = 0

    async def check(self) -> None:
        """Measures, and trims what is over the budget."""
        self.total_bytes = await asyncio.to_thread(self._check)

    def _check(self) -> int:
        total = sum(_size(folder) for folder in (self._streams, self._recordings))
        if self._budget is None or total <= self._budget:
            return total
        for show in sorted(self._trimmable(), key=lambda show: show.finished_at):
            trim(show.directory)
            total -= show.size
            log.warning("disk.trimmed", stream=show.directory.name, freed_bytes=show.size)
            if total <= self._budget:
                return total
        log.error("disk.over_budget", total_bytes=total, budget_bytes=self._budget)
        return total

    def _trimmable(self) -> list[_Show]:
        """Finished, reported, with an MP4 that remains, and not trimmed yet."""
        found = []
        for final in self._streams.glob(f"*/{FINAL}"):
            directory = final.parent
            is_safe = (directory / REPORTED).exists() and (self._recordings / f"{directory.name}.mp4").is_file()
            if is_safe and (directory / PLAYLISTS[0]).exists():
                found.append(_Show(directory, final.stat().st_mtime, _size(directory)))
        return found


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def trim(directory: Path) -> None:
    """Drops the segments of a finished show and the playlists that name them."""
    for name in PLAYLISTS:
        (directory / name).unlink(missing_ok=True)
    for path in directory.iterdir():
        if SEGMENT_NAME.fullmatch(path.name) or INIT_NAME.fullmatch(path.name):
            path.unlink()
