"""What there is of a show's video, said so that the api can carry it to object storage and cut clips from it.

For a finished show the list of segments is a file, written before `final.json`; for one that goes on it is made from
the timeline.
"""

import json
from pathlib import Path
from typing import Any

from nightmarket.media.names import INIT_NAME, SEGMENT_NAME
from nightmarket.media.playlist import LiveRules, target_duration
from nightmarket.media.poster import POSTER
from nightmarket.media.sprite import SPRITE_NAME, THUMBNAILS
from nightmarket.media.timeline import Timeline

SEGMENTS = "segments.json"
WHOLE = "whole.mp4"
"""The name the recording is asked for by; its file lies elsewhere."""


def describe_segments(timeline: Timeline, rules: LiveRules) -> dict[str, Any]:
    """Every complete segment in order; a lost one keeps its time."""
    return {
        "target_seconds": target_duration(timeline, rules),
        "segments": [
            {
                "name": segment.name,
                "init": segment.run.init_name,
                "ms": segment.duration_ms,
                "bytes": 0 if segment.is_lost else segment.size,
                "at": segment.at_ms,
            }
            for segment in timeline.segments
            if segment.is_closed and (segment.is_stored or segment.is_lost)
        ],
    }


def describe_finished(directory: Path, recording: Path) -> dict[str, Any]:
    """The same of a finished show, as far as it is still here, with its other files by size."""
    try:
        known: dict[str, Any] = json.loads((directory / SEGMENTS).read_text())
    except (OSError, ValueError):
        known = {"target_seconds": 0, "segments": []}
    if not all((directory / one["name"]).is_file() for one in known["segments"][:1] if one["bytes"]):
        known["segments"] = []
    files = {path.name: path.stat().st_size for path in directory.iterdir() if is_extra(path.name)}
    if recording.is_file():
        files[WHOLE] = recording.stat().st_size
    return known | {"files": files, "is_finished": True}


def is_extra(name: str) -> bool:
    """Whether this is a file beside the video that the api may have."""
    return name in (POSTER, THUMBNAILS) or SPRITE_NAME.fullmatch(name) is not None


def is_archived(name: str) -> bool:
    """Whether the api may ask for a file of this name."""
    return is_extra(name) or INIT_NAME.fullmatch(name) is not None or SEGMENT_NAME.fullmatch(name) is not None
