"""Every SQL statement about rooms."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.db import is_duplicate
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms.models import (
    ChatMessageRow,
    QueueEntry,
    RestrictionKind,
    RoomRestriction,
    RoomSettingsRow,
)


async def known_messages(session: AsyncSession, ids: Sequence[str]) -> set[str]:
    """Which of these messages are stored already."""
    found = await session.scalars(sa.select(ChatMessageRow.id).where(ChatMessageRow.id.in_(ids)))
    return set(found)


async def messages(
    session: AsyncSession, stream_id: str, *, before: str | None = None, limit: int
) -> Sequence[ChatMessageRow]:
    """The newest messages that stand, newest first, older than `before`."""
    query = sa.select(ChatMessageRow).where(ChatMessageRow.stream_id == stream_id, ChatMessageRow.deleted_at.is_(None))
    if before is not None:
        query = query.where(ChatMessageRow.id < before)
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


async def settings(session: AsyncSession, stream_id: str) -> RoomSettingsRow | None:
    """What has been set for the room."""
    return await session.get(RoomSettingsRow, stream_id)


async def set_slow_mode(unit: Unit, stream_id: str, seconds: int) -> None:
    """One message per person and `seconds`; 0 switches it off."""
    await _ensure_settings(unit, stream_id)
    await unit.changed(
        sa.update(RoomSettingsRow)
        .where(RoomSettingsRow.stream_id == stream_id)
        .values(slow_mode_seconds=seconds, updated_at=unit.now)
    )


async def set_pinned_message(unit: Unit, stream_id: str, message_id: str | None) -> None:
    """The message held above the chat."""
    await _ensure_settings(unit, stream_id)
    await unit.changed(
        sa.update(RoomSettingsRow)
        .where(RoomSettingsRow.stream_id == stream_id)
        .values(pinned_message_id=message_id, updated_at=unit.now)
    )


async def unpin_message(unit: Unit, stream_id: str, message_id: str) -> bool:
    """Take this message down if it is the one held up."""
    return await unit.changed_one(
        sa.update(RoomSettingsRow)
        .where(RoomSettingsRow.stream_id == stream_id, RoomSettingsRow.pinned_message_id == message_id)
        .values(pinned_message_id=None, updated_at=unit.now)
    )


async def _ensure_settings(unit: Unit, stream_id: str) -> None:
    if await unit.session.get(RoomSettingsRow, stream_id) is None:
        row = RoomSettingsRow(stream_id=stream_id, slow_mode_seconds=0, pinned_message_id=None, updated_at=unit.now)
        await unit.add_new(row)


async def restrictions(session: AsyncSession, stream_id: str, *, now: datetime) -> Sequence[RoomRestriction]:
    """Mutes and bans in force."""
    return (
        await session.scalars(
            sa.select(RoomRestriction).where(
                RoomRestriction.stream_id == stream_id,
                sa.or_(RoomRestriction.until.is_(None), RoomRestriction.until > now),
            )
        )
    ).all()


async def is_banned(session: AsyncSession, stream_id: str, user_id: str, *, now: datetime) -> bool:
    """Whether this user may not enter."""
    found = await session.scalar(
        sa.select(sa.literal(1)).where(
            RoomRestriction.stream_id == stream_id,
            RoomRestriction.kind == "ban",
            RoomRestriction.user_id == user_id,
            sa.or_(RoomRestriction.until.is_(None), RoomRestriction.until > now),
        )
    )
    return found is not None


async def restrict(unit: Unit, wanted: RoomRestriction) -> None:
    """Set a mute or ban, replacing one of the same kind."""
    await lift(unit, wanted.stream_id, wanted.kind, wanted.user_id)
    await unit.add(wanted)


async def lift(unit: Unit, stream_id: str, kind: RestrictionKind, user_id: str) -> bool:
    """Whether there was a restriction to lift."""
    return await unit.changed_one(
        sa.delete(RoomRestriction).where(
            RoomRestriction.stream_id == stream_id,
            RoomRestriction.kind == kind,
            RoomRestriction.user_id == user_id,
        )
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
    """Those who wait, first come first: behind an entry, for one item."""
    query = sa.select(QueueEntry).where(*_waits(stream_id))
    if after is not None:
        query = query.where(QueueEntry.id > after)
    if item_id is not None:
        query = query.where(QueueEntry.item_id == item_id)
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
