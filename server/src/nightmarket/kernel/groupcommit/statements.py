"""The statements of a transaction as a generator: it yields one after the other and is sent what each brought.

Always true here: values are parameters (`?`), never text of the statement, and ids travel as their 16 bytes. Whoever
drives a script owns the transaction; the script neither begins nor commits.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A query; brings its rows as a list of tuples. With `locks`, nobody else changes them until the commit."""

    text: str
    values: Sequence[Any] = ()
    locks: bool = False
    on_servers: str | None = None
    """The same for MySQL and MariaDB, where they want it said differently."""


@dataclass(frozen=True, slots=True)
class Change:
    """A guarded update; brings the number of rows it matched."""

    text: str
    values: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class AddRows:
    """New rows of one table in as few statements as the engine likes best; brings how many there were."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


Statement = Ask | Change | AddRows
Script = Generator[Statement, Any, T]


@lru_cache(maxsize=1024)
def marks(count: int, shape: str = "?") -> str:
    """So many parameters, comma between them; `shape` is one of them, such as `(?, ?)`."""
    return ", ".join([shape] * count)


@lru_cache(maxsize=2048)
def insert_text(table: str, columns: tuple[str, ...], count: int) -> str:
    """The INSERT of so many rows."""
    names = ", ".join(f"`{name}`" for name in columns)
    return f"INSERT INTO `{table}` ({names}) VALUES {marks(count, f'({marks(len(columns))})')}"  # noqa: S608


@lru_cache(maxsize=4096)
def server_text(text: str) -> str:
    """The statement as MySQL drivers want it."""
    return text.replace("?", "%s")


def one_statement(statement: Statement) -> Script[Any]:
    """A script of a single statement, which brings what it brings."""
    brought = yield statement
    return brought


def stamp(moment: datetime) -> str:
    """A time as every one of our databases stores it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


async def drive_in_session(session: AsyncSession, script: Script[T]) -> T:
    """Run a script inside the transaction of a session."""
    connection = await session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    brought: Any = None
    while True:
        try:
            wanted = script.send(brought)
        except StopIteration as end:
            result: T = end.value
            return result
        text, values = in_words(wanted, on_server=not is_sqlite)
        found = await connection.exec_driver_sql(text if is_sqlite else server_text(text), tuple(values))
        brought = [tuple(row) for row in found] if isinstance(wanted, Ask) else found.rowcount


def in_words(wanted: Statement, *, on_server: bool) -> tuple[str, Sequence[Any]]:
    """Text and parameters of a statement as one piece."""
    if isinstance(wanted, AddRows):
        text = insert_text(wanted.table, wanted.columns, len(wanted.rows))
        return text, [value for row in wanted.rows for value in row]
    text = wanted.text
    if isinstance(wanted, Ask) and on_server:
        text = wanted.on_servers or text
        text = f"{text} FOR UPDATE" if wanted.locks else text
    return text, wanted.values
