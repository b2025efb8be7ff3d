"""From access units to parts and segments, judged by an independent demuxer."""

import io
import struct
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.media.cmaf.boxes import box, descriptor, full_box
from nightmarket.media.cmaf.init import write_init
from nightmarket.media.cmaf.packager import CutRules, Packager, Part
from nightmarket.media.feed import Feed
from nightmarket.media.meter import Meter
from nightmarket.media.units import AccessUnit, Announcement, AudioFormat, Incoming, Kind, VideoFormat

AVCC = bytes.fromhex(
    "0164000bffe1001d6764000bacd9428df93ff0003000410000030001000003003c0f14299601000668ebe3cb22c0fdf8f800"
)
VIDEO = VideoFormat(AVCC, "avc1.64000b", 160, 90)
AUDIO = AudioFormat(b"\x11\x90", "mp4a.40.2", 48000, 2)
RULES = CutRules(part_ms=334, segment_ms=2000, limit_ms=10_000)


def _show(*, seconds: float, gop: int = 30, fps: int = 30, sound: bool = True) -> list[AccessUnit]:
    pictures = [
        AccessUnit(Kind.VIDEO, round(n * 1000 / fps), _picture(n, key=n % gop == 0), 66, n % gop == 0)
        for n in range(int(seconds * fps))
    ]
    sounds = [AccessUnit(Kind.AUDIO, n * 1024 * 1000 // 48000, b"a%d" % n) for n in range(int(seconds * 48000 / 1024))]
    return sorted(pictures + (sounds if sound else []), key=lambda unit: unit.dts_ms)


def _picture(number: int, *, key: bool) -> bytes:
    """A slice NAL unit; its type says what the container should say too."""
    return b"\x00\x00\x00\x06" + (b"\x65" if key else b"\x41") + b"%05d" % number


def _package(
    units: list[AccessUnit], video: VideoFormat | None = VIDEO, audio: AudioFormat | None = AUDIO
) -> list[Part]:
    packager = Packager(video, audio, rules=RULES)
    parts = [packager.push(unit, unit.dts_ms) for unit in units]
    return [part for part in [*parts, packager.flush()] if part is not None]


def _packets(parts: list[Part], kind: str) -> "list[av.Packet[Any]]":
    data = write_init(VIDEO, AUDIO) + b"".join(part.data for part in parts)
    with av.open(io.BytesIO(data), "r") as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [packet for packet in container.demux(stream) if packet.size]


def _segments(parts: list[Part]) -> list[int]:
    lengths, length = [], 0
    for part in parts:
        length += part.duration_ms
        if part.closes_segment:
            lengths.append(length)
            length = 0
    assert length == 0
    return lengths


def test_every_sample_comes_out_once_in_order_with_its_time() -> None:
    units = _show(seconds=5)
    parts = _package(units)
    pictures, sounds = _packets(parts, "video"), _packets(parts, "audio")
    sent = [unit for unit in units if unit.kind is Kind.VIDEO]
    assert [bytes(packet) for packet in pictures] == [unit.data for unit in sent]
    assert [packet.dts for packet in pictures] == [unit.dts_ms * 90 for unit in sent]
    assert [packet.pts for packet in pictures] == [(unit.dts_ms + 66) * 90 for unit in sent]
    assert [packet.is_keyframe for packet in pictures] == [unit.key for unit in sent]
    assert [bytes(packet) for packet in sounds] == [unit.data for unit in units if unit.kind is Kind.AUDIO]
    assert [packet.dts for packet in sounds] == [n * 1024 for n in range(len(sounds))]
    assert pictures[0].time_base == Fraction(1, 90_000)


@pytest.mark.parametrize(
    ("gop", "lengths"),
    [(30, [2000, 2000, 2000]), (15, [2000, 2000, 2000]), (45, [3000, 3000]), (90, [3000, 3000]), (59, [1967] * 3)],
)
def test_segments_end_at_the_first_key_frame_past_the_target(gop: int, lengths: list[int]) -> None:
    parts = _package(_show(seconds=6, gop=gop))
    assert _segments(parts)[: len(lengths)] == pytest.approx(lengths, abs=2)
    starts = [part for before, part in zip([None, *parts], parts, strict=False) if not before or before.closes_segment]
    assert all(part.independent for part in starts[: len(lengths)])


def test_segment_without_key_frames_is_cut_at_the_limit() -> None:
    parts = _package(_show(seconds=25, gop=10_000))
    assert _segments(parts) == pytest.approx([10_000, 10_000, 5_000], abs=40)
    assert [part.independent for part in parts].count(True) == 1


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
def test_parts_stay_within_the_target_and_fill_it(fps: int) -> None:
    parts = _package(_show(seconds=6, fps=fps, gop=fps * 2))
    assert max(part.duration_ms for part in parts) <= 334
    whole = [part for part in parts if not part.closes_segment]
    assert min(part.duration_ms for part in whole) >= 0.85 * 334


def test_parts_lie_end_to_end() -> None:
    parts = _package(_show(seconds=7, gop=47))
    for before, after in pairwise(parts):
        assert before.start_ms + before.duration_ms == after.start_ms


def test_sound_alone_is_cut_by_time() -> None:
    units = [unit for unit in _show(seconds=6) if unit.kind is Kind.AUDIO]
    parts = _package(units, video=None)
    assert _segments(parts) == pytest.approx([2000, 2000, 2000], abs=70)
    assert max(part.duration_ms for part in parts) <= 334


def test_stopped_pictures_do_not_stop_the_sound() -> None:
    units = [unit for unit in _show(seconds=30) if unit.kind is Kind.AUDIO or unit.dts_ms < 2000]
    parts = _package(units)
    assert sum(part.duration_ms for part in parts) == pytest.approx(30_000, abs=100)
    assert max(part.duration_ms for part in parts) <= 1100
    assert len(_packets(parts, "audio")) == sum(unit.kind is Kind.AUDIO for unit in units)


@settings(max_examples=30)
@given(st.lists(st.integers(-8, 8), min_size=100, max_size=100))
def test_rounded_audio_times_return_to_the_sample_grid(jitter: list[int]) -> None:
    units = [
        AccessUnit(Kind.AUDIO, 500 + n * 1024 * 1000 // 48000 + shift, b"a%d" % n)
        for n, shift in enumerate([0, *jitter[1:]])
    ]
    sounds = _packets(_package(units, video=None), "audio")
    assert [packet.dts - (sounds[0].dts or 0) for packet in sounds if packet.dts is not None] == [
        n * 1024 for n in range(len(units))
    ]


def test_true_gap_in_sound_is_kept_and_overlap_is_dropped() -> None:
    times = [0, 21, 43, 1064, 1085, 600, 1107]
    units = [AccessUnit(Kind.AUDIO, time, b"a%d" % n) for n, time in enumerate(times)]
    sounds = _packets(_package(units, video=None), "audio")
    assert [bytes(packet) for packet in sounds] == [b"a0", b"a1", b"a2", b"a3", b"a4", b"a6"]
    assert sounds[3].dts == 1064 * 48


def test_boxes_have_the_sizes_the_standard_says() -> None:
    assert box(b"free", b"abc") == b"\x00\x00\x00\x0bfreeabc"
    assert full_box(b"mfhd", 1, 2, b"x") == b"\x00\x00\x00\x0dmfhd\x01\x00\x00\x02x"
    assert descriptor(5, b"ab") == b"\x05\x80\x80\x80\x02ab"


def test_init_segment_names_the_tracks() -> None:
    data = write_init(VIDEO, AUDIO)
    assert struct.unpack_from(">I4s", data) == (28, b"ftyp")
    with av.open(io.BytesIO(data + _package(_show(seconds=1))[0].data), "r") as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert container.streams.video[0].codec_context.extradata == AVCC
        assert (container.streams.video[0].width, container.streams.video[0].height) == (160, 90)
        assert container.streams.audio[0].rate == 48000


class _Sink:
    """Remembers runs and parts, as a stream would."""

    def __init__(self) -> None:
        self.runs: list[tuple[bool, bool]] = []
        self.parts: list[Part] = []

    def begin_run(self, video: VideoFormat | None, audio: AudioFormat | None) -> int:
        self.runs.append((video is not None, audio is not None))
        return sum(part.duration_ms for part in self.parts)

    def add_part(self, part: Part) -> None:
        self.parts.append(part)

    def key_frame(self, video: VideoFormat, unit: AccessUnit) -> None:
        """Not looked at here."""


def _feed(*items: Incoming) -> tuple[_Sink, Meter]:
    sink, meter = _Sink(), Meter()
    feed = Feed(sink, RULES, meter)
    for item in items:
        feed.take(item)
    feed.end_run()
    return sink, meter


def _later(units: list[AccessUnit], shift_ms: int) -> list[AccessUnit]:
    return [AccessUnit(u.kind, u.dts_ms + shift_ms, u.data, u.cts_ms, u.key) for u in units]


def test_run_begins_at_a_key_frame_once_both_tracks_are_known() -> None:
    units = [unit for unit in _show(seconds=3) if unit.dts_ms >= 400]
    sink, meter = _feed(VIDEO, AUDIO, *units)
    assert sink.runs == [(True, True)]
    assert sink.parts[0].independent
    assert sum(part.duration_ms for part in sink.parts) == pytest.approx(2000, abs=40)
    assert meter.dropped_count == 0


def test_run_is_seen_and_heard_from_its_very_beginning() -> None:
    sink, _ = _feed(VIDEO, AUDIO, *_later(_show(seconds=3), 700))
    assert _packets(sink.parts, "video")[0].pts == 0
    assert 0 <= (_packets(sink.parts, "audio")[0].pts or 0) < 1024


def test_missing_sound_is_waited_for_only_so_long() -> None:
    pictures = [unit for unit in _show(seconds=4) if unit.kind is Kind.VIDEO]
    sink, _ = _feed(VIDEO, *pictures)
    assert sink.runs == [(True, False)]
    assert sum(part.duration_ms for part in sink.parts) == pytest.approx(4000, abs=40)
    announced, _ = _feed(Announcement(has_video=True, has_audio=False), VIDEO, *pictures)
    assert announced.runs == [(True, False)]


def test_track_that_comes_late_begins_a_new_run() -> None:
    units = _show(seconds=8)
    early = [unit for unit in units if unit.kind is Kind.VIDEO and unit.dts_ms < 4000]
    sink, _ = _feed(VIDEO, *early, AUDIO, *(unit for unit in units if unit.dts_ms >= 4000))
    assert sink.runs == [(True, False), (True, True)]
    assert sum(part.duration_ms for part in sink.parts) == pytest.approx(8000, abs=80)


@pytest.mark.parametrize("shift", [-100_000, 3_600_000])
def test_jump_of_the_encoders_clock_begins_a_new_run_without_a_hole(shift: int) -> None:
    units = _show(seconds=4)
    sink, meter = _feed(VIDEO, AUDIO, *_later(units, 200_000), *_later(units, 200_000 + shift))
    assert sink.runs == [(True, True)] * 2
    assert sum(part.duration_ms for part in sink.parts) == pytest.approx(8000, abs=80)
    for before, after in pairwise(sink.parts):
        assert before.start_ms + before.duration_ms == after.start_ms
    assert meter.dropped_count == 0
