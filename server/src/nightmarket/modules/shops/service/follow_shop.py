"""A buyer follows a shop, to hear of its shows; both directions may be repeated."""

from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.models import ShopFollow


async def follow_shop(unit: Unit, user_id: str, shop_id: str) -> int:
    """Follow; how many followers the shop has now."""
    if not await repository.lock_shop(unit, shop_id):
        raise NotFound
    if await unit.add_new(ShopFollow(shop_id=shop_id, user_id=user_id, followed_at=unit.now)):
        await repository.count_follower(unit, shop_id, 1)
    return await repository.follower_count(unit.session, shop_id)


async def unfollow_shop(unit: Unit, user_id: str, shop_id: str) -> int:
    """Stop following; how many followers the shop has now."""
    if not await repository.lock_shop(unit, shop_id):
        raise NotFound
    if await repository.remove_follow(unit, shop_id, user_id):
        await repository.count_follower(unit, shop_id, -1)
    return await repository.follower_count(unit.session, shop_id)
