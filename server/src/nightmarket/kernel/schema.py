"""Bring a database to the newest schema: used at start-up of the embedded default and by `nightmarket migrate`."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nightmarket.kernel.db import Database

ALEMBIC_INI = Path(__file__).resolve().parents[3] / "alembic.ini"


async def upgrade_schema(db: Database) -> None:
    """Apply missing revisions; quick when there are none."""
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
    config = _config(connection)
    command.upgrade(config, "head")


def _is_head(connection: Connection) -> bool:
    heads = set(ScriptDirectory.from_config(_config(connection)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def _config(connection: Any) -> Config:
    config = Config(ALEMBIC_INI)
    config.attributes["connection"] = connection
    return config
