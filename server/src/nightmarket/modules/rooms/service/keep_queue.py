"""The line of a room: who comes first is served first; asking twice keeps the place."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id, new_id
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.models import QueueEntry
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.errors import StreamOver


async def join_queue(ctx: Context, stream_id: str, user_id: str, item_id: str | None) -> int:
    """Stand in the line; the place, 1 for the first."""
    if item_id is not None and not is_id("itm", item_id):
        raise InvalidInput("item_id is not an item.")
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)
        if stream is None:
            raise NotFound
        if stream.state == streams.ENDED:
            raise StreamOver
        if item_id is not None:
            item = await streams.item_view(session, ctx, item_id)
            if item is None or item.stream_id != stream_id:
                raise NotFound

    async def stand(unit: Unit) -> int:
        entry = await repository.queue_entry(unit.session, stream_id, user_id)
        if entry is None:
            await unit.add_new(
                QueueEntry(id=new_id("que"), stream_id=stream_id, user_id=user_id, item_id=item_id, joined_at=unit.now)
            )
            entry = await repository.queue_entry(unit.session, stream_id, user_id)
            assert entry is not None
        return await repository.queue_position(unit.session, entry)

    return await ctx.transact(stand)


async def leave_queue(ctx: Context, stream_id: str, user_id: str) -> None:
    """Give the place up; fine without one."""
    await ctx.transact(lambda unit: repository.leave_queue(unit, stream_id, user_id))


async def place_in_queue(ctx: Context, stream_id: str, user_id: str) -> int | None:
    """The caller's place, or None outside the line."""
    async with ctx.reader() as session:
        entry = await repository.queue_entry(session, stream_id, user_id)
        return None if entry is None else await repository.queue_position(session, entry)
