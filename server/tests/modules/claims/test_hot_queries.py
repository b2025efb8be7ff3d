"""What every order comment and every unit that comes back asks of the claims finds its rows by an index."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims import repository

Query = Callable[[AsyncSession], Awaitable[Any]]
SHOW, BUYER = new_id("str"), new_id("usr")
QUERIES: dict[str, Query] = {
    "what a buyer has in a show": lambda session: repository.open_claims(session, SHOW, BUYER),
    "what they claimed there since": lambda session: repository.find(
        session, repository.ClaimFilter(stream_id=SHOW, buyer_id=BUYER, states=("held", "ordered")), limit=20
    ),
    "what they wrote there": lambda session: repository.recent_comments(
        session, SHOW, BUYER, datetime(2026, 11, 1, tzinfo=UTC), limit=10
    ),
    "who waits": lambda session: repository.waiting(session, new_id("var"), new_id("itm"), limit=100),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
async def test_it_looks_at_few_rows(ctx: Context, query: Query) -> None:
    if not ctx.db.is_sqlite:
        pytest.skip("a server plans by what is stored, which is nothing here")
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        said.append((statement, values))

    async with ctx.reader() as session:
        connection = await session.connection()
        sa.event.listen(connection.sync_connection, "before_cursor_execute", note)
        await query(session)
        sa.event.remove(connection.sync_connection, "before_cursor_execute", note)
        (asked,) = said
        plan = (await connection.exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0], asked[1])).mappings().all()
    steps = [str(step["detail"]) for step in plan]
    by_few_columns = [one for one in steps if "autoindex" not in one and one.count("=?") < 2 and "claims" in one]
    assert by_few_columns == [], steps
    assert any(one.startswith("SEARCH") for one in steps)
