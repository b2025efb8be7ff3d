"""News that leaves a transaction: events and jobs are rows of the same commit as the state they speak of.

An exception leaves neither state nor news behind; a kill -9 after the commit loses neither. The relay picks rows by
their unsent mark in id order (not by a cursor: ids commit out of order), so nothing can be skipped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, key_text
from nightmarket.kernel.groupcommit.statements import AddRows, stamp
from nightmarket.kernel.ids import id_to_bytes, new_id


@dataclass(frozen=True)
class Event:
    """A fact a module announces. Subclasses are frozen data classes of JSON-able fields with a permanent topic."""

    topic: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """The JSON form that is stored and sent."""
        form: dict[str, Any] = msgspec.to_builtins(self)
        return form

    @classmethod
    def parse(cls, payload: dict[str, Any]) -> Self:
        """The event from its stored form; fields this build does not know are ignored."""
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in payload.items() if name in known})


class OutboxRow(Base):
    """One event or job waiting to leave, or that has left."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_pending", "done_at", "available_at"),
        sa.Index("ix_outbox_dead", "is_dead"),
    )

    id: Mapped[str] = mapped_column(IdColumn("msg"), primary_key=True)
    kind: Mapped[Literal["event", "job"]] = mapped_column(key_text(8))
    name: Mapped[str] = mapped_column(key_text(100))
    payload: Mapped[Any] = mapped_column(sa.JSON)
    request_id: Mapped[str | None] = mapped_column(key_text(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    available_at: Mapped[datetime] = mapped_column(UtcDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When it was handed over for good: sent, or given up as dead."""
    is_dead: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None] = mapped_column(sa.Text)


class HandledEvent(Base):
    """Which handler has already acted on which message; written in the transaction of the effect."""

    __tablename__ = "handled_events"
    __table_args__ = (sa.Index("ix_handled_events_handled_at", "handled_at"),)

    message_id: Mapped[str] = mapped_column(IdColumn("msg"), primary_key=True)
    handler: Mapped[str] = mapped_column(key_text(100), primary_key=True)
    handled_at: Mapped[datetime] = mapped_column(UtcDateTime())


@dataclass(frozen=True, slots=True)
class News:
    """Events of one kind, or a job, of a group of requests: one row, however many they are."""

    kind: Literal["event", "job"]
    name: str
    payload: list[Any]
    at: datetime | None = None
    request_id: str | None = None

    @classmethod
    def of(cls, events: Sequence[Event], request_id: str | None = None) -> News:
        """Events of one topic, in the order they happened. Their handlers take them one by one."""
        return cls("event", events[0].topic, [event.payload() for event in events], request_id=request_id)


def news_rows(news: Sequence[News], now: datetime) -> AddRows:
    """The rows that carry the news."""
    rows = []
    for one in news:
        made_at, due_at = stamp(now), stamp(one.at or now)
        payload = json.dumps(one.payload)
        key = id_to_bytes("msg", new_id("msg"))
        rows.append((key, one.kind, one.name, payload, one.request_id, made_at, due_at, 0, 0))
    return AddRows("outbox", _COLUMNS, rows)


_COLUMNS = ("id", "kind", "name", "payload", "request_id", "created_at", "available_at", "attempts", "is_dead")


def event_row(event: Event, *, now: datetime, request_id: str | None) -> OutboxRow:
    """The row that carries an event."""
    return OutboxRow(
        id=new_id("msg"),
        kind="event",
        name=event.topic,
        payload=event.payload(),
        request_id=request_id,
        created_at=now,
        available_at=now,
    )


def job_row(name: str, args: list[Any], *, now: datetime, at: datetime | None, request_id: str | None) -> OutboxRow:
    """The row that carries a job; `at` delays it."""
    return OutboxRow(
        id=new_id("msg"),
        kind="job",
        name=name,
        payload=args,
        request_id=request_id,
        created_at=now,
        available_at=at or now,
    )
