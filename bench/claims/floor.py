"""What the database alone manages: the rows of claims in batches of 64, one transaction each, with nobody in between.

The rows are copies of those that the measured claims left (claim, ledger entry, key with its answer, news), under fresh
keys, and the texts of the statements are finished before the clock starts: one guarded update, four inserts, a commit.
"""

import os
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit.statements import insert_text, server_text

TOGETHER = 64
_UPDATE = "UPDATE stock SET held = held + ?, version = version + ? WHERE variant_id = ? AND on_hand - held >= ?"
_TABLES = {"claims": "id", "stock_ledger": "number", "idempotency_keys": "`key`", "outbox": "id"}
"""The tables a claim writes, and the column that makes a row another one."""

Batch = list[tuple[str, list[Any]]]


async def floor_rate(ctx: Context, seconds: float, run: int) -> float:
    """Claims per second in batches of 64."""
    batches = await _batches(ctx, run, count=100)
    if ctx.db.engine.dialect.name == "sqlite":
        return _sqlite(str(ctx.db.engine.url.database), batches, seconds)
    return await _server(ctx, batches, seconds)


async def _batches(ctx: Context, run: int, count: int) -> list[Batch]:
    async with ctx.db.engine.connect() as connection:
        rows = {}
        for table, key in _TABLES.items():
            where = "WHERE kind = 'event'" if table == "outbox" else ""
            found = await connection.exec_driver_sql(f"SELECT * FROM {table} {where} ORDER BY {key} DESC LIMIT 1")
            rows[table] = dict(found.mappings().one())
    return [_batch(rows, run * count + number) for number in range(count)]


def _batch(rows: dict[str, dict[str, Any]], batch: int) -> Batch:
    variant = rows["claims"]["variant_id"]
    statements: Batch = [(_UPDATE, [TOGETHER, TOGETHER, variant, TOGETHER])]
    for table, row in rows.items():
        # The news of a batch is one row of events, as long as all of them, and one of the stock.
        copies = 2 if table == "outbox" else TOGETHER
        values = [_copy(table, row, batch * TOGETHER + index) for index in range(copies)]
        text = insert_text(table, tuple(row), copies)
        statements.append((text, [value for one in values for value in one]))
    return statements


def _copy(table: str, row: dict[str, Any], number: int) -> list[Any]:
    fresh = {
        "claims": {"id": os.urandom(16)},
        "stock_ledger": {"number": 1_000_000_000 + number},
        "idempotency_keys": {"key": f"floor-{number}"},
        "outbox": {"id": os.urandom(16)},
    }[table]
    return list((row | fresh).values())


def _sqlite(path: str, batches: Sequence[Batch], seconds: float) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    done, start = 0, time.perf_counter()
    for batch in batches:
        if time.perf_counter() - start > seconds:
            break
        connection.execute("BEGIN IMMEDIATE")
        for text, values in batch:
            connection.execute(text, values)
        connection.execute("COMMIT")
        done += TOGETHER
    rate = done / (time.perf_counter() - start)
    connection.close()
    return rate


async def _server(ctx: Context, batches: Sequence[Batch], seconds: float) -> float:
    async with ctx.db.engine.connect() as held:
        driver: Any = (await held.get_raw_connection()).driver_connection
        async with driver.cursor() as cursor:
            finished = [
                [cursor.mogrify(server_text(text), tuple(values)) for text, values in batch] for batch in batches
            ]
            done, start = 0, time.perf_counter()
            for texts in finished:
                if time.perf_counter() - start > seconds:
                    break
                for text in texts:
                    await cursor.execute(text)
                await driver.commit()
                done += TOGETHER
            return done / (time.perf_counter() - start)
