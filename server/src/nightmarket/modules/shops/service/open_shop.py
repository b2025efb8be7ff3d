"""A user opens a shop and becomes its owner."""

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.errors import SlugTaken, TooManyShops
from nightmarket.modules.shops.events import ShopCreated
from nightmarket.modules.shops.models import Shop, ShopMember
from nightmarket.modules.shops.policy import RESERVED_SLUGS

MAX_OWNED = 20


async def open_shop(unit: Unit, owner_id: str, *, name: str, slug: str, market: str, description: str = "") -> Shop:
    """A new shop in one market, for good."""
    if slug in RESERVED_SLUGS:
        raise SlugTaken
    if await repository.owned_count(unit.session, owner_id) >= MAX_OWNED:
        raise TooManyShops(limit=MAX_OWNED)
    shop = Shop(
        id=new_id("shp"),
        owner_id=owner_id,
        name=name,
        slug=slug,
        market=market,
        state="active",
        description=description,
        logo_key=None,
        shipping_fee_minor=0,
        free_shipping_from_minor=None,
        follower_count=0,
        created_at=unit.now,
    )
    if not await unit.add_new(shop):
        raise SlugTaken
    await unit.add(ShopMember(shop_id=shop.id, user_id=owner_id, role="owner", added_at=unit.now))
    unit.announce(ShopCreated(shop.id, owner_id, market))
    return shop
