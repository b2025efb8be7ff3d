"""Every SQL statement about rooms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.db import is_duplicate
from nightmarket.kernel.groupcommit import Ask, Script, marks, stamp
from nightmarket.kernel.ids import id_from_bytes, key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms.models import ChatMessageRow, QueueEntry, RoomSettingsRow


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom chat is read: what a shadow-muted person wrote is for them and for the staff alone."""

    user_id: str | None
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has the turn in a room; for one item, or for any."""

    user_id: str
    item_id: str | None


NOBODY: Final = Reader(None, is_staff=False)


def _is_heard(user_id: str | None) -> sa.ColumnElement[bool]:
    heard = ChatMessageRow.shadow.is_(False)
    return heard if user_id is None else sa.or_(heard, ChatMessageRow.user_id == user_id)


async def known_messages(session: AsyncSession, ids: Sequence[str]) -> set[str]:
    """Which of these messages are stored already."""
    found = await session.scalars(sa.select(ChatMessageRow.id).where(ChatMessageRow.id.in_(ids)))
    return set(found)


async def messages(
    session: AsyncSession, stream_id: str, *, before: str | None = None, limit: int, reader: Reader = NOBODY
) -> Sequence[ChatMessageRow]:
    """The newest messages that stand and that this reader may see, newest first, older than `before`."""
    query = sa.select(ChatMessageRow).where(ChatMessageRow.stream_id == stream_id, ChatMessageRow.deleted_at.is_(None))
    if not reader.is_staff:
        query = query.where(_is_heard(reader.user_id))
    if before is not None:
        query = query.where(ChatMessageRow.id < before)
    return (await session.scalars(query.order_by(ChatMessageRow.id.desc()).limit(limit))).all()


async def hidden_messages(
    session: AsyncSession, stream_id: str, *, since: str | None, limit: int
) -> Sequence[ChatMessageRow]:
    """The newest messages from `since` on that stand and that nobody but their authors and the staff sees."""
    query = sa.select(ChatMessageRow).where(
        ChatMessageRow.stream_id == stream_id, ChatMessageRow.deleted_at.is_(None), ChatMessageRow.shadow.is_(True)
    )
    if since is not None:
        query = query.where(ChatMessageRow.id >= since)
    return (await session.scalars(query.order_by(ChatMessageRow.id.desc()).limit(limit))).all()


async def message(session: AsyncSession, stream_id: str, message_id: str) -> ChatMessageRow | None:
    """A message of this room that stands."""
    return await session.scalar(
        sa.select(ChatMessageRow).where(
            ChatMessageRow.id == message_id,
            ChatMessageRow.stream_id == stream_id,
            ChatMessageRow.deleted_at.is_(None),
        )
    )


async def deleted_among(session: AsyncSession, ids: Sequence[str]) -> set[str]:
    """Which of these messages have been deleted."""
    found = await session.scalars(
        sa.select(ChatMessageRow.id).where(ChatMessageRow.id.in_(ids), ChatMessageRow.deleted_at.is_not(None))
    )
    return set(found)


async def delete_message(unit: Unit, stream_id: str, message_id: str, *, by: str) -> bool:
    """Whether this call deleted the message."""
    return await unit.changed_one(
        sa.update(ChatMessageRow)
        .where(
            ChatMessageRow.id == message_id,
            ChatMessageRow.stream_id == stream_id,
            ChatMessageRow.deleted_at.is_(None),
        )
        .values(deleted_at=unit.now, deleted_by=by)
    )


async def unpin_message(unit: Unit, stream_id: str, message_id: str) -> bool:
    """Take this message down if it is the one held up."""
    return await unit.changed_one(
        sa.update(RoomSettingsRow)
        .where(RoomSettingsRow.stream_id == stream_id, RoomSettingsRow.pinned_message_id == message_id)
        .values(pinned_message_id=None, updated_at=unit.now)
    )


async def queue_entry(session: AsyncSession, stream_id: str, user_id: str) -> QueueEntry | None:
    """A buyer's place in the line."""
    return await session.scalar(
        sa.select(QueueEntry)
        .where(QueueEntry.stream_id == stream_id, QueueEntry.user_id == user_id)
        .execution_options(populate_existing=True)
    )


async def queue_position(session: AsyncSession, entry: QueueEntry) -> int:
    """1 for the first of those who wait."""
    return await _count_waiting(session, entry.stream_id, QueueEntry.id < entry.id) + 1


async def queue_length(session: AsyncSession, stream_id: str) -> int:
    """How many wait for their turn."""
    return await _count_waiting(session, stream_id)


async def _count_waiting(session: AsyncSession, stream_id: str, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(QueueEntry)
    return (await session.scalar(query.where(*_waits(stream_id), *conditions))) or 0


def _waits(stream_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return QueueEntry.stream_id == stream_id, QueueEntry.turn_stream_id.is_(None)


async def queue_waiting(
    session: AsyncSession, stream_id: str, *, after: str | None = None, item_id: str | None = None, limit: int
) -> Sequence[QueueEntry]:
    """Those who wait, first come first: behind an entry, for one item or for whatever comes."""
    query = sa.select(QueueEntry).where(*_waits(stream_id))
    if after is not None:
        query = query.where(QueueEntry.id > after)
    if item_id is not None:
        query = query.where(sa.or_(QueueEntry.item_id == item_id, QueueEntry.item_id.is_(None)))
    query = query.order_by(QueueEntry.id).limit(limit).execution_options(populate_existing=True)
    return (await session.scalars(query)).all()


async def queue_entries_of(session: AsyncSession, stream_id: str, users: Collection[str]) -> Sequence[QueueEntry]:
    """The places of these people; those outside the line are left out."""
    if not users:
        return []
    query = sa.select(QueueEntry).where(QueueEntry.stream_id == stream_id, QueueEntry.user_id.in_(users))
    return (await session.scalars(query)).all()


async def queue_turn(session: AsyncSession, stream_id: str) -> QueueEntry | None:
    """Who has the turn."""
    return await session.scalar(
        sa.select(QueueEntry).where(QueueEntry.turn_stream_id == stream_id).execution_options(populate_existing=True)
    )


def turns_among(stream_ids: Collection[str], now: datetime) -> Script[dict[str, Turn]]:
    """Who has the turn in these rooms now."""
    shows = {key_of("str", stream_id): stream_id for stream_id in stream_ids}
    rows = yield Ask(
        "SELECT turn_stream_id, user_id, turn_item_id FROM room_queue_entries "  # noqa: S608
        f"WHERE turn_stream_id IN ({marks(len(shows))}) AND turn_expires_at > ?",
        [*shows, stamp(now)],
    )
    return {
        shows[bytes(row[0])]: Turn(
            id_from_bytes("usr", bytes(row[1])), None if row[2] is None else id_from_bytes("itm", bytes(row[2]))
        )
        for row in rows
    }


async def overdue_turns(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[QueueEntry]:
    """Turns whose time is over, oldest first."""
    query = sa.select(QueueEntry).where(QueueEntry.turn_expires_at <= now)
    return (await session.scalars(query.order_by(QueueEntry.turn_expires_at).limit(limit))).all()


async def start_turn(unit: Unit, entry: QueueEntry, *, item_id: str | None, until: datetime) -> bool:
    """Give somebody who waits the turn; False when they have left, or another has it at the same moment."""
    statement = (
        sa.update(QueueEntry)
        .where(QueueEntry.id == entry.id, QueueEntry.turn_stream_id.is_(None))
        .values(turn_stream_id=entry.stream_id, turn_item_id=item_id, turn_started_at=unit.now, turn_expires_at=until)
    )
    try:
        async with unit.session.begin_nested():
            return await unit.changed_one(statement)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False


async def end_turn(unit: Unit, entry_id: str, *, overdue_only: bool = False) -> bool:
    """Who had the turn leaves the line; False when the turn had ended already."""
    statement = sa.delete(QueueEntry).where(QueueEntry.id == entry_id, QueueEntry.turn_stream_id.is_not(None))
    if overdue_only:
        statement = statement.where(QueueEntry.turn_expires_at <= unit.now)
    return await unit.changed_one(statement)


async def leave_queue(unit: Unit, entry_id: str) -> bool:
    """Whether the entry was in the line."""
    return await unit.changed_one(sa.delete(QueueEntry).where(QueueEntry.id == entry_id))


async def empty_queue(unit: Unit, stream_id: str) -> int:
    """Nobody stands in line any more; how many did."""
    return await unit.changed(sa.delete(QueueEntry).where(QueueEntry.stream_id == stream_id))
