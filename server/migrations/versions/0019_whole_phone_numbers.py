"""Accounts are linked by the whole national number, not by its last eight digits."""

import json

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEX = "ix_shop_buyers_shop_id_blocked_at"
BATCH = 500


def upgrade() -> None:
    op.add_column("shop_buyers", sa.Column("apart_at", db.UtcDateTime(), nullable=True))
    op.create_index(op.f(INDEX), "shop_buyers", ["shop_id", "blocked_at"], unique=False)
    key_anew()


def downgrade() -> None:
    op.execute("UPDATE shop_buyers SET phone_key = substr(phone_key, -8)")
    op.drop_index(op.f(INDEX), table_name="shop_buyers")
    op.drop_column("shop_buyers", "apart_at")


def key_anew() -> None:
    """From the address of the newest order. Where there is none the key goes, and comes back with the next order."""
    bind = op.get_bind()
    buyers = sa.table("shop_buyers", *(sa.column(name) for name in ("shop_id", "user_id", "phone_key")))
    orders = sa.table("orders", *(sa.column(name) for name in ("id", "shop_id", "buyer_id", "address")))
    known = buyers.c.phone_key.is_not(None)
    last = None
    while True:
        query = sa.select(buyers.c.user_id).distinct().where(known).order_by(buyers.c.user_id).limit(BATCH)
        people = list(bind.scalars(query if last is None else query.where(buyers.c.user_id > last)))
        if not people:
            return
        last = people[-1]
        newest = (
            sa.select(sa.func.max(orders.c.id))
            .where(orders.c.buyer_id.in_(people))
            .group_by(orders.c.shop_id, orders.c.buyer_id)
        )
        ids = list(bind.scalars(newest))
        found = {}
        for shop, user, address in bind.execute(
            sa.select(orders.c.shop_id, orders.c.buyer_id, orders.c.address).where(orders.c.id.in_(ids))
        ):
            found[bytes(shop), bytes(user)] = _key_of(address)
        pairs = bind.execute(sa.select(buyers.c.shop_id, buyers.c.user_id).where(known, buyers.c.user_id.in_(people)))
        rows = [{"shop": shop, "who": user, "key": found.get((bytes(shop), bytes(user)))} for shop, user in pairs]
        bind.execute(
            sa.update(buyers)
            .where(buyers.c.shop_id == sa.bindparam("shop"), buyers.c.user_id == sa.bindparam("who"))
            .values(phone_key=sa.bindparam("key")),
            rows,
        )


def _key_of(address: object) -> str | None:
    """As the application makes it at this revision."""
    kept = json.loads(address) if isinstance(address, str | bytes) else address
    phone = kept.get("phone") if isinstance(kept, dict) else None
    digits = "".join(char for char in str(phone or "") if char in "0123456789").removeprefix("00")
    for code in ("886", "66"):
        if digits.startswith(code) and len(digits) >= len(code) + 8:
            digits = digits.removeprefix(code)
            break
    digits = digits.removeprefix("0")
    return digits[-9:] if len(digits) >= 8 else None
