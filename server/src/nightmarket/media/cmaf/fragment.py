"""Movie fragments: writing one, and reading back the timing of those on disk."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.media.cmaf.boxes import box, full_box, walk
from nightmarket.media.cmaf.init import VIDEO_TRACK

SYNC, NOT_SYNC = 0x02000000, 0x01010000
TRUN_FLAGS = 0x000001 | 0x000100 | 0x000200 | 0x000400 | 0x000800
BASE_IS_MOOF = 0x020000


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample in its track's timescale."""

    dts: int
    duration: int
    offset: int
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class TrackTiming:
    """What a fragment says about one track."""

    track: int
    start: int
    duration: int
    starts_with_key: bool


@dataclass(frozen=True, slots=True)
class FragmentSpan:
    """A complete `moof` + `mdat` in a file."""

    end: int
    tracks: tuple[TrackTiming, ...]


def write_fragment(sequence: int, tracks: Sequence[tuple[int, Sequence[Sample]]]) -> bytes:
    """`moof` and `mdat` for the tracks that have samples."""
    present = [(track, samples) for track, samples in tracks if samples]
    size = len(_movie_fragment(sequence, present, 0))
    payload = b"".join(sample.data for _, samples in present for sample in samples)
    return _movie_fragment(sequence, present, size + 8) + struct.pack(">I4s", len(payload) + 8, b"mdat") + payload


def _movie_fragment(sequence: int, tracks: Sequence[tuple[int, Sequence[Sample]]], offset: int) -> bytes:
    fragments = []
    for track, samples in tracks:
        fragments.append(_track_fragment(track, samples, offset))
        offset += sum(len(sample.data) for sample in samples)
    return box(b"moof", full_box(b"mfhd", 0, 0, struct.pack(">I", sequence & 0xFFFFFFFF)), *fragments)


def _track_fragment(track: int, samples: Sequence[Sample], offset: int) -> bytes:
    rows = b"".join(
        struct.pack(">IIIi", sample.duration, len(sample.data), SYNC if sample.key else NOT_SYNC, sample.offset)
        for sample in samples
    )
    return box(
        b"traf",
        full_box(b"tfhd", 0, BASE_IS_MOOF, struct.pack(">I", track)),
        full_box(b"tfdt", 1, 0, struct.pack(">Q", samples[0].dts)),
        full_box(b"trun", 1, TRUN_FLAGS, struct.pack(">Ii", len(samples), offset), rows),
    )


def read_fragments(data: bytes) -> list[FragmentSpan]:
    """The complete fragments at the beginning of a segment file."""
    found: list[FragmentSpan] = []
    tracks: tuple[TrackTiming, ...] | None = None
    for span in walk(data):
        if span.kind == b"moof" and tracks is None:
            tracks = _read_tracks(data, span.body, span.end)
        elif span.kind == b"mdat" and tracks is not None:
            found.append(FragmentSpan(span.end, tracks))
            tracks = None
        else:
            break
    return found


def _read_tracks(data: bytes, start: int, end: int) -> tuple[TrackTiming, ...]:
    found = []
    for traf in walk(data, start, end):
        if traf.kind != b"traf":
            continue
        inner = {span.kind: span.body for span in walk(data, traf.body, traf.end)}
        track = int.from_bytes(data[inner[b"tfhd"] + 4 : inner[b"tfhd"] + 8], "big")
        begin = int.from_bytes(data[inner[b"tfdt"] + 4 : inner[b"tfdt"] + 12], "big")
        run = inner[b"trun"]
        count = int.from_bytes(data[run + 4 : run + 8], "big")
        rows = list(struct.iter_unpack(">IIIi", data[run + 12 : run + 12 + 16 * count]))
        key = track != VIDEO_TRACK or bool(rows and rows[0][2] == SYNC)
        found.append(TrackTiming(track, begin, sum(row[0] for row in rows), key))
    return tuple(found)
