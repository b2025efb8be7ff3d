"""What a bad disk, a clock set back or an odd picture may not do to a show."""

import errno
import io
import time
from pathlib import Path
from typing import Any

import pytest

from media.conftest import Clips
from media.harness import STREAM, ApiDouble, Media, eventually, media_config, publish, running, until
from nightmarket.media.hooks import Events, HookClient
from nightmarket.media.journal import JOURNAL, SegmentClosed, StateChanged, read_journal, to_line
from nightmarket.media.store import _append_whole


class FullDisk(io.FileIO):
    """Takes half of what it is given, then nothing more."""

    room = 1

    def write(self, data: Any) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= 1
        return super().write(bytes(data)[: len(data) // 2])


def test_a_line_that_did_not_fit_leaves_the_journal_readable(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    first, lost, later = (to_line(SegmentClosed(number)) for number in (1, 2, 3))
    path.write_bytes(first)
    with pytest.raises(OSError, match="No space left"), FullDisk(path, "ab") as file:
        _append_whole(file, lost)
    with path.open("ab", buffering=0) as file:
        _append_whole(file, later)
    assert read_journal(path)[0] == [SegmentClosed(1), SegmentClosed(3)]


async def test_news_is_dated_in_its_order_when_the_clock_is_set_back(api: ApiDouble, tmp_path: Path) -> None:
    moments = iter([1000.0, 400.0, 1001.0, 1000.5, 1002.0, *[1003.0] * 20])
    client = HookClient(media_config(api, tmp_path), time.time)
    events = Events(client, limit=10, now=lambda: next(moments))
    for name in ("started", "interrupted", "resumed", "interrupted"):
        events.emit(name, STREAM)
    events.not_before(2_000_000)
    events.emit("resumed", STREAM)
    await until(lambda: events.waiting_count == 0)
    dated = [event["at"] for event in api.events]
    assert dated == [1_000_000, 1_000_001, 1_001_000, 1_001_001, 2_000_001]
    await events.close(1)
    await client.close()


async def test_a_restart_with_the_clock_set_back_is_still_news(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    config = media_config(api, tmp_path)
    async with running(config) as media:
        await publish(clips.show, media.rtmp())
        await until(lambda: "interrupted" in api.story)
    journal = config.data_dir / "streams" / STREAM / JOURNAL
    ahead = round(time.time() * 1000) + 3_600_000
    with journal.open("ab") as file:
        file.write(to_line(StateChanged("live", ahead)))
    heard = len(api.events)
    async with running(config):
        await until(lambda: len(api.events) > heard)
    assert api.events[heard]["event"] == "interrupted"
    assert api.events[heard]["at"] > ahead


async def test_half_made_recordings_of_a_killed_process_are_removed(api: ApiDouble, tmp_path: Path) -> None:
    config = media_config(api, tmp_path)
    left = config.data_dir / "recordings" / ".remux-abc"
    left.mkdir(parents=True)
    (left / "whole.mp4").write_bytes(b"half")
    kept = left.parent / f"{STREAM}.mp4"
    kept.write_bytes(b"whole")
    async with running(config):
        assert not left.exists()
        assert kept.exists()


async def test_a_picture_that_breaks_the_decoder_costs_only_the_poster(
    media: Media, api: ApiDouble, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(_frame: object) -> None:
        raise RuntimeError("decoder")

    monkeypatch.setattr("nightmarket.media.poster.render_poster", burst)
    await publish(clips.show, media.rtmp())
    await until(lambda: "interrupted" in api.story)
    assert (await media.http.get(f"/hls/{STREAM}/poster.jpg")).status_code == 404
    assert (await media.control("end")).status_code == 200
    (recorded,) = await until(lambda: api.named("recorded"))
    assert recorded["poster_path"] is None
    assert recorded["bytes"]


async def test_care_goes_on_after_a_mistake(api: ApiDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = 0

    async def stumble(_self: object) -> None:
        nonlocal turns
        turns += 1
        raise RuntimeError("mistake")

    monkeypatch.setattr("nightmarket.media.streams.Streams.tend", stumble)
    async with running(media_config(api, tmp_path, health_seconds=0.01)) as media:
        await until(lambda: turns >= 2)

        async def is_well() -> bool:
            return (await media.http.get("/healthz")).status_code == 200

        await eventually(is_well)
