"""How a show lies in object storage. Pure: the same footage always gives the same objects.

index.m3u8        the whole show for HLS players: byte ranges of the `v…` objects
init….mp4 v….mp4  the very segments that were played live, joined into objects of some megabytes
replay.mp4        everything as one file, to download
poster.jpg sprite….jpg thumbnails.vtt chapters.vtt
map.json          where each segment lies, for clips
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nightmarket.modules.replays.ports import Footage, Segment

INDEX, CHAPTERS, MAP, REPLAY = "index.m3u8", "chapters.vtt", "map.json", "replay.mp4"
OBJECT_BYTES = 16 * 2**20
"""One request each, few of them, and small enough for a CDN to keep. A three-hour show has some hundreds."""

TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json",
}

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """Segments that become one object."""

    name: str
    segments: tuple[Segment, ...]

    @property
    def size(self) -> int:
        """Bytes of the object."""
        return sum(segment.size for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment lies; one that was lost has no object."""

    segment: Segment
    chunk: str | None
    offset: int


def content_type(name: str) -> str:
    """What an object of this name is."""
    return TYPES[name.rpartition(".")[2]]


def plan_chunks(footage: Footage) -> list[Chunk]:
    """Segments in order, cut where an object is full or a new encoder began."""
    groups: list[list[Segment]] = []
    for segment in footage.segments:
        if not segment.size:
            continue
        current = groups[-1] if groups else None
        fits = (
            current is not None
            and current[0].init == segment.init
            and sum(one.size for one in current) + segment.size <= OBJECT_BYTES
        )
        if current is not None and fits:
            current.append(segment)
        else:
            groups.append([segment])
    return [Chunk(f"v{number}.mp4", tuple(group)) for number, group in enumerate(groups, 1)]


def place_segments(footage: Footage, chunks: Sequence[Chunk]) -> list[Place]:
    """Every segment, with its object."""
    where: dict[str, tuple[str, int]] = {}
    for chunk in chunks:
        offset = 0
        for segment in chunk.segments:
            where[segment.name] = (chunk.name, offset)
            offset += segment.size
    return [Place(segment, *where.get(segment.name, (None, 0))) for segment in footage.segments]


def render_index(footage: Footage, places: Sequence[Place]) -> str:
    """The VOD playlist."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:8",
        f"#EXT-X-TARGETDURATION:{max(1, footage.target_seconds)}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    init = None
    for place in places:
        segment = place.segment
        if segment.init != init:
            lines += ["#EXT-X-DISCONTINUITY"] if init is not None else []
            lines.append(f'#EXT-X-MAP:URI="{segment.init}"')
            init = segment.init
        at = datetime.fromtimestamp(segment.at_ms / 1000, UTC).isoformat(timespec="milliseconds")
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{at.replace('+00:00', 'Z')}")
        lines.append(f"#EXTINF:{segment.duration_ms / 1000:.3f},")
        if place.chunk is None:
            lines += ["#EXT-X-GAP", "gap.mp4"]
        else:
            lines += [f"#EXT-X-BYTERANGE:{segment.size}@{place.offset}", place.chunk]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def render_chapters(moments: Sequence[dict[str, Any]], duration_ms: int) -> str:
    """What was held up when, as WebVTT chapters. The cue's id names the item."""
    cues = []
    for moment in moments:
        start = round(moment["start"] * 1000)
        end = min(duration_ms, duration_ms if moment["end"] is None else round(moment["end"] * 1000))
        if start < end:
            title = " ".join(f"{moment['code']} {moment['title']}".split()).translate(_ESCAPES)
            cues.append(f"{moment['item_id']}\n{_clock(start)} --> {_clock(end)}\n{title}\n")
    return "WEBVTT\n\n" + "\n".join(cues)


def render_map(footage: Footage, places: Sequence[Place]) -> bytes:
    """Where each segment lies."""
    rows = [
        {
            "name": place.segment.name,
            "init": place.segment.init,
            "ms": place.segment.duration_ms,
            "bytes": place.segment.size,
            "at": place.segment.at_ms,
            "chunk": place.chunk,
            "offset": place.offset,
        }
        for place in places
    ]
    return json.dumps({"target_seconds": footage.target_seconds, "segments": rows}).encode()


def read_map(raw: bytes) -> list[Place]:
    """The same again."""
    return [
        Place(Segment(row["name"], row["init"], row["ms"], row["bytes"], row["at"]), row["chunk"], row["offset"])
        for row in json.loads(raw)["segments"]
    ]


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
