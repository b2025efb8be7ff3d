"""The one connection a process commits its groups on, outside every pool.

SQLite: a thread of its own, and a place in the queue of the process's other writers, so that neither starves the
other. MySQL and MariaDB: the driver's connection without a layer between. Both reopen what broke.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from nightmarket.kernel.db import (
    HIDE_PARAMETERS,
    SQLITE_PRAGMAS,
    Database,
    Turns,
    is_away_sqlite,
    is_duplicate_code,
    is_transient,
    is_transient_code,
)
from nightmarket.kernel.groupcommit.statements import AddRows, Ask, Script, in_words, insert_text, server_text

T = TypeVar("T")

_SECONDS = 20.0
_LOCK_WAIT_SECONDS = 5
_CHUNKS = (64, 16, 4, 1)
"""Rows of one INSERT on SQLite: few texts, so that each is compiled once."""


class MustRepeat(Exception):
    """The transaction came to nothing that is known: run it again. Deadlock, busy file, broken connection.

    Its outcome may even be a commit; whoever repeats it looks for what it left behind first.
    """


class TwinAhead(MustRepeat):
    """A unique key was taken: the same request was settled elsewhere, or something cannot be stored at all."""


class WritingLane(Protocol):
    """Runs one transaction at a time."""

    async def run(self, make: Callable[[], Script[T]]) -> T:
        """Begin, drive the script, commit; durable on return. MustRepeat when another try may heal it."""

    async def close(self) -> None:
        """Let the connection go."""


def open_lane(db: Database) -> WritingLane:
    """The lane of a process on its database; it connects with the first use."""
    if db.is_sqlite:
        return SqliteLane(str(db.url.database), db.turns)
    return ServerLane(db.url)


class SqliteLane:
    """One writing connection with a thread of its own."""

    def __init__(self, path: str, turns: Turns) -> None:
        self._path = path
        self._turns = turns
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="group-commit")
        self._connection: sqlite3.Connection | None = None

    async def run(self, make: Callable[[], Script[T]]) -> T:
        """See WritingLane."""
        async with self._turns.take():
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, make)

    async def close(self) -> None:
        """See WritingLane."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _transact(self, make: Callable[[], Script[T]]) -> T:
        with _sqlite_faults():
            connection = self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                result = _drive(connection, make())
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return result

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, cached_statements=512
            )
            for pragma in SQLITE_PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def _sqlite_faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if is_away_sqlite(str(error)):
            raise MustRepeat from error
        raise
    except sqlite3.IntegrityError as error:
        if "UNIQUE constraint failed" in str(error):
            raise TwinAhead from error
        raise


def _drive(connection: sqlite3.Connection, script: Script[T]) -> T:
    brought: Any = None
    while True:
        try:
            wanted = script.send(brought)
        except StopIteration as end:
            result: T = end.value
            return result
        if isinstance(wanted, AddRows):
            brought = _add(connection, wanted)
        elif isinstance(wanted, Ask):
            brought = connection.execute(wanted.text, wanted.values).fetchall()
        else:
            brought = connection.execute(wanted.text, wanted.values).rowcount


def _add(connection: sqlite3.Connection, wanted: AddRows) -> int:
    done, rows = 0, wanted.rows
    for size in _CHUNKS:
        while len(rows) - done >= size:
            text = insert_text(wanted.table, wanted.columns, size)
            connection.execute(text, [value for row in rows[done : done + size] for value in row])
            done += size
    return done


class QuickText(str):
    """Text that the driver escapes in a tenth of the time: it asks `translate`, which is slow where much is quoted."""

    __slots__ = ()

    def translate(self, _table: Any) -> str:
        """The text as a MySQL literal has it, as `asyncmy.converters.escape_string` says."""
        text: str = self
        for character, escaped in _ESCAPED:
            text = text.replace(character, escaped)
        return text


_ESCAPED: Final = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("'", "\\'"),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\0", "\\0"),
    ("\x1a", "\\Z"),
)
_LONG: Final = 100


def _quick(value: Any) -> Any:
    return QuickText(value) if type(value) is str and len(value) > _LONG else value


class ServerLane:
    """One connection to MySQL or MariaDB."""

    def __init__(self, url: sa.URL) -> None:
        self._engine = create_async_engine(
            url, poolclass=sa.NullPool, isolation_level="READ COMMITTED", hide_parameters=HIDE_PARAMETERS
        )
        self._held: AsyncConnection | None = None
        self._driver: Any = None

    async def run(self, make: Callable[[], Script[T]]) -> T:
        """See WritingLane."""
        try:
            async with asyncio.timeout(_SECONDS):
                driver = await self._connect()
                try:
                    result = await self._drive(driver, make())
                    await driver.commit()
                except Exception:
                    await self._undo(driver)
                    raise
        except (OSError, EOFError, TimeoutError) as error:
            await self._disconnect()
            raise MustRepeat from error
        except DBAPIError as error:
            await self._disconnect()
            raise (MustRepeat if is_transient(error) else error) from error
        except Exception as error:
            code = error.args[0] if error.args else None
            if is_duplicate_code(code):
                raise TwinAhead from error
            raise (MustRepeat if is_transient_code(code) else error) from error
        return result

    async def close(self) -> None:
        """See WritingLane."""
        await self._disconnect()
        await self._engine.dispose()

    @staticmethod
    async def _drive(driver: Any, script: Script[T]) -> T:
        brought: Any = None
        async with driver.cursor() as cursor:
            while True:
                try:
                    wanted = script.send(brought)
                except StopIteration as end:
                    result: T = end.value
                    return result
                text, values = in_words(wanted, on_server=True)
                count = await cursor.execute(server_text(text), tuple(map(_quick, values)))
                brought = list(await cursor.fetchall()) if isinstance(wanted, Ask) else count

    async def _connect(self) -> Any:
        if self._driver is None:
            self._held = await self._engine.connect()
            await self._held.exec_driver_sql(f"SET SESSION innodb_lock_wait_timeout = {_LOCK_WAIT_SECONDS}")
            await self._held.commit()
            self._driver = (await self._held.get_raw_connection()).driver_connection
        return self._driver

    async def _undo(self, driver: Any) -> None:
        """Roll back; a connection that cannot even do that is given up."""
        try:
            await driver.rollback()
        except Exception:
            await self._disconnect()

    async def _disconnect(self) -> None:
        held, self._held, self._driver = self._held, None, None
        if held is not None:
            with contextlib.suppress(Exception):
                await held.invalidate()
            with contextlib.suppress(Exception):
                await held.close()
