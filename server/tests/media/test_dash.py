"""The DASH manifest: the same segments, at the right times."""

import re
import xml.etree.ElementTree as ET

from media.conftest import Clips
from media.harness import STREAM, ApiDouble, Media, decode, is_rising, publish, until
from media.test_playlist import timeline_of
from nightmarket.media.dash import WINDOW_SEGMENTS, render_dash
from nightmarket.media.timeline import Timeline

DASH = "{urn:mpeg:dash:schema:mpd:2011}"


def _manifest(timeline: Timeline) -> ET.Element:
    return ET.fromstring(render_dash(timeline, segment_seconds=2.0, now=1_700_000_900.0))


def _periods(root: ET.Element) -> list[tuple[str | None, str | None, str | None, int]]:
    """Start, offset, first number and count of segments of each period."""
    found = []
    for period in root.iter(f"{DASH}Period"):
        template = next(period.iter(f"{DASH}SegmentTemplate"))
        count = sum(1 + int(entry.get("r", "0")) for entry in period.iter(f"{DASH}S"))
        offset, number = template.get("presentationTimeOffset"), template.get("startNumber")
        found.append((period.get("start") or period.get("duration"), offset, number, count))
    return found


def test_running_show_is_placed_by_the_clock() -> None:
    timeline = timeline_of(3, 2)
    timeline.runs[1] = timeline.segments[3].run
    root = _manifest(timeline)
    assert root.get("type") == "dynamic"
    assert root.get("availabilityStartTime") == "2023-11-14T22:13:20.000Z"
    assert _periods(root) == [("PT0.000S", "0", "0", 3), ("PT6.000S", "6000", "3", 2)]
    assert [period.get("duration") for period in root.iter(f"{DASH}Period")] == ["PT6.000S", None]
    assert root.find(f"{DASH}UTCTiming") is not None


def test_long_show_lists_a_window_and_keeps_its_numbers_and_times() -> None:
    root = _manifest(timeline_of(100))
    assert _periods(root) == [("PT0.000S", "0", str(100 - WINDOW_SEGMENTS), WINDOW_SEGMENTS)]
    assert next(root.iter(f"{DASH}S")).get("t") == str((100 - WINDOW_SEGMENTS) * 2000)


def test_finished_show_is_static_and_whole() -> None:
    timeline = timeline_of(70, 2)
    timeline.is_ended = True
    root = _manifest(timeline)
    assert (root.get("type"), root.get("mediaPresentationDuration")) == ("static", "PT144.000S")
    assert _periods(root) == [("PT140.000S", "0", "0", 70), ("PT4.000S", "140000", "70", 2)]


async def test_manifest_names_everything_a_decoder_needs(media: Media, api: ApiDouble, clips: Clips) -> None:
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    answer = await media.http.get(f"/hls/{STREAM}/manifest.mpd")
    assert answer.headers["content-type"] == "application/dash+xml"
    assert (answer.headers["cache-control"], answer.headers["content-encoding"]) == ("no-store", "gzip")
    root = ET.fromstring(answer.text)
    [(_, _, number, count)] = _periods(root)
    names = re.findall(r'(?:initialization|media)="([^"]+)"', answer.text)
    wanted = [names[0], *(names[1].replace("$Number$", str(int(number or 0) + index)) for index in range(count))]
    data = b"".join([(await media.http.get(f"/hls/{STREAM}/{name}")).content for name in wanted])
    played = decode(data)
    assert is_rising(played.video_times)
    assert len(played.video_times) == 180
