"""What other modules may use of shops."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import is_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.policy import GivenRole, Role
from nightmarket.modules.shops.repository import followers_among, holds_among, members_among
from nightmarket.modules.shops.service.look_up import (
    SellingTerms,
    ShippingTerms,
    ShopCard,
    card,
    selling,
    shop_for,
    terms,
)
from nightmarket.modules.shops.service.open_shop import open_shop

__all__ = [
    "GivenRole",
    "OwnsShop",
    "Role",
    "SellingTerms",
    "ShippingTerms",
    "ShopCard",
    "create_shop",
    "followed_since",
    "follower_ids",
    "followers_among",
    "holds_among",
    "is_following",
    "member_ids",
    "members_among",
    "require_role",
    "role_of",
    "selling_terms",
    "selling_terms_of",
    "shipping_terms",
    "shop_by_slug",
    "shop_card",
    "shop_cards",
    "shops_of",
]


async def shop_card(session: AsyncSession, shop_id: str) -> ShopCard | None:
    """One shop by id; None also for a malformed id."""
    found = await repository.shop(session, shop_id) if is_id("shp", shop_id) else None
    return card(found) if found else None


async def shop_by_slug(session: AsyncSession, slug: str) -> ShopCard | None:
    """One shop by its address name."""
    found = await repository.shop_by_slug(session, slug)
    return card(found) if found else None


async def shop_cards(session: AsyncSession, ids: Collection[str]) -> dict[str, ShopCard]:
    """Several shops; unknown ids are left out."""
    return {shop.id: card(shop) for shop in await repository.shops(session, ids)}


async def shipping_terms(session: AsyncSession, shop_id: str) -> ShippingTerms | None:
    """What the shop asks for shipping."""
    found = await repository.shop(session, shop_id)
    return terms(found) if found else None


async def selling_terms(session: AsyncSession, shop_id: str) -> SellingTerms | None:
    """How the shop sells: holds, boxes, shipping; None without such a shop."""
    return (await selling_terms_of(session, [shop_id])).get(shop_id)


async def selling_terms_of(session: AsyncSession, shop_ids: Collection[str]) -> dict[str, SellingTerms]:
    """How several shops sell; unknown ids are left out."""
    return {shop.id: selling(shop) for shop in await repository.shops(session, shop_ids)}


async def role_of(session: AsyncSession, shop_id: str, user_id: str) -> str | None:
    """`owner`, `host`, `moderator` or `packer`; None for somebody who does not work there."""
    return await repository.role(session, shop_id, user_id)


async def require_role(session: AsyncSession, shop_id: str, caller: Caller, *roles: str) -> ShopCard:
    """The shop, if the caller has one of the roles there. NotFound: no such shop; NotAllowed: not with their role.

    Owners and platform administrators always pass.
    """
    return card(await shop_for(session, shop_id, caller, *roles))


async def member_ids(session: AsyncSession, shop_id: str) -> list[str]:
    """Everybody who works in the shop."""
    return [member.user_id for member in await repository.members(session, shop_id)]


async def shops_of(session: AsyncSession, user_id: str) -> list[tuple[ShopCard, str]]:
    """Shops the user works in, with their role there."""
    return [(card(shop), role) for shop, role in await repository.shops_of(session, user_id)]


async def follower_ids(session: AsyncSession, shop_id: str) -> list[str]:
    """Everybody who follows the shop."""
    return await repository.follower_ids(session, shop_id)


async def followed_since(session: AsyncSession, shop_id: str, user_id: str) -> datetime | None:
    """Since when the user follows the shop; None when they do not."""
    return await repository.followed_since(session, shop_id, user_id)


async def is_following(session: AsyncSession, shop_id: str, user_id: str) -> bool:
    """Whether the user follows the shop."""
    return shop_id in await repository.follows(session, [shop_id], user_id)


async def create_shop(unit: Unit, owner_id: str, *, name: str, slug: str, market: str) -> ShopCard:
    """Open a shop; SlugTaken when its address name is in use."""
    return card(await open_shop(unit, owner_id, name=name, slug=slug, market=market))


class OwnsShop:
    """Somebody who owns a shop cannot simply leave: see `identity.ports.Obligation`."""

    async def binds(self, session: AsyncSession, user_id: str) -> bool:
        """Whether the person owns a shop."""
        return await repository.owned_count(session, user_id) > 0
