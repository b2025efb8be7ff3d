"""Shops as others see them, and who may act in one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.i18n import CURRENCY_OF
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotAllowed, NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.models import Shop
from nightmarket.modules.shops.policy import may


@dataclass(frozen=True, slots=True)
class ShopCard:
    """What other modules know of a shop."""

    id: str
    name: str
    slug: str
    market: str
    currency: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class ShippingTerms:
    """What a shop asks for sending a parcel: a flat fee, nothing from `free_from` on."""

    fee: Money
    free_from: Money | None

    def cost_of(self, goods: Money) -> Money:
        """The shipping of a parcel with goods of this worth."""
        is_free = self.free_from is not None and not goods < self.free_from
        return Money(0, self.fee.currency) if is_free else self.fee

    def missing_for_free(self, goods: Money) -> Money | None:
        """How much more has to be in a parcel for it to be free; None where no amount makes it so."""
        if self.free_from is None:
            return None
        return self.free_from - goods if goods < self.free_from else Money(0, self.fee.currency)


@dataclass(frozen=True, slots=True)
class SellingTerms:
    """How a shop sells. Nulls leave it to the installation, or switch the matter off."""

    shipping: ShippingTerms
    hold_seconds: int | None = None
    """How long a claim holds its units."""
    member_hold_seconds: int | None = None
    """The same for the shop's regular buyers."""
    box_days: int | None = None
    """How long claims of several shows may wait in one box; None: no boxes."""
    catch_up_minutes: int | None = None
    """How long after an item was closed its order comments still count; None: not at all."""


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop as one caller sees it."""

    shop: Shop
    my_role: str | None
    is_following: bool
    selling: SellingTerms


def card(shop: Shop) -> ShopCard:
    """The card of a stored shop."""
    return ShopCard(
        id=shop.id,
        name=shop.name,
        slug=shop.slug,
        market=shop.market,
        currency=CURRENCY_OF[shop.market],
        owner_id=shop.owner_id,
    )


def terms(shop: Shop) -> ShippingTerms:
    """The shipping terms of a stored shop."""
    currency = CURRENCY_OF[shop.market]
    threshold = shop.free_shipping_from_minor
    return ShippingTerms(
        fee=Money(shop.shipping_fee_minor, currency),
        free_from=None if threshold is None else Money(threshold, currency),
    )


def selling(shop: Shop) -> SellingTerms:
    """How a stored shop sells."""
    return SellingTerms(
        terms(shop),
        hold_seconds=shop.hold_seconds,
        member_hold_seconds=shop.member_hold_seconds,
        box_days=shop.box_days,
        catch_up_minutes=shop.catch_up_minutes,
    )


async def find_shop(session: AsyncSession, reference: str) -> Shop:
    """The shop with this id or slug; NotFound without one."""
    found = (
        await repository.shop(session, reference)
        if is_id("shp", reference)
        else await repository.shop_by_slug(session, reference)
    )
    if found is None:
        raise NotFound
    return found


async def views(session: AsyncSession, shops: Sequence[Shop], caller: Caller | None) -> list[ShopView]:
    """The shops with what they are to the caller."""
    ids = [shop.id for shop in shops]
    roles = await repository.roles(session, ids, caller.id) if caller else {}
    followed = await repository.follows(session, ids, caller.id) if caller else set()
    return [
        ShopView(shop, my_role=roles.get(shop.id), is_following=shop.id in followed, selling=selling(shop))
        for shop in shops
    ]


async def shop_for(session: AsyncSession, shop_id: str, caller: Caller, *roles: str) -> Shop:
    """The shop, if the caller may act in it with one of these roles: NotFound or NotAllowed otherwise."""
    shop = await find_shop(session, shop_id) if is_id("shp", shop_id) else None
    if shop is None:
        raise NotFound
    role = await repository.role(session, shop_id, caller.id)
    if not may(role, is_admin=caller.is_admin, roles=roles):
        raise NotAllowed
    return shop
