"""Playlists as text: windows, discontinuities, skips, target durations."""

from nightmarket.media.cmaf.packager import Part
from nightmarket.media.playlist import DvrPlaylist, LiveRules, render_live, render_master
from nightmarket.media.timeline import Run, Timeline

RULES = LiveRules(part_seconds=0.334, hold_back_seconds=1.5, segment_seconds=2.0, window_segments=4)


def timeline_of(*runs: int, kept: int = 2) -> Timeline:
    """Runs of so many two-second segments of two parts."""
    timeline = Timeline(kept)
    for number, count in enumerate(runs, 1):
        timeline.begin_run(Run(number, timeline.end_ms, 1_700_000_000_000 + timeline.end_ms, "avc1,mp4a"), b"init")
        for _ in range(count):
            timeline.add_part(_part(timeline, 1000, closes=False))
            timeline.add_part(_part(timeline, 1000, closes=True)).is_stored = True
    return timeline


def _part(timeline: Timeline, duration_ms: int, *, closes: bool) -> Part:
    return Part(b"x", timeline.end_ms, duration_ms, not closes, closes)


def _live(timeline: Timeline, **options: bool) -> list[str]:
    return render_live(timeline, RULES, **({"is_publishing": True} | options)).splitlines()


def test_live_window_counts_what_left_it() -> None:
    lines = _live(timeline_of(3, 6))
    assert "#EXT-X-MEDIA-SEQUENCE:5" in lines
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1" in lines
    assert "#EXT-X-DISCONTINUITY" not in lines
    assert lines.count('#EXT-X-MAP:URI="init2.mp4"') == 1


def test_discontinuity_at_the_head_of_the_window_is_still_listed_and_not_counted() -> None:
    lines = _live(timeline_of(3, 4))
    assert "#EXT-X-MEDIA-SEQUENCE:3" in lines
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:0" in lines
    assert lines.count("#EXT-X-DISCONTINUITY") == 1


def test_new_run_puts_discontinuity_and_map_before_its_parts() -> None:
    timeline = timeline_of(2)
    timeline.begin_run(Run(2, timeline.end_ms, 1_700_000_100_000, "avc1"), b"init")
    timeline.add_part(_part(timeline, 300, closes=False))
    lines = _live(timeline)
    at = lines.index("#EXT-X-DISCONTINUITY")
    assert lines[at + 1 : at + 5] == [
        '#EXT-X-MAP:URI="init2.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:15:00.000Z",
        '#EXT-X-PART:DURATION=0.300,URI="s2.p0.m4s",INDEPENDENT=YES',
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s2.p1.m4s"',
    ]


def test_dates_follow_the_media_within_a_run() -> None:
    dates = [line for line in _live(timeline_of(2)) if "DATE-TIME" in line]
    assert [date[-25:] for date in dates] == [":2023-11-14T22:13:20.000Z", ":2023-11-14T22:13:22.000Z"]


def test_skip_leaves_out_what_lies_behind_the_boundary() -> None:
    timeline = timeline_of(12)
    rules = LiveRules(0.334, 1.5, 2.0, window_segments=10)
    lines = render_live(timeline, rules, is_publishing=True, skip=True).splitlines()
    assert "#EXT-X-SKIP:SKIPPED-SEGMENTS=3" in lines
    assert "s4.m4s" not in lines
    assert lines.index("s5.m4s") > 0
    assert not [line for line in lines if line.startswith("#EXT-X-MAP")]


def test_target_duration_and_part_target_cover_the_longest() -> None:
    timeline = timeline_of(1)
    timeline.add_part(_part(timeline, 4600, closes=True))
    lines = _live(timeline)
    assert "#EXT-X-TARGETDURATION:5" in lines
    assert "#EXT-X-PART-INF:PART-TARGET=4.600" in lines
    assert "PART-HOLD-BACK=13.800" in lines[3]


def test_hint_is_given_only_while_somebody_publishes() -> None:
    timeline = timeline_of(1)
    assert _live(timeline)[-1] == '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s1.p0.m4s"'
    assert _live(timeline, is_publishing=False)[-2:] == ["s0.m4s", "# waiting for the encoder"]
    timeline.is_ended = True
    ended = _live(timeline)
    assert ended[-1] == "#EXT-X-ENDLIST"
    assert not [line for line in ended if line.startswith("#EXT-X-PART:")]


def test_dvr_grows_and_becomes_vod() -> None:
    timeline = timeline_of(2, 2)
    dvr = DvrPlaylist(timeline, RULES)
    before = dvr.render()
    assert before.count("#EXTINF:2.000,") == 4
    timeline.add_part(_part(timeline, 2000, closes=True))
    assert dvr.render().startswith(before)
    timeline.is_ended = True
    assert "PLAYLIST-TYPE:VOD" in dvr.render()
    assert dvr.render().endswith("s4.m4s\n#EXT-X-ENDLIST\n")


def test_lost_segment_is_marked_as_a_gap() -> None:
    timeline = timeline_of(2)
    timeline.segments[0].is_lost = True
    lines = DvrPlaylist(timeline, RULES).render().splitlines()
    assert lines[lines.index("s0.m4s") - 2] == "#EXT-X-GAP"


def test_master_points_to_the_whole_show_once_it_has_ended() -> None:
    timeline = timeline_of(1)
    assert render_master(timeline).splitlines()[-1] == "live.m3u8"
    timeline.is_ended = True
    assert render_master(timeline).splitlines()[-1] == "dvr.m3u8"


def test_parts_leave_memory_only_when_their_segment_is_on_disk() -> None:
    timeline = timeline_of(5)
    assert [bool(segment.parts) for segment in timeline.segments] == [False, False, False, True, True]
    timeline.segments[3].is_stored = False
    for _ in range(3):
        timeline.add_part(_part(timeline, 2000, closes=True)).is_stored = True
    assert timeline.segments[3].parts
    timeline.segments[3].is_stored = True
    timeline.add_part(_part(timeline, 2000, closes=True))
    assert not timeline.segments[3].parts
