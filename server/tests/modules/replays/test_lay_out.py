"""How a show lies in object storage."""

from dataclasses import replace

from nightmarket.modules.replays.ports import Footage
from nightmarket.modules.replays.service import lay_out
from support.recordings import footage


def laid(known: Footage) -> tuple[list[lay_out.Chunk], list[lay_out.Place]]:
    """Objects and places."""
    chunks = lay_out.plan_chunks(known)
    return chunks, lay_out.place_segments(known, chunks)


def test_segments_of_one_encoder_share_objects() -> None:
    known, data = footage()
    chunks, places = laid(known)
    assert [[one.name for one in chunk.segments] for chunk in chunks] == [
        ["s0.m4s", "s1.m4s", "s2.m4s"],
        ["s3.m4s", "s4.m4s"],
    ]
    joined = {chunk.name: b"".join(data[one.name] for one in chunk.segments) for chunk in chunks}
    for place in places:
        assert place.chunk is not None
        piece = joined[place.chunk][place.offset : place.offset + place.segment.size]
        assert piece == data[place.segment.name]
    assert lay_out.read_map(lay_out.render_map(known, places)) == places


def test_object_is_full_at_sixteen_megabytes() -> None:
    known, _ = footage()
    big = replace(known, segments=tuple(replace(one, size=6 * 2**20, init="init1.mp4") for one in known.segments))
    huge = replace(known, segments=tuple(replace(one, size=40 * 2**20) for one in known.segments))
    assert [len(chunk.segments) for chunk in laid(big)[0]] == [2, 2, 1]
    assert [len(chunk.segments) for chunk in laid(huge)[0]] == [1, 1, 1, 1, 1]


def test_playlist_of_the_whole_show() -> None:
    known, _ = footage(lost=[1])
    text = lay_out.render_index(known, laid(known)[1])
    assert text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:8",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init1.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z",
        "#EXTINF:2.000,",
        "#EXT-X-BYTERANGE:11@0",
        "v1.mp4",
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z",
        "#EXTINF:2.000,",
        "#EXT-X-GAP",
        "gap.mp4",
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:04.000Z",
        "#EXTINF:2.000,",
        "#EXT-X-BYTERANGE:33@11",
        "v1.mp4",
        "#EXT-X-DISCONTINUITY",
        '#EXT-X-MAP:URI="init2.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z",
        "#EXTINF:2.000,",
        "#EXT-X-BYTERANGE:44@0",
        "v2.mp4",
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:08.000Z",
        "#EXTINF:2.000,",
        "#EXT-X-BYTERANGE:55@44",
        "v2.mp4",
        "#EXT-X-ENDLIST",
    ]


def test_chapters_are_cut_to_the_recording_and_cannot_break_the_file() -> None:
    moments = [
        {"item_id": "itm_1", "code": "A1", "title": "Tea & <b>cups</b>\n\n--> x", "start": 0.5, "end": 3.0},
        {"item_id": "itm_2", "code": "A2", "title": "Lamp", "start": 3.0, "end": None},
        {"item_id": "itm_3", "code": "A3", "title": "Too late", "start": 12.0, "end": 13.0},
    ]
    assert lay_out.render_chapters(moments, 10_000).splitlines() == [
        "WEBVTT",
        "",
        "itm_1",
        "00:00:00.500 --> 00:00:03.000",
        "A1 Tea &amp; &lt;b&gt;cups&lt;/b&gt; --&gt; x",
        "",
        "itm_2",
        "00:00:03.000 --> 00:00:10.000",
        "A2 Lamp",
    ]
