"""Movie fragments."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.media.cmaf.boxes import box, full_box

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
