"""What happens after a show: playlists as plain files, a poster, one MP4, and the news to the api.

`final.json` is written last. A directory that has it needs nothing of this any more and is served as files; one whose
journal says finished but has no `final.json` is done again at the next start.
"""

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from nightmarket.media.archive import SEGMENTS, describe_segments
from nightmarket.media.dash import render_dash
from nightmarket.media.hooks import Events
from nightmarket.media.playlist import DvrPlaylist, LiveRules, render_master
from nightmarket.media.poster import POSTER, Posters
from nightmarket.media.remux import WORK_PREFIX, RemuxFailed, remux
from nightmarket.media.sprite import write_sprites
from nightmarket.media.stream import Stream

log = structlog.get_logger()

FINAL, REPORTED = "final.json", "reported"


@dataclass(frozen=True, slots=True)
class Finisher:
    """Finishes one show after the other."""

    ffmpeg: Path
    recordings: Path
    rules: LiveRules
    posters: Posters
    events: Events
    one_at_a_time: asyncio.Lock

    async def finish(self, stream: Stream) -> None:
        """Makes the recording of a finished stream and reports it."""
        await stream.store.drained()
        directory = stream.store.directory
        if not stream.timeline.segments:
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)
            return
        await asyncio.to_thread(_write_playlists, directory, stream, self.rules)
        await self.posters.refresh(stream)
        async with self.one_at_a_time:
            size = await self._record(stream)
            await self._picture(stream)
        known = json.dumps(describe_segments(stream.timeline, self.rules))
        await asyncio.to_thread(write_whole, directory / SEGMENTS, known)
        facts = _facts(stream, size)
        await asyncio.to_thread(write_whole, directory / FINAL, json.dumps(facts))
        report_recorded(self.events, directory, facts)

    def clear_leftovers(self) -> None:
        """Removes half-made recordings of a process that was killed; they can be as large as a show."""
        for folder in self.recordings.glob(f"{WORK_PREFIX}*"):
            shutil.rmtree(folder, ignore_errors=True)

    async def _picture(self, stream: Stream) -> None:
        """The pictures of the seek bar. Never fails: a replay without them is still a replay."""
        given_up = False
        try:
            await asyncio.to_thread(
                write_sprites, stream.store.directory, stream.timeline, is_given_up=lambda: given_up
            )
        except Exception:
            log.exception("finish.no_sprites", stream=stream.id)
        finally:
            given_up = True

    async def _record(self, stream: Stream) -> int | None:
        target = self.recordings / f"{stream.id}.mp4"
        try:
            return await remux(self.ffmpeg, stream.store.directory, stream.timeline, target)
        except (RemuxFailed, OSError, TimeoutError) as error:
            log.error("finish.remux_failed", stream=stream.id, error=str(error))
            return None


def report_recorded(events: Events, directory: Path, facts: dict[str, Any]) -> None:
    """Tells the api; a marker remembers that it was told."""

    def remember() -> None:
        try:
            (directory / REPORTED).touch()
        except OSError as error:
            # Told again at the next start; hearing it twice is harmless.
            log.warning("finish.not_remembered", stream=directory.name, error=str(error))

    events.emit("recorded", directory.name, facts, delivered=remember)


def write_whole(path: Path, text: str) -> None:
    """Writes a file that appears complete or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.replace(path)


def _facts(stream: Stream, size: int | None) -> dict[str, Any]:
    has_poster = (stream.store.directory / POSTER).is_file()
    run = stream.timeline.runs[-1]
    return {
        "duration_seconds": stream.timeline.end_ms / 1000,
        "bytes": size,
        "mp4_path": f"/recordings/{stream.id}.mp4" if size is not None else None,
        "mp4_file": f"recordings/{stream.id}.mp4" if size is not None else None,
        "hls_path": f"/hls/{stream.id}/index.m3u8",
        "poster_path": f"/hls/{stream.id}/{POSTER}" if has_poster else None,
        "width": run.width or None,
        "height": run.height or None,
    }


def _write_playlists(directory: Path, stream: Stream, rules: LiveRules) -> None:
    whole = DvrPlaylist(stream.timeline, rules).render()
    write_whole(directory / "dvr.m3u8", whole)
    write_whole(directory / "live.m3u8", whole)
    write_whole(directory / "index.m3u8", render_master(stream.timeline))
    write_whole(directory / "manifest.mpd", render_dash(stream.timeline, segment_seconds=rules.segment_seconds, now=0))
