"""Rows that have served leave the database in small portions, so that nobody waits long for a lock."""

import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Base
from nightmarket.kernel.unit import Unit

_BATCH = 500
_ROUNDS = 200


async def forget_rows(ctx: Context, table: type[Base], *conditions: sa.ColumnElement[bool]) -> int:
    """Delete what meets the conditions, at most so much in one go that the next turn may have to finish; how many."""
    keys = sa.inspect(table).primary_key
    total = 0

    async def forget_some(unit: Unit) -> int:
        old = (await unit.session.execute(sa.select(*keys).where(*conditions).limit(_BATCH))).all()
        if old:
            await unit.changed(sa.delete(table).where(sa.tuple_(*keys).in_([tuple(row) for row in old])))
        return len(old)

    for _ in range(_ROUNDS):
        gone = await ctx.transact(forget_some)
        total += gone
        if gone < _BATCH:
            break
    return total
