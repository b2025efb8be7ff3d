"""Renders a DASH manifest from a timeline: the same segments as in HLS. Pure text; ISO/IEC 23009-1.

Each run is a period. While the show is on, periods stand at the time of day they were made, so that players find the
live edge by the clock; the time without an encoder is a gap. Of a finished show they follow one another.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from nightmarket.media.timeline import Run, Segment, Timeline

WINDOW_SEGMENTS = 60
"""What a running show lists: players ask for the manifest again and again."""
DELAY_SEGMENTS = 3


def render_dash(timeline: Timeline, *, segment_seconds: float, now: float) -> str:
    """The manifest: dynamic while the show lasts, static afterwards."""
    closed = timeline.segments[: timeline.closed_count]
    shown = closed if timeline.is_ended else closed[-WINDOW_SEGMENTS:]
    begin = timeline.runs[0].at_ms - timeline.runs[0].start_ms
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    if timeline.is_ended:
        lines.append(_static(shown, segment_seconds))
    else:
        lines.append(_dynamic(timeline, shown, segment_seconds=segment_seconds, begin=begin, now=now))
    for number, segments in groupby(shown, key=lambda segment: segment.run.number):
        is_last = number == shown[-1].run.number
        lines += _period(number, list(segments), None if timeline.is_ended else begin, is_last=is_last)
    if not timeline.is_ended:
        lines.append(f'<UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="{_date(now)}"/>')
    lines.append("</MPD>")
    return "\n".join(lines) + "\n"


_ROOT = '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011"'


def _static(shown: list[Segment], segment_seconds: float) -> str:
    total = sum(segment.duration_ms for segment in shown)
    return (
        f'{_ROOT} type="static" minBufferTime="{_span(segment_seconds)}" '
        f'mediaPresentationDuration="{_span(total / 1000)}">'
    )


def _dynamic(timeline: Timeline, shown: list[Segment], *, segment_seconds: float, begin: int, now: float) -> str:
    longest = max(segment_seconds, timeline.longest_ms / 1000)
    depth = (shown[-1].at_ms + shown[-1].duration_ms - shown[0].at_ms) / 1000
    return (
        f'{_ROOT} type="dynamic" availabilityStartTime="{_date(begin / 1000)}" publishTime="{_date(now)}" '
        f'minimumUpdatePeriod="{_span(segment_seconds)}" minBufferTime="{_span(segment_seconds)}" '
        f'timeShiftBufferDepth="{_span(depth)}" suggestedPresentationDelay="{_span(longest * DELAY_SEGMENTS)}">'
    )


def _period(number: int, segments: list[Segment], begin: int | None, *, is_last: bool) -> Iterator[str]:
    run, first = segments[0].run, segments[0]
    length = sum(segment.duration_ms for segment in segments)
    rate = max(segment.size * 8000 // max(segment.duration_ms, 1) for segment in segments)
    if begin is None:
        yield f'<Period id="{number}" duration="{_span(length / 1000)}">'
        offset = first.start_ms
    else:
        # A window that begins within the run: the period still begins where the run did.
        # One that is over says how long it was: what follows may begin much later.
        end = "" if is_last else f' duration="{_span((first.start_ms + length - run.start_ms) / 1000)}"'
        yield f'<Period id="{number}" start="{_span((run.at_ms - begin) / 1000)}"{end}>'
        offset = run.start_ms
    yield from _representation(run, rate)
    yield (
        f'<SegmentTemplate timescale="1000" presentationTimeOffset="{offset}" startNumber="{first.sequence}" '
        f'initialization="{run.init_name}" media="s$Number$.m4s"><SegmentTimeline>'
    )
    yield from _timeline(segments)
    yield "</SegmentTimeline></SegmentTemplate></Representation></AdaptationSet></Period>"


def _representation(run: Run, rate: int) -> Iterator[str]:
    kind = "video" if run.width else "audio"
    size = f' width="{run.width}" height="{run.height}"' if run.width else ""
    yield (
        f'<AdaptationSet id="0" contentType="{kind}" mimeType="{kind}/mp4" segmentAlignment="true" startWithSAP="1">'
        f'<Representation id="source" codecs="{run.codecs}" bandwidth="{rate}"{size}>'
    )


def _timeline(segments: list[Segment]) -> Iterator[str]:
    yield f'<S t="{segments[0].start_ms}" d="{segments[0].duration_ms}"/>'
    for duration, same in groupby(segments[1:], key=lambda segment: segment.duration_ms):
        repeats = len(list(same)) - 1
        yield f'<S d="{duration}" r="{repeats}"/>' if repeats else f'<S d="{duration}"/>'


def _span(seconds: float) -> str:
    return f"PT{seconds:.3f}S"


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
