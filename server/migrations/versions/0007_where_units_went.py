"""Stock rows count what was sold, received and damaged; the ledger says how much that is so far."""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNTERS = ("sold", "received", "damaged")
_GUARDED = ("sold", "damaged")

stock = sa.table(
    "stock",
    sa.column("variant_id", db.IdColumn("var")),
    sa.column("on_hand", sa.Integer()),
    sa.column("sold", sa.Integer()),
    sa.column("received", sa.Integer()),
)
ledger = sa.table(
    "stock_ledger",
    sa.column("variant_id", db.IdColumn("var")),
    sa.column("kind", db.key_text(12)),
    sa.column("delta_on_hand", sa.Integer()),
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in _COUNTERS:
        # SQLite takes a check with a new column only, other servers take it with an existing one.
        check = f" CONSTRAINT ck_stock_{name}_not_negative CHECK ({name} >= 0)" if name in _GUARDED else ""
        op.execute(f"ALTER TABLE stock ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL{check if is_sqlite else ''}")
    moved = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.delta_on_hand), 0)).where(
        ledger.c.variant_id == stock.c.variant_id
    )
    sold = moved.where(ledger.c.kind.in_(("sold", "restocked"))).scalar_subquery()
    received = moved.where(ledger.c.kind.in_(("received", "adjusted"))).scalar_subquery()
    op.execute(sa.update(stock).values(sold=0 - sold, received=received))
    if not is_sqlite:
        for name in _GUARDED:
            op.create_check_constraint(op.f(f"ck_stock_{name}_not_negative"), "stock", f"{name} >= 0")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in reversed(_COUNTERS):
        if name in _GUARDED and not is_sqlite:
            op.drop_constraint(op.f(f"ck_stock_{name}_not_negative"), "stock", type_="check")
        op.drop_column("stock", name)
