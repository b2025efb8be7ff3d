"""Books kept before the counters of sold and received units existed get the numbers their ledger tells."""

import os
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from nightmarket.kernel.clock import from_unix_ms
from nightmarket.kernel.db import Database
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.schema import ALEMBIC_INI
from nightmarket.modules.inventory.models import LedgerEntry, Stock
from nightmarket.modules.inventory.public import StockLevel, books_that_do_not_add_up, levels
from support.engines import MYSQL, create_mysql_database, drop_mysql_database, require

BEFORE = "0006"
AT = from_unix_ms(1_790_000_000_000)
STORY = [("received", 10, 0), ("held", 0, 4), ("sold", -3, -3), ("restocked", 1, 0), ("adjusted", -2, 0)]


def migrate(connection: Connection, revision: str) -> None:
    config = Config(ALEMBIC_INI)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def check(url: str) -> None:
    db = Database(url)
    told, empty = sorted(new_id("var") for _ in range(2))
    shop_id = new_id("shp")
    try:
        async with db.engine.connect() as connection:
            await connection.run_sync(migrate, BEFORE)
            old = [
                {"variant_id": told, "shop_id": shop_id, "on_hand": 6, "held": 1, "version": 5, "updated_at": AT},
                {"variant_id": empty, "shop_id": shop_id, "on_hand": 0, "held": 0, "version": 0, "updated_at": AT},
            ]
            await connection.execute(sa.insert(Stock.__table__), old)
            on_hand = held = 0
            for number, (kind, more, more_held) in enumerate(STORY, 1):
                on_hand, held = on_hand + more, held + more_held
                row = {"variant_id": told, "number": number, "kind": kind, "created_at": AT}
                row |= {"delta_on_hand": more, "delta_held": more_held, "on_hand_after": on_hand, "held_after": held}
                await connection.execute(sa.insert(LedgerEntry.__table__), row)
            await connection.commit()
            await connection.run_sync(migrate, "head")
            await connection.commit()
        async with db.reading() as session:
            assert await levels(session, [told, empty]) == {
                told: StockLevel(on_hand=6, held=1, sold=2, received=8, damaged=0),
                empty: StockLevel(on_hand=0, held=0, sold=0, received=0, damaged=0),
            }
            assert not await books_that_do_not_add_up(session)
    finally:
        await db.close()


async def test_on_sqlite(tmp_path: Path) -> None:
    await check(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")


async def test_on_a_server() -> None:
    require(MYSQL, "MariaDB/MySQL")
    name = f"nightmarket_test_counters_{os.getpid()}"
    url = await create_mysql_database(name, is_empty=True)
    try:
        await check(url)
    finally:
        await drop_mysql_database(name)
