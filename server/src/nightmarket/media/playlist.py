"""Renders HLS playlists from a timeline. Pure text; RFC 8216 bis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nightmarket.media.timeline import Run, Segment, Timeline

PARTS_LISTED_SEGMENTS = 3
DEFAULT_BANDWIDTH = 2_500_000
SKIP_BOUNDARY_TARGETS = 6
MIN_HOLD_BACK_PARTS = 3


@dataclass(frozen=True, slots=True)
class LiveRules:
    """How the low-latency playlist presents itself."""

    part_seconds: float
    hold_back_seconds: float
    segment_seconds: float
    window_segments: int


def render_master(timeline: Timeline, rungs: Mapping[str, Timeline] | None = None) -> str:
    """The multivariant playlist: the low-latency rendition while the show is on, the whole show afterwards.

    Smaller pictures are there only while the show is on; the show as it came is always the first choice.
    """
    media = "dvr.m3u8" if timeline.is_ended else "live.m3u8"
    lines = ["#EXTM3U", "#EXT-X-VERSION:9", *_variant(timeline, media)]
    for name, rung in (rungs or {}).items():
        lines += _variant(rung, f"{name}/live.m3u8")
    return "\n".join([*lines, ""])


def _variant(timeline: Timeline, media: str) -> list[str]:
    run = timeline.runs[-1]
    recent = [segment for segment in timeline.segments[-30:] if segment.is_closed and segment.duration_ms]
    rates = [segment.size * 8000 // segment.duration_ms for segment in recent]
    facts = [f"BANDWIDTH={max(rates, default=DEFAULT_BANDWIDTH)}"]
    if rates:
        facts.append(f"AVERAGE-BANDWIDTH={sum(rates) // len(rates)}")
    facts.append(f'CODECS="{run.codecs}"')
    if run.width:
        facts.append(f"RESOLUTION={run.width}x{run.height}")
    return [f"#EXT-X-STREAM-INF:{','.join(facts)}", media]


def render_live(timeline: Timeline, rules: LiveRules, *, is_publishing: bool, skip: bool = False) -> str:
    """The low-latency playlist: a window of segments, the newest with their parts."""
    closed = timeline.closed_count
    first = max(0, closed - rules.window_segments)
    window = timeline.segments[first:]
    target = target_duration(timeline, rules)
    skipped = _skippable(window, target) if skip else 0
    longest = max((part.duration_ms for segment in window for part in segment.parts), default=0)
    part_target = max(rules.part_seconds, longest / 1000)
    hold_back = max(rules.hold_back_seconds, part_target * MIN_HOLD_BACK_PARTS)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{target}",
        f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={hold_back:.3f},"
        f"HOLD-BACK={target * 3:.1f},CAN-SKIP-UNTIL={target * SKIP_BOUNDARY_TARGETS}.0",
        f"#EXT-X-PART-INF:PART-TARGET={part_target:.3f}",
        f"#EXT-X-MEDIA-SEQUENCE:{window[0].sequence}",
        # A tag leaves the window together with the segment it stands before.
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{_left_behind(timeline, first)}",
    ]
    if skipped:
        lines.append(f"#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}")
    lines += _segments(timeline, first, skipped)
    if timeline.is_ended:
        lines.append("#EXT-X-ENDLIST")
    elif is_publishing:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{_next_part(timeline)}"')
    else:
        # hls.js takes the last segment for the coming one when nothing follows it, and then gives up for good on a
        # "discontinuity sequence mismatch" as soon as the next encoder begins a new run.
        lines.append("# waiting for the encoder")
    return "\n".join(lines) + "\n"


def _left_behind(timeline: Timeline, first: int) -> int:
    """How many discontinuities have left the window."""
    return timeline.segments[first - 1].discontinuity if first else timeline.first_discontinuity


class DvrPlaylist:
    """The ordinary playlist with the whole show: EVENT while it lasts, VOD afterwards.

    A long show has thousands of segments and each is rendered once, when it is first seen complete.
    """

    def __init__(self, timeline: Timeline, rules: LiveRules) -> None:
        self._timeline = timeline
        self._rules = rules
        self._rendered: list[str] = []
        self._count = 0

    def render(self) -> str:
        """The playlist now."""
        timeline = self._timeline
        while self._count < timeline.closed_count:
            segment = timeline.segments[self._count]
            previous = timeline.segments[self._count - 1].run if self._count else None
            self._rendered += [*_head(segment, previous), *_tail(segment)]
            self._count += 1
        return "\n".join([*_dvr_header(timeline, self._rules), *self._rendered, *_end(timeline), ""])


def _end(timeline: Timeline) -> list[str]:
    return ["#EXT-X-ENDLIST"] if timeline.is_ended else []


def _dvr_header(timeline: Timeline, rules: LiveRules) -> list[str]:
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target_duration(timeline, rules)}",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if timeline.is_ended else 'EVENT'}",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]


def _segments(timeline: Timeline, first: int, skipped: int) -> Iterator[str]:
    window = timeline.segments[first:]
    # A complete playlist lists no parts: hls.js does not fetch the last ones any more, it takes the segment.
    with_parts = len(window) if timeline.is_ended else len(window) - PARTS_LISTED_SEGMENTS - 1
    previous = timeline.segments[first - 1].run if first else None
    for index, segment in enumerate(window):
        if index < skipped:
            previous = segment.run
            continue
        # The window always starts with the map, even in the middle of a run.
        yield from _head(segment, previous, show_map=index == 0)
        previous = segment.run
        if index >= with_parts:
            yield from _parts(segment)
        if segment.is_closed:
            yield from _tail(segment)


def _head(segment: Segment, previous: Run | None, *, show_map: bool = False) -> Iterator[str]:
    changed = previous is None or previous.number != segment.run.number
    if changed and previous is not None:
        yield "#EXT-X-DISCONTINUITY"
    if changed or show_map:
        yield f'#EXT-X-MAP:URI="{segment.run.init_name}"'
    yield f"#EXT-X-PROGRAM-DATE-TIME:{_date(segment.at_ms)}"


def _parts(segment: Segment) -> Iterator[str]:
    for index, part in enumerate(segment.parts):
        independent = ",INDEPENDENT=YES" if part.independent else ""
        yield f'#EXT-X-PART:DURATION={part.duration_ms / 1000:.3f},URI="{segment.part_name(index)}"{independent}'


def _tail(segment: Segment) -> Iterator[str]:
    if segment.is_lost:
        yield "#EXT-X-GAP"
    yield f"#EXTINF:{segment.duration_ms / 1000:.3f},"
    yield segment.name


def _next_part(timeline: Timeline) -> str:
    segment = timeline.open_segment
    if segment is not None:
        return segment.part_name(len(segment.parts))
    last = timeline.segments[-1]
    return f"s{last.sequence + 1}.p0.m4s"


def target_duration(timeline: Timeline, rules: LiveRules) -> int:
    """Whole seconds no segment exceeds when rounded."""
    return max(1, round(rules.segment_seconds), int(timeline.longest_ms / 1000 + 0.5))


def _skippable(window: list[Segment], target: int) -> int:
    """How many segments at the head lie further back than the skip boundary."""
    boundary = target * SKIP_BOUNDARY_TARGETS * 1000
    end = window[-1].start_ms + window[-1].duration_ms
    count = sum(1 for segment in window if end - segment.start_ms - segment.duration_ms > boundary)
    return count if count > 1 else 0


def _date(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
