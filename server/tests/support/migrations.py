"""Work a migration did, done again on what a test has made."""

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from nightmarket.kernel.context import Context

_VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


async def repeat_work(ctx: Context, revision: str, function: str) -> None:
    """Run one function of a revision (its file's name without the suffix)."""
    spec = importlib.util.spec_from_file_location(revision, _VERSIONS / f"{revision}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def work(connection: sa.Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            getattr(module, function)()

    async with ctx.db.engine.begin() as connection:
        await connection.run_sync(work)
