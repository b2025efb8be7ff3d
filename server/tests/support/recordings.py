"""A video server's side of recordings, in memory; and ways to bring a show to its replay."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.replays.ports import CutFailed, Footage, RecordingSource, Segment, Stretch, VideoCutter
from support.streams import live_stream, report

START_MS = 1_767_225_600_000


@dataclass
class FakeRecordings:
    """Has the same footage of every show. Tells what it was asked."""

    footage: Footage | None = None
    data: dict[str, bytes] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    reads_left: int | None = None
    """After so many files it is away."""

    async def describe(self, stream_id: str) -> Footage | None:  # noqa: ARG002
        return self.footage

    async def read(self, stream_id: str, name: str, *, offset: int = 0) -> AsyncIterator[bytes]:  # noqa: ARG002
        if self.reads_left is not None:
            if self.reads_left == 0:
                raise Unavailable
            self.reads_left -= 1
        self.reads.append(name)
        yield self.data[name][offset:]

    async def release(self, stream_id: str) -> None:
        self.told.append(("release", stream_id))

    async def remove(self, stream_id: str) -> None:
        self.told.append(("remove", stream_id))


@dataclass
class FakeCutter:
    """Writes down what it was given; its clips are the inputs, joined."""

    cuts: list[list[tuple[bytes, int, int]]] = field(default_factory=list)
    failure: CutFailed | None = None

    async def cut(self, stretches: Sequence[Stretch], target: Path) -> None:
        if self.failure is not None:
            raise self.failure
        inputs = [(one.file.read_bytes(), one.start_ms, one.end_ms) for one in stretches]
        self.cuts.append(inputs)
        await asyncio.to_thread(target.write_bytes, b"".join(data for data, _, _ in inputs))


def footage(*, files: bool = True, lost: Sequence[int] = ()) -> tuple[Footage, dict[str, bytes]]:
    """Five segments of two seconds by two encoders, and the files beside them."""
    data: dict[str, bytes] = {"init1.mp4": b"<init1>", "init2.mp4": b"<init2>"}
    segments = []
    for number in range(5):
        name, init = f"s{number}.m4s", "init1.mp4" if number < 3 else "init2.mp4"
        data[name] = f"[segment {number}]".encode() * (number + 1)
        size = 0 if number in lost else len(data[name])
        segments.append(Segment(name, init, 2000, size, START_MS + number * 2000))
    extras = {
        "whole.mp4": b"the whole show",
        "poster.jpg": b"a poster",
        "sprite1.jpg": b"tiles",
        "thumbnails.vtt": b"WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nsprite1.jpg#xywh=0,0,160,90\n",
    }
    data |= extras
    sizes = {name: len(content) for name, content in extras.items()} if files else {}
    return Footage(tuple(segments), 2, is_finished=True, files=sizes), data


def use_fake_recordings(ctx: Context) -> FakeRecordings:
    """Put the fake behind the port and return it."""
    known, data = footage()
    fake = FakeRecordings(known, data)
    ctx.ports[RecordingSource] = fake
    return fake


def use_fake_cutter(ctx: Context) -> FakeCutter:
    """The same for the cutter."""
    fake = FakeCutter()
    ctx.ports[VideoCutter] = fake
    return fake


async def ended_show(
    ctx: Context, api: httpx2.AsyncClient, headers: dict[str, str], shop_id: str, **more: Any
) -> dict[str, Any]:
    """A show that is over and whose recording the media server has reported; nothing has run yet."""
    stream = await live_stream(ctx, api, headers, shop_id, **more)
    answer = await api.post(f"/api/v1/streams/{stream['id']}/end", headers=headers)
    assert answer.status_code == 200, answer.text
    await report(ctx, api, "recorded", stream["id"], duration_seconds=10.0, bytes=14, mp4_path="/recordings/x.mp4")
    return stream


def while_live(fake: FakeRecordings) -> None:
    """The show goes on."""
    assert fake.footage is not None
    fake.footage = replace(fake.footage, is_finished=False, files={})
