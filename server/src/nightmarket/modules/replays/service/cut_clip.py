"""Makes the MP4 of a clip: fetches the segments it touches, wherever they are, and has them cut. Safe to run twice."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from pathlib import Path

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.storage import ObjectMissing
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.events import ClipReady
from nightmarket.modules.replays.models import Clip, Replay
from nightmarket.modules.replays.ports import CutFailed, RecordingSource, Stretch, VideoCutter
from nightmarket.modules.replays.service import lay_out
from nightmarket.modules.replays.service.place_replay import check_place
from nightmarket.modules.replays.service.remove_replay import remove_object
from nightmarket.modules.replays.states import PENDING, STORED

log = get_logger(__name__)

_PIECE_BYTES = 2**20


@job("replays.cut_clip.v1", queue="bulk")
async def cut_clip(ctx: Context, clip_id: str) -> None:
    """Cut it, store it, say that it is there."""
    async with ctx.reader() as session:
        clip = await repository.clip(session, clip_id)
        replay = None if clip is None else await repository.replay(session, clip.stream_id)
    if clip is None or clip.state != PENDING:
        return
    try:
        size = await _make(ctx, clip, replay)
    except (CutFailed, ObjectMissing) as error:
        log.warning("replays.clip_failed", clip_id=clip_id, error=str(error))
        async with ctx.unit() as unit:
            await repository.fail_clip(unit, clip_id)
        return
    async with ctx.unit() as unit:
        if await repository.finish_clip(unit, clip_id, object_key=clip.object_key, size_bytes=size):
            unit.announce(ClipReady(clip_id, clip.stream_id, clip.shop_id))
            await check_place(unit, clip.stream_id)  # the show may have become private while this was cut
        elif await repository.clip(unit.session, clip_id) is None:
            unit.enqueue(remove_object, clip.object_key)


async def _make(ctx: Context, clip: Clip, replay: Replay | None) -> int:
    with tempfile.TemporaryDirectory(prefix="nightmarket-clip-") as folder:
        target = Path(folder) / "clip.mp4"
        stretches = await _collect(ctx, clip, replay, Path(folder))
        await ctx.port(VideoCutter).cut(stretches, target)
        size = await asyncio.to_thread(lambda: target.stat().st_size)
        kind = lay_out.content_type(clip.object_key)
        await ctx.storage.put_large(
            clip.object_key, lambda offset: _read_file(target, offset), size=size, content_type=kind
        )
    return size


async def _collect(ctx: Context, clip: Clip, replay: Replay | None, folder: Path) -> list[Stretch]:
    """The segments the clip touches, as one file for each encoder run."""
    places = await _places(ctx, clip.stream_id, replay)
    touched: list[tuple[int, lay_out.Place]] = []
    at = 0
    for place in places:
        end = at + place.segment.duration_ms
        if place.segment.size and at < clip.ends_ms and end > clip.starts_ms:
            touched.append((at, place))
        at = end
    if not touched:
        raise CutFailed("nothing was recorded there, or it is gone")
    if at < clip.ends_ms and replay is None:
        # The show goes on and its newest segment is not complete yet.
        raise Unavailable(retry_after=5)
    stretches = []
    for number, (_, group) in enumerate(groupby(touched, key=lambda one: one[1].segment.init)):
        run = list(group)
        path = folder / f"run{number}.mp4"
        await _write(ctx, clip.stream_id, replay, [place for _, place in run], path)
        first = run[0][0]
        last = run[-1][0] + run[-1][1].segment.duration_ms
        stretches.append(Stretch(path, max(0, clip.starts_ms - first), min(last, clip.ends_ms) - first))
    return stretches


async def _places(ctx: Context, stream_id: str, replay: Replay | None) -> Sequence[lay_out.Place]:
    """What there is of the show: in storage once it lies there, on the video server before."""
    if replay is not None and replay.state == STORED:
        return lay_out.read_map(await ctx.storage.get(replay.prefix + lay_out.MAP))
    footage = await ctx.port(RecordingSource).describe(stream_id)
    return [] if footage is None else [lay_out.Place(segment, None, 0) for segment in footage.segments]


async def _write(
    ctx: Context, stream_id: str, replay: Replay | None, places: Sequence[lay_out.Place], path: Path
) -> None:
    with path.open("wb") as file:
        if places[0].chunk is None:
            for name in (places[0].segment.init, *(place.segment.name for place in places)):
                async for piece in ctx.port(RecordingSource).read(stream_id, name):
                    await asyncio.to_thread(file.write, piece)
            return
        prefix = "" if replay is None else replay.prefix
        file.write(await ctx.storage.get(prefix + places[0].segment.init))
        for place in places:
            data = await ctx.storage.get_range(f"{prefix}{place.chunk}", place.offset, place.segment.size)
            await asyncio.to_thread(file.write, data)


async def _read_file(path: Path, offset: int) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece
