"""Orders that were found by their number alone are found by names, phone and goods too."""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    describe_older_orders()


def downgrade() -> None:
    """What describes an order better does no harm to the version before."""


def describe_older_orders() -> None:
    """All orders whose text is their number and nothing else, some hundreds at a time."""
    bind = op.get_bind()
    orders = sa.table(
        "orders",
        *(sa.column(name) for name in ("id", "number", "buyer_id", "address")),
        sa.column("search_text", db.long_prose()),
    )
    lines = sa.table("order_lines", *(sa.column(name) for name in ("id", "order_id", "title", "sku", "code")))
    users = sa.table("users", *(sa.column(name) for name in ("id", "display_name")))
    is_bare = sa.or_(orders.c.search_text.is_(None), orders.c.search_text == sa.func.lower(orders.c.number))
    last = None
    while True:
        query = sa.select(orders.c.id, orders.c.number, orders.c.buyer_id, orders.c.address).where(is_bare)
        query = query if last is None else query.where(orders.c.id > last)
        found = bind.execute(query.order_by(orders.c.id).limit(BATCH)).all()
        if not found:
            return
        last = found[-1].id
        named = sa.select(users.c.id, users.c.display_name).where(users.c.id.in_({row.buyer_id for row in found}))
        names = {bytes(row.id): row.display_name for row in bind.execute(named)}
        goods: dict[bytes, list[str | None]] = {}
        bought = sa.select(lines.c.order_id, lines.c.title, lines.c.sku, lines.c.code)
        ids = [row.id for row in found]
        for line in bind.execute(bought.where(lines.c.order_id.in_(ids)).order_by(lines.c.id)):
            goods.setdefault(bytes(line.order_id), []).extend([line.title, line.sku, line.code])
        rows = [
            {
                "one": row.id,
                "text": _text_of(row.number, names.get(bytes(row.buyer_id)), row.address, goods.get(bytes(row.id), [])),
            }
            for row in found
        ]
        change = sa.update(orders).where(orders.c.id == sa.bindparam("one"))
        bind.execute(change.values(search_text=sa.bindparam("text")), rows)


def _text_of(number: str, name: str | None, address: object, goods: list[str | None]) -> str:
    """As the application makes it at this revision."""
    kept = json.loads(address) if isinstance(address, str | bytes) else address
    known = kept if isinstance(kept, dict) else {}
    parts = [number, name, known.get("recipient"), known.get("phone"), *goods]
    return "\n".join(_folded(part) for part in parts if part)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"(?<=\d)[\s().-]+(?=\d)|\+(?=\d)", "", plain).split())
