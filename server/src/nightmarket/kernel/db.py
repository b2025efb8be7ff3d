"""The database: one engine per role, column types that mean the same on SQLite, MariaDB and MySQL.

SQLite gets one writing connection (`BEGIN IMMEDIATE`, so two writers queue instead of failing) and a few reading ones
that never block it (WAL). On MySQL and MariaDB both roles share a pool at READ COMMITTED: under their default,
repeatable read, a plain SELECT after waiting for a lock returns the old value.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from nightmarket.kernel.ids import id_from_bytes, id_to_bytes
from nightmarket.kernel.problems import InvalidInput, Problem, Unavailable

_DUPLICATE_MYSQL = 1062
# Lock wait, deadlock, deadlock seen as a savepoint that is gone.
_CONTENTION_MYSQL = {1205, 1213, 1305}
# Too many connections, server going down, connection killed, nobody answers, connection lost twice over.
_AWAY_MYSQL = {1040, 1053, 1927, 2002, 2003, 2006, 2013}
_AWAY_SQLITE = ("database is locked", "database or disk is full")
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "temp_store=MEMORY",
)
_TURN_SECONDS = 30.0

# Statements are logged with errors; what people typed must not be.
HIDE_PARAMETERS = True

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every mapped table."""

    metadata = sa.MetaData(naming_convention=NAMING)


class IdColumn(TypeDecorator[str]):
    """A prefixed id (`ord_…`) kept as its 16 bytes, so that rows are clustered by birth."""

    impl = sa.BINARY(16)
    cache_ok = True

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def process_bind_param(self, value: str | None, _dialect: Any) -> bytes | None:
        return None if value is None else id_to_bytes(self.prefix, value)

    def process_result_value(self, value: bytes | None, _dialect: Any) -> str | None:
        return None if value is None else id_from_bytes(self.prefix, bytes(value))


class UtcDateTime(TypeDecorator[datetime]):
    """Microsecond UTC times: refuses naive input, returns aware values."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name in {"mysql", "mariadb"}:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class KeyText(TypeDecorator[str]):
    """ASCII text compared byte for byte: codes, states, tokens. Anything else is the caller's mistake, not a 500."""

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Any) -> Any:
        length = self.length
        if dialect.name in {"mysql", "mariadb"}:
            return dialect.type_descriptor(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"))
        return dialect.type_descriptor(sa.String(length))

    def process_bind_param(self, value: str | None, _dialect: Any) -> str | None:
        # MariaDB refuses to compare such text with an ASCII column (error 1267).
        if value is not None and not value.isascii():
            raise InvalidInput("A code or key has characters it cannot have.")
        return value


def key_text(length: int) -> Any:
    """The type of a `KeyText` column."""
    return KeyText(length)


def prose(length: int) -> Any:
    """Human text in any script; one collation that MySQL and MariaDB both have."""
    text = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_unicode_520_ci")
    return sa.String(length).with_variant(text, "mysql", "mariadb")


def long_prose() -> Any:
    """Human text without a short limit."""
    text = mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_unicode_520_ci")
    return sa.Text().with_variant(text, "mysql", "mariadb")


def exact_text(length: int) -> Any:
    """Text in any script compared code point by code point: e-mail addresses, handles."""
    text = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(text, "mysql", "mariadb")


def long_exact_text() -> Any:
    """The same without a short limit."""
    text = mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin")
    return sa.Text().with_variant(text, "mysql", "mariadb")


def is_transient(error: BaseException) -> bool:
    """Whether running the same transaction again may well succeed: deadlock, lock wait, lost connection, busy file.

    So it is when every connection of the pool is in use, or the server is away.
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError) or error.orig is None:
        return False
    first = error.orig.args[0] if error.orig.args else None
    return is_transient_code(first) or is_away_sqlite(str(error.orig))


def is_transient_code(code: object) -> bool:
    """The same of an error number of MySQL or MariaDB."""
    return code in _CONTENTION_MYSQL | _AWAY_MYSQL


def is_away_sqlite(message: str) -> bool:
    """The same of SQLite's words."""
    return message.startswith(_AWAY_SQLITE)


def is_duplicate_code(code: object) -> bool:
    """Whether a unique key of MySQL or MariaDB refused a row."""
    return code == _DUPLICATE_MYSQL


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Transient faults become Unavailable; a problem raised by a column type comes out as itself."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable(retry_after=1) from error
    except StatementError as error:
        if is_transient(error):
            raise Unavailable(retry_after=1) from error
        if isinstance(error.orig, Problem):
            raise error.orig from error
        raise


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique key refused the row, rather than a missing value or a check."""
    args: tuple[Any, ...] = getattr(error.orig, "args", ())
    return bool(args) and (args[0] == _DUPLICATE_MYSQL or "UNIQUE constraint failed" in str(error.orig))


class Turns:
    """The queue of the writers of one SQLite file in this process: first come, first served.

    Without it they would meet at the file's lock, where who waits sleeps and who comes back at once wins.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Alone among this process's writers inside. Unavailable when it takes too long."""
        try:
            async with asyncio.timeout(_TURN_SECONDS):
                await self._lock.acquire()
        except TimeoutError as error:
            raise Unavailable(retry_after=1) from error
        try:
            yield
        finally:
            self._lock.release()


class Database:
    """Engines and sessions of one database. Build it once per process and event loop."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.turns = Turns()
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(url, begin="BEGIN", pool_size=4)
        else:
            self._writer = _server_engine(url, pool_size)
            self._reader = self._writer
        self._write_session = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read_session = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations and checks."""
        return self._writer

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A writing transaction: commits at the end, rolls back on an exception. Transient faults: Unavailable."""
        with _translated_errors():
            async with self.turns.take() if self.is_sqlite else nullcontext(), self._write_session.begin() as session:
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for queries only; whatever is written in it is rolled back."""
        with _translated_errors():
            async with self._read_session() as session:
                yield session

    async def close(self) -> None:
        """Closes every pooled connection."""
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()


def _sqlite_engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=30, hide_parameters=HIDE_PARAMETERS
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: ours start with the statement below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _server_engine(url: str, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=15,
        pool_recycle=1800,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        hide_parameters=HIDE_PARAMETERS,
    )
