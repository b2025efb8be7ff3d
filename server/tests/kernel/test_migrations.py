"""The revisions and the models say the same, on every engine; upgrades can be repeated."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Base, Database
from nightmarket.kernel.schema import is_current, upgrade_schema
from support.engines import MYSQL, create_mysql_database, drop_mysql_database, require


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return list(compare_metadata(context, Base.metadata))


async def test_revisions_lead_to_the_models(ctx: Context) -> None:
    async with ctx.db.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_upgrade_of_a_current_schema_changes_nothing(ctx: Context) -> None:
    assert await is_current(ctx.db)
    await upgrade_schema(ctx.db)
    assert await is_current(ctx.db)


async def test_two_migrations_at_once_make_one_schema(tmp_path: Path) -> None:
    await migrate_twice_at_once(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")


async def test_two_migrations_at_once_make_one_schema_on_a_server() -> None:
    require(MYSQL, "MariaDB/MySQL")
    name = f"nightmarket_test_twice_{os.getpid()}"
    url = await create_mysql_database(name, is_empty=True)
    try:
        await migrate_twice_at_once(url)
    finally:
        await drop_mysql_database(name)


async def migrate_twice_at_once(url: str) -> None:
    first, second = Database(url), Database(url)
    try:
        await asyncio.gather(upgrade_schema(first), upgrade_schema(second))
        assert await is_current(first)
    finally:
        await first.close()
        await second.close()


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_has_a_primary_key_and_named_constraints(table: str) -> None:
    found = Base.metadata.tables[table]
    assert list(found.primary_key.columns)
    assert all(constraint.name for constraint in found.constraints)
