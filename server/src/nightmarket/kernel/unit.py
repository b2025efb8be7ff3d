"""The unit of work: one transaction per use case, which writes its own news into the outbox as it commits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Insert, Update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.clock import Clock
from nightmarket.kernel.db import Base, Database, is_duplicate
from nightmarket.kernel.groupcommit.statements import Script, drive_in_session, one_statement
from nightmarket.kernel.logging import current_request_id
from nightmarket.kernel.outbox import Event, News, OutboxRow, event_row, job_row, news_rows

T = TypeVar("T")


class NamedJob(Protocol):
    """What `enqueue` needs of a job: its permanent name."""

    @property
    def name(self) -> str: ...


class Unit:
    """Everything a use case may touch: the session, the time it happens at, and the news it makes."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self.session = session
        self.now = now
        self._news: list[OutboxRow] = []
        self._after_commit: list[Callable[[], None]] = []
        self._has_passed_on = False

    def announce(self, event: Event) -> None:
        """Tell the modules above; leaves with the commit."""
        self._news.append(event_row(event, now=self.now, request_id=current_request_id()))

    def enqueue(self, job: NamedJob, *args: Any, at: datetime | None = None) -> None:
        """Have a job run after the commit, or not before `at`. Arguments are JSON-able, ids as a rule."""
        self._news.append(job_row(job.name, list(args), now=self.now, at=at, request_id=current_request_id()))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run a cheap, loss-tolerant callback once the commit is durable (cache invalidation, a nudge)."""
        self._after_commit.append(callback)

    async def run(self, script: Script[T]) -> T:
        """Drive a script of statements inside this transaction."""
        return await drive_in_session(self.session, script)

    async def pass_on(self, news: Sequence[News]) -> None:
        """Write news that a script has made."""
        if news:
            await self.run(one_statement(news_rows(news, self.now)))
            self._has_passed_on = True

    async def changed(self, statement: Update | Delete | Insert) -> int:
        """How many rows a guarded statement matched."""
        result = await self.session.execute(statement, execution_options={"synchronize_session": False})
        return cast("CursorResult[Any]", result).rowcount

    async def changed_one(self, statement: Update | Delete) -> bool:
        """Whether a guarded update won: its WHERE carries the allowed old state, so at most one caller does."""
        return await self.changed(statement) == 1

    async def add(self, *rows: Base) -> None:
        """Insert rows now, so that constraint violations surface here."""
        self.session.add_all(rows)
        await self.session.flush()

    async def add_new(self, row: Base) -> bool:
        """Insert a row unless its unique key exists already; the transaction stays usable either way."""
        try:
            async with self.session.begin_nested():
                self.session.add(row)
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            return False
        return True

    async def flush_news(self) -> None:
        """Write the collected news; called once, just before the commit."""
        if self._news:
            self.session.add_all(self._news)
            await self.session.flush()

    @property
    def has_news(self) -> bool:
        """Whether this unit will leave rows in the outbox."""
        return bool(self._news) or self._has_passed_on

    def committed(self) -> None:
        """Run the after-commit callbacks."""
        for callback in self._after_commit:
            callback()


@asynccontextmanager
async def unit_of_work(db: Database, clock: Clock, *, nudge: Callable[[], None]) -> AsyncIterator[Unit]:
    """One transaction. On success state and news are durable together; `nudge` then wakes the relay."""
    async with db.transaction() as session:
        unit = Unit(session, clock())
        yield unit
        await unit.flush_news()
    unit.committed()
    if unit.has_news:
        nudge()
