"""A show is over: carry its recording from the video server to object storage.

Every step looks at what lies there already and goes on from it, so the job may be stopped at any point, by kill -9 too,
and run again, even twice at once. Only when everything lies there does anybody get to see the new addresses.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.storage import PRIVATE, SizeDiffers
from nightmarket.kernel.unit import Unit
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.events import ReplayStored
from nightmarket.modules.replays.models import Replay
from nightmarket.modules.replays.ports import POSTER, THUMBNAILS, WHOLE, Footage, RecordingSource
from nightmarket.modules.replays.service import lay_out
from nightmarket.modules.replays.service.place_replay import check_place
from nightmarket.modules.replays.service.remove_replay import remove_objects
from nightmarket.modules.replays.states import ELSEWHERE, REMOVED, STORED, WAITING
from nightmarket.modules.streams import public as streams

log = get_logger(__name__)

_TURN = timedelta(minutes=4)
"""Jobs have a time limit; what is not done by then goes on in the next one."""
_LATE = timedelta(minutes=10)
_BATCH = 20
_AT_ONCE = 4


def new_prefix(*, is_private: bool) -> str:
    """Where a replay will lie."""
    return f"{PRIVATE if is_private else ''}recordings/{new_id('rec')}/"


async def begin_replay(unit: Unit, stream_id: str) -> None:
    """The video server has finished a recording."""
    stream = await streams.stream_view(unit.session, stream_id)
    if stream is None:
        return
    row = Replay(
        stream_id=stream_id,
        shop_id=stream.shop_id,
        state=WAITING,
        prefix=new_prefix(is_private=stream.is_private),
        files=[],
        size_bytes=0,
        is_kept=False,
        tried_at=unit.now,
        created_at=unit.now,
    )
    if await unit.add_new(row):
        unit.enqueue(store_replay, stream_id)


@job("replays.store_replay.v1", queue="bulk")
async def store_replay(ctx: Context, stream_id: str) -> None:
    """Store what is missing, then say that it is there."""
    async with ctx.unit() as unit:
        replay = await repository.replay(unit.session, stream_id)
        if replay is not None and replay.state == REMOVED:
            # An earlier try may have put something there after the removal.
            unit.enqueue(remove_objects, replay.prefix)
        if replay is None or replay.state != WAITING:
            return
        await repository.note_try(unit, stream_id)
        is_ours = await streams.is_recorded_here(unit.session, stream_id)
    footage = await ctx.port(RecordingSource).describe(stream_id) if is_ours else None
    if footage is None or not (footage.segments or WHOLE in footage.files):
        log.error("replays.nothing_to_store", stream_id=stream_id)
        async with ctx.unit() as unit:
            await repository.move(unit, stream_id, [WAITING], ELSEWHERE)
        return
    try:
        async with asyncio.timeout(_TURN.total_seconds()):
            files, size = await _carry(ctx, replay, footage)
    except TimeoutError:
        async with ctx.unit() as unit:
            unit.enqueue(store_replay, stream_id)
        return
    except SizeDiffers as error:
        # The file on the server is being written anew.
        raise Unavailable(retry_after=30) from error
    async with ctx.unit() as unit:
        await _finish(unit, ctx, replay, files=files, size=size)


async def store_forgotten(ctx: Context) -> None:
    """Try again what could not be stored while the video server or the storage was away for long."""
    async with ctx.reader() as session:
        late = await repository.waiting(session, tried_before=ctx.clock() - _LATE, limit=_BATCH)
    for stream_id in late:
        async with ctx.unit() as unit:
            await repository.note_try(unit, stream_id)
            unit.enqueue(store_replay, stream_id)


@job("replays.release_footage.v1", queue="bulk")
async def release_footage(ctx: Context, stream_id: str) -> None:
    """The video server need not keep its copy any more."""
    await ctx.port(RecordingSource).release(stream_id)


async def _finish(unit: Unit, ctx: Context, replay: Replay, *, files: list[str], size: int) -> None:
    values = {"files": files, "size_bytes": size, "stored_at": unit.now}
    if not await repository.move(unit, replay.stream_id, [WAITING], STORED, **values):
        current = await repository.replay(unit.session, replay.stream_id)
        if current is None or current.state != STORED:
            unit.enqueue(remove_objects, replay.prefix)
        return
    log.info("replays.stored", stream_id=replay.stream_id, bytes=size)
    unit.announce(ReplayStored(replay.stream_id, replay.shop_id, size))
    await check_place(unit, replay.stream_id)  # the show may have become private while this was stored
    unit.enqueue(release_footage, replay.stream_id, at=unit.now + timedelta(hours=ctx.settings.replays.local_hours))


async def _carry(ctx: Context, replay: Replay, footage: Footage) -> tuple[list[str], int]:
    """Everything, smallest and most wanted first; the names players ask for, and the bytes of all objects."""
    carrier = _Carrier(ctx, replay)
    shown: list[str] = []
    extras = [name for name in footage.files if name != WHOLE]
    for name in sorted(extras, key=lambda one: one == THUMBNAILS):
        await carrier.file(name, footage.files[name])
        shown += [name] if name in (POSTER, THUMBNAILS) else []
    duration = sum(segment.duration_ms for segment in footage.segments)
    moments = await streams.moments(ctx, replay.stream_id)
    chapters = lay_out.render_chapters(moments, duration) if duration else ""
    if "-->" in chapters:
        await carrier.text(lay_out.CHAPTERS, chapters.encode())
        shown.append(lay_out.CHAPTERS)
    if footage.segments:
        await _carry_video(carrier, footage)
        shown.append(lay_out.INDEX)
    if WHOLE in footage.files:
        await carrier.file(WHOLE, footage.files[WHOLE], as_name=lay_out.REPLAY)
        shown.append(lay_out.REPLAY)
    return shown, carrier.total


async def _carry_video(carrier: "_Carrier", footage: Footage) -> None:
    for init in dict.fromkeys(segment.init for segment in footage.segments if segment.size):
        await carrier.unmeasured(init)
    chunks = lay_out.plan_chunks(footage)
    places = lay_out.place_segments(footage, chunks)
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(chunk: lay_out.Chunk) -> None:
        async with free:
            await carrier.chunk(chunk)

    tasks = [asyncio.create_task(one(chunk)) for chunk in chunks]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await carrier.text(lay_out.MAP, lay_out.render_map(footage, places))
    await carrier.text(lay_out.INDEX, lay_out.render_index(footage, places).encode())


class _Carrier:
    """Puts what is not there yet under the replay's prefix."""

    def __init__(self, ctx: Context, replay: Replay) -> None:
        self._storage = ctx.storage
        self._source = ctx.port(RecordingSource)
        self._stream_id = replay.stream_id
        self._prefix = replay.prefix
        self.total = 0

    async def file(self, name: str, size: int, *, as_name: str | None = None) -> None:
        """A file of the server as it is."""
        target = as_name or name

        def source(offset: int) -> AsyncIterator[bytes]:
            return self._source.read(self._stream_id, name, offset=offset)

        self.total += size
        if not await self._is_there(target, size):
            key, kind = self._prefix + target, lay_out.content_type(target)
            await self._storage.put_large(key, source, size=size, content_type=kind)

    async def unmeasured(self, name: str) -> None:
        """A small file of which the size was not told."""
        data = b"".join([piece async for piece in self._source.read(self._stream_id, name)])
        await self.text(name, data)

    async def chunk(self, chunk: lay_out.Chunk) -> None:
        """Segments, one behind the other."""
        self.total += chunk.size
        if not await self._is_there(chunk.name, chunk.size):
            key, kind = self._prefix + chunk.name, lay_out.content_type(chunk.name)
            await self._storage.put_large(
                key, lambda offset: self._joined(chunk, offset), size=chunk.size, content_type=kind
            )

    async def text(self, name: str, data: bytes) -> None:
        """Something we have made."""
        self.total += len(data)
        await self._storage.put(self._prefix + name, data, lay_out.content_type(name))

    async def _joined(self, chunk: lay_out.Chunk, offset: int) -> AsyncIterator[bytes]:
        for segment in chunk.segments:
            if offset >= segment.size:
                offset -= segment.size
                continue
            async for piece in self._source.read(self._stream_id, segment.name, offset=offset):
                yield piece
            offset = 0

    async def _is_there(self, name: str, size: int) -> bool:
        return await self._storage.size(self._prefix + name) == size
