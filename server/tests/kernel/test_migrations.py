"""The revisions and the models say the same, on every engine; upgrades can be repeated."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Base
from nightmarket.kernel.schema import is_current, upgrade_schema


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


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_has_a_primary_key_and_named_constraints(table: str) -> None:
    found = Base.metadata.tables[table]
    assert list(found.primary_key.columns)
    assert all(constraint.name for constraint in found.constraints)
