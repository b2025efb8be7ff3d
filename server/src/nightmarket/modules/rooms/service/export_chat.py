"""The chat of a show as a file: everything that was said, with what was deleted or not heard marked as such.

Read and sent in portions, so that a long show neither fills the memory nor holds a database connection.
"""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Literal

from nightmarket.kernel.context import Context
from nightmarket.kernel.spreadsheet import MARK, csv_rows
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.service.archive_chat import archive_room

ExportFormat = Literal["csv", "jsonl"]

PORTION: Final = 500
COLUMNS: Final = ("id", "at", "user_id", "user_name", "role", "text", "shadow", "deleted_at", "deleted_by")


async def export_chat(ctx: Context, stream_id: str, fmt: ExportFormat) -> AsyncIterator[str]:
    """The file, in pieces."""
    await archive_room(ctx, stream_id)
    write = csv_rows if fmt == "csv" else _lines
    if fmt == "csv":
        yield MARK + csv_rows([COLUMNS])
    after = None
    while True:
        async with ctx.reader() as session:
            rows = await repository.chat_after(session, stream_id, after, limit=PORTION)
        if rows:
            yield write([_values(row) for row in rows])
        if len(rows) < PORTION:
            return
        after = rows[-1].id


def _values(row: Any) -> tuple[Any, ...]:
    deleted_at = None if row.deleted_at is None else row.deleted_at.isoformat()
    return (
        row.id,
        row.sent_at.isoformat(),
        row.user_id,
        row.user_name,
        row.role,
        row.text,
        row.shadow,
        deleted_at,
        row.deleted_by,
    )


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    return "".join(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
