"""Every SQL statement of buyers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.groupcommit import Ask, Script, marks
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers.models import BuyerAppeal, BuyerIncident, ShopBuyer
from nightmarket.modules.buyers.states import OPEN, AppealState, Filter, IncidentKind


@dataclass(frozen=True, slots=True)
class Standing:
    """What a buyer is to a shop. A stranger is neither of it."""

    is_blocked: bool = False
    block_reason: str | None = None
    is_prepay_only: bool = False
    prepay_reason: str | None = None
    is_member: bool = False


STRANGER = Standing()


def standings_among(people: Collection[tuple[str, str]]) -> Script[dict[tuple[str, str], Standing]]:
    """What the (shop, user) pairs are to each other; strangers are left out."""
    if not people:
        return {}
    shops = {key_of("shp", shop_id): shop_id for shop_id, _ in people}
    users = {key_of("usr", user_id): user_id for _, user_id in people}
    rows = yield Ask(
        "SELECT shop_id, user_id, blocked_at IS NOT NULL, block_reason, prepay_at IS NOT NULL, prepay_reason, "  # noqa: S608
        f"member_at IS NOT NULL FROM shop_buyers WHERE shop_id IN ({marks(len(shops))}) "
        f"AND user_id IN ({marks(len(users))})",
        [*shops, *users],
    )
    return {
        (shops[bytes(row[0])], users[bytes(row[1])]): Standing(bool(row[2]), row[3], bool(row[4]), row[5], bool(row[6]))
        for row in rows
    }


async def buyer(session: AsyncSession, shop_id: str, user_id: str) -> ShopBuyer | None:
    """What the shop knows of somebody."""
    return await session.get(ShopBuyer, (shop_id, user_id), populate_existing=True)


async def blocked(session: AsyncSession, shop_id: str, limit: int) -> list[str]:
    """Whom the shop does not sell to, the latest first."""
    query = sa.select(ShopBuyer.user_id).where(ShopBuyer.shop_id == shop_id, ShopBuyer.blocked_at.is_not(None))
    return list(await session.scalars(query.order_by(ShopBuyer.blocked_at.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class BuyerFilter:
    """Which buyers of a shop: by a mark or a record, by a part of the name, after a (time, user) of the list."""

    shop_id: str
    state: Filter | None = None
    name: str | None = None
    after: tuple[datetime, str] | None = None


async def find(session: AsyncSession, wanted: BuyerFilter, limit: int) -> Sequence[ShopBuyer]:
    """Buyers of a shop, who came last first."""
    query = sa.select(ShopBuyer).where(ShopBuyer.shop_id == wanted.shop_id)
    match wanted.state:
        case "blocked":
            query = query.where(ShopBuyer.blocked_at.is_not(None))
        case "prepay":
            query = query.where(ShopBuyer.prepay_at.is_not(None))
        case "members":
            query = query.where(ShopBuyer.member_at.is_not(None))
        case "unreliable":
            query = query.where(ShopBuyer.abandoned_count + ShopBuyer.uncollected_count > 0)
        case None:
            pass
    if wanted.name is not None:
        query = query.where(ShopBuyer.name.icontains(wanted.name, autoescape=True))
    if wanted.after is not None:
        last_at, user_id = wanted.after
        query = query.where(
            sa.or_(
                ShopBuyer.last_at < last_at,
                sa.and_(ShopBuyer.last_at == last_at, ShopBuyer.user_id < user_id),
            )
        )
    return (
        await session.scalars(query.order_by(ShopBuyer.last_at.desc(), ShopBuyer.user_id.desc()).limit(limit))
    ).all()


async def meet(unit: Unit, shop_id: str, user_id: str, name: str) -> None:
    """The shop knows this person from now on."""
    known = sa.update(ShopBuyer).where(ShopBuyer.shop_id == shop_id, ShopBuyer.user_id == user_id)
    change = known.values(name=name, last_at=unit.now)
    if await unit.changed_one(change):
        return
    row = ShopBuyer(
        shop_id=shop_id,
        user_id=user_id,
        name=name,
        order_count=0,
        abandoned_count=0,
        uncollected_count=0,
        first_at=unit.now,
        last_at=unit.now,
    )
    if not await unit.add_new(row):
        await unit.changed_one(change)


async def set_values(unit: Unit, shop_id: str, user_id: str, **values: Any) -> bool:
    """Change what the shop knows; False when it does not know the person."""
    return await unit.changed_one(
        sa.update(ShopBuyer).where(ShopBuyer.shop_id == shop_id, ShopBuyer.user_id == user_id).values(**values)
    )


async def linked(session: AsyncSession, shop_id: str, key: str, *, but: str) -> Sequence[ShopBuyer]:
    """Other buyers of the shop with the same phone, who came last first."""
    query = sa.select(ShopBuyer).where(
        ShopBuyer.shop_id == shop_id, ShopBuyer.phone_key == key, ShopBuyer.user_id != but
    )
    return (await session.scalars(query.order_by(ShopBuyer.last_at.desc()).limit(_MOST_LINKED))).all()


_MOST_LINKED = 50


async def blocked_key(session: AsyncSession, shop_id: str, keys: Collection[str], *, but: str) -> str | None:
    """One of the phones that belongs to somebody else whom the shop does not sell to."""
    query = sa.select(ShopBuyer.phone_key).where(
        ShopBuyer.shop_id == shop_id,
        ShopBuyer.phone_key.in_(keys),
        ShopBuyer.user_id != but,
        ShopBuyer.blocked_at.is_not(None),
    )
    return (await session.scalars(query.limit(1))).first()


async def count_order(unit: Unit, shop_id: str, user_id: str, key: str | None) -> None:
    """One more order, sent with this phone."""
    await set_values(unit, shop_id, user_id, order_count=ShopBuyer.order_count + 1, phone_key=key)


async def add_incident(unit: Unit, row: BuyerIncident) -> bool:
    """Write an incident down and count it; False the second time."""
    if not await unit.add_new(row):
        return False
    column = ShopBuyer.abandoned_count if row.kind == "abandoned" else ShopBuyer.uncollected_count
    await set_values(unit, row.shop_id, row.user_id, **{column.key: column + 1})
    return True


async def incidents(session: AsyncSession, shop_id: str, user_id: str, limit: int) -> Sequence[BuyerIncident]:
    """What a buyer left behind at a shop, newest first."""
    query = sa.select(BuyerIncident).where(BuyerIncident.shop_id == shop_id, BuyerIncident.user_id == user_id)
    return (await session.scalars(query.order_by(BuyerIncident.at.desc(), BuyerIncident.reference).limit(limit))).all()


async def forgive(unit: Unit, shop_id: str, user_id: str, kind: IncidentKind, reference: str) -> bool:
    """Take an incident back, for instance because the money came after all; False when there was none."""
    gone = await unit.changed_one(
        sa.delete(BuyerIncident).where(
            BuyerIncident.shop_id == shop_id,
            BuyerIncident.user_id == user_id,
            BuyerIncident.kind == kind,
            BuyerIncident.reference == reference,
        )
    )
    if gone:
        column = ShopBuyer.abandoned_count if kind == "abandoned" else ShopBuyer.uncollected_count
        await set_values(unit, shop_id, user_id, **{column.key: column - 1})
    return gone


async def appeal(session: AsyncSession, appeal_id: str) -> BuyerAppeal | None:
    """One appeal."""
    return await session.get(BuyerAppeal, appeal_id, populate_existing=True)


async def last_appeal(session: AsyncSession, shop_id: str, user_id: str) -> BuyerAppeal | None:
    """The newest appeal of a buyer to a shop."""
    query = sa.select(BuyerAppeal).where(BuyerAppeal.shop_id == shop_id, BuyerAppeal.user_id == user_id)
    return (await session.scalars(query.order_by(BuyerAppeal.id.desc()).limit(1))).first()


async def appeals(
    session: AsyncSession, shop_id: str, *, state: AppealState | None, before: str | None, limit: int
) -> Sequence[BuyerAppeal]:
    """Appeals to a shop, newest first."""
    query = sa.select(BuyerAppeal).where(BuyerAppeal.shop_id == shop_id)
    if state is not None:
        query = query.where(BuyerAppeal.state == state)
    if before is not None:
        query = query.where(BuyerAppeal.id < before)
    return (await session.scalars(query.order_by(BuyerAppeal.id.desc()).limit(limit))).all()


async def close_appeal(unit: Unit, appeal_id: str, state: AppealState, **values: Any) -> bool:
    """Answer an open appeal; one answer wins."""
    return await unit.changed_one(
        sa.update(BuyerAppeal)
        .where(BuyerAppeal.id == appeal_id, BuyerAppeal.state == OPEN)
        .values(state=state, is_open=None, answered_at=unit.now, **values)
    )


async def erase(unit: Unit, user_id: str) -> None:
    """Nothing about this person stays."""
    for table in (BuyerAppeal, BuyerIncident, ShopBuyer):
        await unit.changed(sa.delete(table).where(table.user_id == user_id))
