"""A show was made private, or public: its replay and clips move to where such things lie."""

from collections.abc import AsyncIterator

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.storage import PRIVATE, ObjectMissing, Storage
from nightmarket.kernel.unit import Unit
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.service.lay_out import content_type
from nightmarket.modules.replays.service.remove_replay import remove_object, remove_objects
from nightmarket.modules.replays.states import READY, STORED
from nightmarket.modules.streams import public as streams

_PIECE_BYTES = 4 * 2**20


async def check_place(unit: Unit, stream_id: str) -> None:
    """Something about a show has changed; see whether its videos lie right."""
    stream = await streams.stream_view(unit.session, stream_id)
    if stream is None:
        return
    replay = await repository.replay(unit.session, stream_id)
    keys = [clip.object_key for clip in await repository.clips(unit.session, stream_id, only_ready=True)]
    if replay is not None and replay.state == STORED:
        keys.append(replay.prefix)
    if any(key.startswith(PRIVATE) != stream.is_private for key in keys):
        unit.enqueue(place_replay, stream_id)


@job("replays.place_replay.v1", queue="bulk")
async def place_replay(ctx: Context, stream_id: str) -> None:
    """Copy, point to the copies, remove the originals."""
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)
        replay = await repository.replay(session, stream_id)
        clips = await repository.clips(session, stream_id, only_ready=True)
    if stream is None:
        return
    if replay is not None and replay.state == STORED:
        old, new = replay.prefix, placed(replay.prefix, is_private=stream.is_private)
        if old != new:
            for key in await ctx.storage.keys(old):
                await _copy(ctx.storage, key, new + key.removeprefix(old))
            async with ctx.unit() as unit:
                if await repository.relocate(unit, stream_id, old, new):
                    unit.enqueue(remove_objects, old)
    for clip in clips:
        old, new = clip.object_key, placed(clip.object_key, is_private=stream.is_private)
        if old != new and clip.state == READY:
            await _copy(ctx.storage, old, new)
            async with ctx.unit() as unit:
                if await repository.relocate_clip(unit, clip.id, old, new):
                    unit.enqueue(remove_object, old)


def placed(key: str, *, is_private: bool) -> str:
    """The same key among private or public objects."""
    plain = key.removeprefix(PRIVATE)
    return PRIVATE + plain if is_private else plain


async def _copy(storage: Storage, old: str, new: str) -> None:
    size = await storage.size(old)
    if size is None or await storage.size(new) == size:
        return

    async def read(offset: int) -> AsyncIterator[bytes]:
        while offset < size:
            piece = await storage.get_range(old, offset, _PIECE_BYTES)
            if not piece:
                raise ObjectMissing(old)
            offset += len(piece)
            yield piece

    await storage.put_large(new, read, size=size, content_type=content_type(old))
