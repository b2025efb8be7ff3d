"""Runs migrations over a connection given by `kernel.schema`, or standalone over NIGHTMARKET_DATABASE__URL."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from nightmarket.entrypoints import tables
from nightmarket.kernel.db import Base, Database
from nightmarket.kernel.settings import Settings

assert tables.ALL_TABLES


def migrate(connection: Connection) -> None:
    """Apply the revisions; a lock that cannot be had soon fails instead of stalling the shop."""
    if connection.dialect.name in {"mysql", "mariadb"}:
        connection.execute(text("SET SESSION lock_wait_timeout = 10"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=False,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def standalone() -> None:
    """`alembic upgrade head` from the command line."""
    db = Database(Settings().database_url)
    try:
        async with db.engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await db.close()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(standalone())
