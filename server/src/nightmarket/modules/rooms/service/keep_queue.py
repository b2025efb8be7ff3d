"""The line of a room: who comes first is served first; asking twice keeps the place.

Always true here: at most one person of a room has the turn, and the database says so. A turn ends when the host calls
the next, when its owner leaves, or when its time is over; in the last two cases the next in line follows by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id, new_id
from nightmarket.kernel.paging import split_page
from nightmarket.kernel.problems import InvalidInput, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import users_by_id
from nightmarket.modules.rooms import moderation_repository, repository
from nightmarket.modules.rooms.errors import RoomBanned
from nightmarket.modules.rooms.models import QueueEntry
from nightmarket.modules.rooms.service.tell_queue import NEAR, Place, place_of, tell_queue
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.errors import StreamOver

_SWEEP_LIMIT: Final = 100
_FALLBACK: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class CallNext:
    """The host calls the next person: for an item, or whoever is first."""

    item_id: str | None
    seconds: int
    after: str | None
    """The entry that has the turn as far as the host knows."""
    is_sure: bool
    """The host means it whoever has the turn."""


async def join_queue(ctx: Context, stream_id: str, user_id: str, item_id: str | None) -> Place:
    """Stand in the line; where that is."""
    if item_id is not None and not is_id("itm", item_id):
        raise InvalidInput("item_id is not an item.")
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)
        if stream is None:
            raise NotFound
        if stream.state == streams.ENDED:
            raise StreamOver
        if await moderation_repository.is_banned(session, stream_id, user_id, now=ctx.clock()):
            raise RoomBanned
        if item_id is not None:
            item = await streams.item_view(session, ctx, item_id)
            if item is None or item.stream_id != stream_id:
                raise NotFound

    async def stand(unit: Unit) -> Place:
        new = QueueEntry(id=new_id("que"), stream_id=stream_id, user_id=user_id, item_id=item_id, joined_at=unit.now)
        is_new = await repository.queue_entry(unit.session, stream_id, user_id) is None and await unit.add_new(new)
        entry = await repository.queue_entry(unit.session, stream_id, user_id)
        assert entry is not None
        place = await place_of(unit.session, entry)
        if is_new and (place.position or 0) <= NEAR:
            unit.enqueue(tell_queue, stream_id, [])
        return place

    return await ctx.transact(stand)


async def leave_queue(ctx: Context, stream_id: str, user_id: str) -> None:
    """Give the place up; fine without one. Who has the turn passes it on."""

    async def leave(unit: Unit) -> None:
        entry = await repository.queue_entry(unit.session, stream_id, user_id)
        if entry is None or not await repository.leave_queue(unit, entry.id):
            return
        if entry.turn_stream_id is not None:
            await _give_turn(unit, stream_id, item_id=entry.turn_item_id, lasts=_length(entry))
        unit.enqueue(tell_queue, stream_id, [user_id])

    await ctx.transact(leave)


async def place_in_queue(ctx: Context, stream_id: str, user_id: str) -> Place:
    """Where somebody stands."""
    async with ctx.reader() as session:
        entry = await repository.queue_entry(session, stream_id, user_id)
        return Place() if entry is None else await place_of(session, entry)


async def call_next(ctx: Context, stream_id: str, call: CallNext) -> None:
    """End the turn that is and give it to the next in line; nothing when the turn is not the one the host sees."""
    expected = call.after
    if call.is_sure:
        async with ctx.reader() as session:
            now_serving = await repository.queue_turn(session, stream_id)
            expected = None if now_serving is None else now_serving.id

    async def move_on(unit: Unit) -> None:
        current = await repository.queue_turn(unit.session, stream_id)
        if (None if current is None else current.id) != expected:
            return
        if current is not None and not await repository.end_turn(unit, current.id):
            return
        await _give_turn(unit, stream_id, item_id=call.item_id, lasts=timedelta(seconds=call.seconds))
        unit.enqueue(tell_queue, stream_id, [] if current is None else [current.user_id])

    await ctx.transact(move_on)


async def pass_turns(ctx: Context) -> None:
    """Turns whose time is over go to the next in line; also those that ran out while nothing was running."""
    async with ctx.reader() as session:
        overdue = await repository.overdue_turns(session, ctx.clock(), limit=_SWEEP_LIMIT)
    for entry in overdue:
        await ctx.transact(partial(_pass_turn, entry))


async def _pass_turn(entry: QueueEntry, unit: Unit) -> None:
    if not await repository.end_turn(unit, entry.id, overdue_only=True):
        return
    await _give_turn(unit, entry.stream_id, item_id=entry.turn_item_id, lasts=_length(entry))
    unit.enqueue(tell_queue, entry.stream_id, [entry.user_id])


async def close_queue(unit: Unit, stream_id: str) -> None:
    """The show is over, and so is waiting."""
    near = await repository.queue_waiting(unit.session, stream_id, limit=NEAR)
    serving = await repository.queue_turn(unit.session, stream_id)
    if await repository.empty_queue(unit, stream_id):
        unit.enqueue(tell_queue, stream_id, [entry.user_id for entry in (serving, *near) if entry is not None])


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in a line, as the shop sees them."""

    id: str
    user_id: str
    user_name: str
    joined_at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class Line:
    """Part of a line; `waiting` counts all of it."""

    people: list[Standing]
    waiting: int
    has_more: bool


async def read_line(ctx: Context, stream_id: str, *, after: str | None, limit: int) -> Line:
    """Who has the turn, then those who wait in their order; behind the entry `after`."""
    async with ctx.reader() as session:
        rows = await repository.queue_waiting(session, stream_id, after=after, limit=limit + 1)
        waiting, has_more = split_page(rows, limit)
        first = await repository.queue_position(session, waiting[0]) if waiting else 1
        places = [(entry, Place(number, entry.item_id)) for number, entry in enumerate(waiting, first)]
        serving = await repository.queue_turn(session, stream_id) if after is None else None
        if serving is not None:
            places.insert(0, (serving, await place_of(session, serving)))
        names = await users_by_id(session, [entry.user_id for entry, _ in places])
        people = [
            Standing(entry.id, entry.user_id, names[entry.user_id].display_name, entry.joined_at, place)
            for entry, place in places
        ]
        return Line(people, await repository.queue_length(session, stream_id), has_more)


async def _give_turn(unit: Unit, stream_id: str, *, item_id: str | None, lasts: timedelta) -> None:
    waiting = await repository.queue_waiting(unit.session, stream_id, item_id=item_id, limit=1)
    if waiting:
        await repository.start_turn(unit, waiting[0], item_id=item_id, until=unit.now + lasts)


def _length(entry: QueueEntry) -> timedelta:
    """How long the turn was meant to last."""
    begin, end = entry.turn_started_at, entry.turn_expires_at
    return _FALLBACK if begin is None or end is None else end - begin
