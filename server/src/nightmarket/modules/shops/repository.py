"""Every SQL statement about shops."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.groupcommit import Ask, Script, marks
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.shops.models import Shop, ShopFollow, ShopMember


async def shop(session: AsyncSession, shop_id: str) -> Shop | None:
    """One shop."""
    return await session.get(Shop, shop_id)


async def shop_by_slug(session: AsyncSession, slug: str) -> Shop | None:
    """The shop with this address name. The column is ASCII: the servers refuse to compare it with anything else."""
    return None if not slug.isascii() else await session.scalar(sa.select(Shop).where(Shop.slug == slug))


async def shops(session: AsyncSession, ids: Collection[str]) -> Sequence[Shop]:
    """Several shops at once, in no particular order."""
    if not ids:
        return []
    return (await session.scalars(sa.select(Shop).where(Shop.id.in_(set(ids))))).all()


async def active_shops(session: AsyncSession, *, market: str | None, before: str | None, limit: int) -> Sequence[Shop]:
    """Open shops, newest first, older than the one with id `before`."""
    statement = sa.select(Shop).where(Shop.state == "active").order_by(Shop.id.desc()).limit(limit)
    if market is not None:
        statement = statement.where(Shop.market == market)
    if before is not None:
        statement = statement.where(Shop.id < before)
    return (await session.scalars(statement)).all()


async def shops_of(session: AsyncSession, user_id: str) -> Sequence[tuple[Shop, str]]:
    """Shops the user works in, with their role; newest membership last."""
    rows = await session.execute(
        sa.select(Shop, ShopMember.role)
        .join(ShopMember, ShopMember.shop_id == Shop.id)
        .where(ShopMember.user_id == user_id)
        .order_by(ShopMember.added_at, Shop.id)
        .limit(200)
    )
    return [(row[0], row[1]) for row in rows]


async def owned_count(session: AsyncSession, user_id: str) -> int:
    """How many shops the user owns."""
    statement = sa.select(sa.func.count()).select_from(ShopMember)
    return await session.scalar(statement.where(ShopMember.user_id == user_id, ShopMember.role == "owner")) or 0


async def set_shop(unit: Unit, shop_id: str, values: dict[str, Any]) -> None:
    """Store changed fields of a shop."""
    await unit.changed(sa.update(Shop).where(Shop.id == shop_id).values(**values))


async def role(session: AsyncSession, shop_id: str, user_id: str) -> str | None:
    """The user's role in the shop."""
    return await session.scalar(
        sa.select(ShopMember.role).where(ShopMember.shop_id == shop_id, ShopMember.user_id == user_id)
    )


async def roles(session: AsyncSession, shop_ids: Collection[str], user_id: str) -> dict[str, str]:
    """The user's roles in several shops."""
    rows = await session.execute(
        sa.select(ShopMember.shop_id, ShopMember.role).where(
            ShopMember.shop_id.in_(set(shop_ids)), ShopMember.user_id == user_id
        )
    )
    return {row.shop_id: row.role for row in rows}


async def members(session: AsyncSession, shop_id: str) -> Sequence[ShopMember]:
    """Who works in the shop, first comers first."""
    statement = sa.select(ShopMember).where(ShopMember.shop_id == shop_id)
    return (await session.scalars(statement.order_by(ShopMember.added_at, ShopMember.user_id).limit(500))).all()


async def member_count(session: AsyncSession, shop_id: str) -> int:
    """How many people work in the shop."""
    statement = sa.select(sa.func.count()).select_from(ShopMember).where(ShopMember.shop_id == shop_id)
    return await session.scalar(statement) or 0


async def set_role(unit: Unit, shop_id: str, user_id: str, new_role: str) -> bool:
    """Change the role of a member who is not the owner."""
    return await unit.changed_one(
        sa.update(ShopMember)
        .where(ShopMember.shop_id == shop_id, ShopMember.user_id == user_id, ShopMember.role != "owner")
        .values(role=new_role)
    )


async def remove_member(unit: Unit, shop_id: str, user_id: str) -> bool:
    """Remove a member who is not the owner."""
    return await unit.changed_one(
        sa.delete(ShopMember).where(
            ShopMember.shop_id == shop_id, ShopMember.user_id == user_id, ShopMember.role != "owner"
        )
    )


async def follows(session: AsyncSession, shop_ids: Collection[str], user_id: str) -> set[str]:
    """Which of the shops the user follows."""
    rows = await session.scalars(
        sa.select(ShopFollow.shop_id).where(ShopFollow.shop_id.in_(set(shop_ids)), ShopFollow.user_id == user_id)
    )
    return set(rows)


async def followed_since(session: AsyncSession, shop_id: str, user_id: str) -> datetime | None:
    """Since when the user follows the shop."""
    return await session.scalar(
        sa.select(ShopFollow.followed_at).where(ShopFollow.shop_id == shop_id, ShopFollow.user_id == user_id)
    )


async def follower_ids(session: AsyncSession, shop_id: str) -> list[str]:
    """Everybody who follows the shop."""
    return list(await session.scalars(sa.select(ShopFollow.user_id).where(ShopFollow.shop_id == shop_id)))


def holds_among(shop_ids: Collection[str]) -> Script[dict[str, tuple[int | None, int | None]]]:
    """How many seconds claims of these shops hold their units: for everybody, and for members."""
    if not shop_ids:
        return {}
    shops = {key_of("shp", shop_id): shop_id for shop_id in shop_ids}
    rows = yield Ask(
        f"SELECT id, hold_seconds, member_hold_seconds FROM shops WHERE id IN ({marks(len(shops))})",  # noqa: S608
        [*shops],
    )
    return {shops[bytes(row[0])]: (row[1], row[2]) for row in rows}


def followers_among(people: Collection[tuple[str, str]]) -> Script[set[tuple[str, str]]]:
    """Those of the (shop, user) pairs who follow the shop."""
    return (yield from _pairs_in("shop_follows", people))


def members_among(people: Collection[tuple[str, str]]) -> Script[set[tuple[str, str]]]:
    """Those of the (shop, user) pairs who work in the shop."""
    return (yield from _pairs_in("shop_members", people))


def _pairs_in(table: str, people: Collection[tuple[str, str]]) -> Script[set[tuple[str, str]]]:
    if not people:
        return set()
    shops = {key_of("shp", shop_id): shop_id for shop_id, _ in people}
    users = {key_of("usr", user_id): user_id for _, user_id in people}
    rows = yield Ask(
        f"SELECT shop_id, user_id FROM {table} WHERE shop_id IN ({marks(len(shops))}) "  # noqa: S608
        f"AND user_id IN ({marks(len(users))})",
        [*shops, *users],
    )
    return {(shops[bytes(row[0])], users[bytes(row[1])]) for row in rows}


async def lock_shop(unit: Unit, shop_id: str) -> bool:
    """Take the row before its children: inserting a child first shares a lock that the counter's update then needs."""
    statement = sa.select(Shop.id).where(Shop.id == shop_id).with_for_update()
    return await unit.session.scalar(statement) is not None


async def follower_count(session: AsyncSession, shop_id: str) -> int:
    """How many people follow the shop."""
    return await session.scalar(sa.select(Shop.follower_count).where(Shop.id == shop_id)) or 0


async def remove_follow(unit: Unit, shop_id: str, user_id: str) -> bool:
    """Stop following."""
    return await unit.changed_one(
        sa.delete(ShopFollow).where(ShopFollow.shop_id == shop_id, ShopFollow.user_id == user_id)
    )


async def count_follower(unit: Unit, shop_id: str, change: int) -> None:
    """Keep the number beside the rows."""
    await unit.changed(sa.update(Shop).where(Shop.id == shop_id).values(follower_count=Shop.follower_count + change))
