"""What was said in a room: the newest from the log, older from the database, each message once."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.clock import unix_ms
from nightmarket.modules.rooms import repository
from nightmarket.modules.rooms.models import ChatMessageRow
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, Person
from nightmarket.modules.rooms.realtime.kinds.chat import StoredMessage
from nightmarket.modules.rooms.realtime.log import Entry

SNAPSHOT_MESSAGES: Final = 50


def stored_message(row: ChatMessageRow) -> StoredMessage:
    """A message of the database."""
    return StoredMessage(row.id, Person(row.user_id, row.user_name, row.role), row.text, unix_ms(row.sent_at))


def message_json(row: ChatMessageRow) -> dict[str, Any]:
    """The same in the shape of the API."""
    shape: dict[str, Any] = msgspec.to_builtins(stored_message(row))
    return shape


def marked_json(row: ChatMessageRow) -> dict[str, Any]:
    """The same for the staff, who see which messages nobody else hears."""
    return message_json(row) | ({"shadow": True} if row.shadow else {})


def logged_messages(entries: Iterable[Entry], klass: FrameClass) -> list[dict[str, Any]]:
    """The messages of one class among log entries, oldest first."""
    found = []
    for entry in entries:
        if entry.klass == klass:
            frame = json.loads(entry.frame)
            found.append(frame["d"] | {"at": frame["at"]})
    return found


async def latest_chat(
    session: AsyncSession, stream_id: str, entries: Sequence[Entry]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The last messages of a room, oldest first, and those among them that only their authors and the staff see.

    Message ids sort by time, so what is stored and what is in the log merge by id.
    """
    stored = await repository.messages(session, stream_id, limit=SNAPSHOT_MESSAGES)
    since = stored[-1].id if len(stored) == SNAPSHOT_MESSAGES else None
    hidden = await repository.hidden_messages(session, stream_id, since=since, limit=SNAPSHOT_MESSAGES)
    return (
        await _merge(session, stored, logged_messages(entries, FrameClass.CHAT)),
        await _merge(session, hidden, logged_messages(entries, FrameClass.SHADOW)),
    )


async def _merge(
    session: AsyncSession, stored: Sequence[ChatMessageRow], logged: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    by_id = {row.id: message_json(row) for row in stored}
    fresh = [message for message in logged if message["id"] not in by_id]
    if fresh:
        deleted = await repository.deleted_among(session, [message["id"] for message in fresh])
        by_id |= {message["id"]: message for message in fresh if message["id"] not in deleted}
    return [by_id[message_id] for message_id in sorted(by_id)][-SNAPSHOT_MESSAGES:]


async def chat_before(
    session: AsyncSession, stream_id: str, *, before: str | None, limit: int, reader: repository.Reader
) -> tuple[list[dict[str, Any]], bool]:
    """A page of stored messages as this reader sees them, newest first, and whether there are older ones."""
    rows = await repository.messages(session, stream_id, before=before, limit=limit + 1, reader=reader)
    show = marked_json if reader.is_staff else message_json
    return [show(row) for row in rows[:limit]], len(rows) > limit
