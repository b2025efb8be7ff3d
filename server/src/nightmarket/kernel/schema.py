"""Bring a database to the newest schema: used at start-up of the embedded default and by `nightmarket migrate`."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nightmarket.kernel.db import Database
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable

log = get_logger(__name__)

_PATIENCE_SECONDS = 300

ALEMBIC_INI = Path(__file__).resolve().parents[3] / "alembic.ini"


async def upgrade_schema(db: Database) -> None:
    """Apply missing revisions; quick when there are none. Whoever comes second waits, and finds nothing left to do."""
    async with db.engine.connect() as connection:
        await connection.run_sync(_upgrade)
        await connection.commit()


async def is_current(db: Database) -> bool:
    """Whether every revision this build knows has been applied."""
    async with db.engine.connect() as connection:
        return await connection.run_sync(_is_head)


def _upgrade(connection: Connection) -> None:
    if _is_head(connection):
        return
    with _alone(connection), warnings.catch_warnings():
        # MySQL and MariaDB name every primary key PRIMARY, and warn once per table that ours is not taken.
        warnings.filterwarnings("ignore", message="Name '.*' ignored for PRIMARY key")
        if not _is_head(connection):
            command.upgrade(_config(connection), "head")
            log.info("schema.upgraded")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """One migration at a time. SQLite's writing transaction sees to it; MySQL and MariaDB commit with every DDL.

    A lock that belongs to the session, not to the transaction, is what is needed here, and only here.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    name = sa.func.left(sa.func.concat("nightmarket/", sa.func.database()), 64)
    if not connection.scalar(sa.select(sa.func.get_lock(name, _PATIENCE_SECONDS))):
        raise Unavailable("Another migration has been running for a long time.")
    try:
        yield
    finally:
        connection.execute(sa.select(sa.func.release_lock(name)))


def _is_head(connection: Connection) -> bool:
    heads = set(ScriptDirectory.from_config(_config(connection)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def _config(connection: Any) -> Config:
    config = Config(ALEMBIC_INI)
    config.attributes["connection"] = connection
    return config
