"""Keeps finished shows within a disk budget, and some of the disk free.

Over budget, the oldest finished shows lose their DVR segments first; their MP4 stays. What may then still be deleted is
the api's decision, so the rest is only reported. Shows that are on go on without a disk: what could not be written is
missing from the recording only.
"""

import asyncio
import shutil
from collections.abc import Callable
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

    def __init__(
        self,
        streams: Path,
        recordings: Path,
        *,
        budget_bytes: int | None,
        reserve_bytes: int,
        failed_writes: Callable[[], int],
    ) -> None:
        self._streams = streams
        self._recordings = recordings
        self._budget = budget_bytes
        self._reserve = reserve_bytes
        self._failed_writes = failed_writes
        self._seen_failures = 0
        self.total_bytes = 0
        self.free_bytes = 0
        self.is_full = False
        """Less is free than shall be, or something could not be written lately."""

    async def watch(self) -> None:
        """Looks whether the disk is full, and makes room as soon as it is."""
        failures = self._failed_writes()
        failed, self._seen_failures = failures > self._seen_failures, failures
        self.free_bytes = await asyncio.to_thread(self._free)
        was_full, self.is_full = self.is_full, failed or self.free_bytes < self._reserve
        if self.is_full and not was_full:
            log.error("disk.full", free_bytes=self.free_bytes, failed_writes=failures)
            await self.check()

    def _free(self) -> int:
        folder = self._streams if self._streams.is_dir() else self._streams.parent
        return shutil.disk_usage(folder).free

    async def check(self) -> None:
        """Measures, and trims what is over the budget."""
        self.total_bytes = await asyncio.to_thread(self._check)

    def _check(self) -> int:
        total = sum(_size(folder) for folder in (self._streams, self._recordings))
        excess = max(self._reserve - self._free(), 0 if self._budget is None else total - self._budget)
        if excess <= 0:
            return total
        for show in sorted(self._trimmable(), key=lambda show: show.finished_at):
            trim(show.directory)
            total -= show.size
            excess -= show.size
            log.warning("disk.trimmed", stream=show.directory.name, freed_bytes=show.size)
            if excess <= 0:
                return total
        log.error("disk.over_budget", total_bytes=total, budget_bytes=self._budget, excess_bytes=excess)
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
