"""Runs migrations over a connection given by `kernel.schema`, or standalone over NIGHTMARKET_DATABASE__URL."""

import asyncio

from alembic import context
from sqlalchemy import Connection, String, text

from nightmarket.entrypoints import tables
from nightmarket.kernel import db
from nightmarket.kernel.settings import Settings

assert tables.ALL_TABLES


TEXT_OF = {
    ("utf8mb4_bin", False): "exact_text({})",
    ("utf8mb4_bin", True): "long_exact_text()",
    ("utf8mb4_unicode_520_ci", False): "prose({})",
    ("utf8mb4_unicode_520_ci", True): "long_prose()",
}


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Our own column types by their own names, so that a revision reads like the models."""
    rendered: str | bool = False
    match item if kind == "type" else None:
        case db.IdColumn(prefix=prefix):
            rendered = f'db.IdColumn("{prefix}")'
        case db.KeyText(length=length):
            rendered = f"db.key_text({length})"
        case db.UtcDateTime():
            rendered = "db.UtcDateTime()"
        case String(length=length) as text:
            variant = text._variant_mapping.get("mysql")
            ours = TEXT_OF.get((getattr(variant, "collation", None), length is None))
            rendered = f"db.{ours.format(length)}" if ours else False
    return rendered


def migrate(connection: Connection) -> None:
    """Apply the revisions; a lock that cannot be had soon fails instead of stalling the shop."""
    if connection.dialect.name in {"mysql", "mariadb"}:
        connection.execute(text("SET SESSION lock_wait_timeout = 10"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        compare_type=False,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def standalone() -> None:
    """`alembic upgrade head` from the command line."""
    database = db.Database(Settings().database_url)
    try:
        async with database.engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(standalone())
