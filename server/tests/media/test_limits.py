"""What happens at the limits of the machine: a full disk, a busy processor, a full uplink."""

import errno
from pathlib import Path

import pytest

from media.conftest import Clips
from media.harness import STREAM, ApiDouble, encoder, eventually, media_config, publish, running, until
from nightmarket.media import store
from nightmarket.media.disk import DiskKeeper
from nightmarket.media.load import CHECKS, Load
from nightmarket.media.meter import Delay


class Disk:
    """Lets writes through, or says that it is full for one show."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full_for: str | None = None
        self._write = store._append_whole
        monkeypatch.setattr(store, "_append_whole", self._append)

    def _append(self, file: object, data: bytes) -> None:
        if self.full_for is not None and self.full_for in str(getattr(file, "name", "")):
            raise OSError(errno.ENOSPC, "No space left on device")
        self._write(file, data)  # type: ignore[arg-type]


async def test_full_disk_costs_recording_not_the_show_and_is_reported(
    api: ApiDouble, tmp_path: Path, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    api.keys["other"] = "str_other"
    async with running(media_config(api, tmp_path)) as media, encoder(clips.long, media.rtmp(), real_time=True):
        await until(lambda: "started" in api.story)
        disk.full_for = STREAM
        await until(lambda: any(health["disk_full"] for health in api.named("health")))
        newest = await eventually(lambda: media.text("live.m3u8"))
        last = [line for line in newest.splitlines() if line.endswith(".m4s")][-1]
        assert (await media.http.get(f"/hls/{STREAM}/{last}")).status_code == 200
        await eventually(lambda: _has(media.text("dvr.m3u8"), "#EXT-X-GAP"))

        await publish(clips.show, media.rtmp("other"))
        await until(lambda: api.named("started", "str_other"))
        assert "#EXT-X-GAP" not in await media.text("dvr.m3u8", "str_other")

        disk.full_for = None
        told = len(api.named("health"))
        await until(lambda: any(not health["disk_full"] for health in api.named("health")[told:]))
        gaps = (await media.text("dvr.m3u8")).count("#EXT-X-GAP")
        listed = (await media.text("dvr.m3u8")).count("#EXTINF")
        await eventually(lambda: _segments(media.text("dvr.m3u8"), listed + 2))
        assert (await media.text("dvr.m3u8")).count("#EXT-X-GAP") <= gaps + 1
        assert api.named("interrupted") == []


async def _has(text: object, wanted: str) -> bool:
    return wanted in await text  # type: ignore[misc]


async def _segments(text: object, count: int) -> bool:
    return str(await text).count("#EXTINF") >= count  # type: ignore[misc]


async def test_disk_below_its_reserve_is_full_and_makes_room(tmp_path: Path) -> None:
    show = tmp_path / "streams" / "str_old"
    show.mkdir(parents=True)
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "str_old.mp4").write_bytes(b"mp4")
    for name in ("final.json", "reported", "index.m3u8", "s0.m4s", "init1.mp4"):
        (show / name).write_bytes(b"data")
    keeper = DiskKeeper(
        tmp_path / "streams", tmp_path / "recordings", budget_bytes=None, reserve_bytes=2**62, failed_writes=lambda: 0
    )
    await keeper.watch()
    assert keeper.is_full
    assert sorted(path.name for path in show.iterdir()) == ["final.json", "reported"]


def test_load_is_high_only_when_it_stays_so() -> None:
    load = Load(0.95)
    for _ in range(CHECKS - 1):
        load.note(0.9, 0.2)
    load.note(0.5, 0.2)
    assert not load.is_high
    for _ in range(CHECKS):
        load.note(0.1, 0.99)
    assert load.is_high
    for _ in range(CHECKS - 1):
        load.note(0.1, 0.2)
    assert load.is_high
    load.note(0.1, 0.2)
    assert not load.is_high


async def test_load_is_measured() -> None:
    load = Load(0.95)
    sum(range(3_000_000))
    await load.check()
    assert 0 < load.process < 4
    assert 0 <= load.machine <= 1


def test_delay_is_what_waits_in_the_uplink() -> None:
    delay = Delay()
    for at in range(0, 1000, 40):
        delay.note(at, 5000 + at)
    assert delay.ms == 0
    delay.note(1000, 5000 + 1000 + 700)
    assert delay.ms == pytest.approx(700, abs=1)
    delay.note(1040, 5000 + 1040)
    assert delay.ms == pytest.approx(0, abs=1)
    delay.note(900_000, 5000 + 1080)
    assert delay.ms == 0
