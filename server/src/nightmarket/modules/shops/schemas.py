"""HTTP shapes of shops."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from nightmarket.kernel.i18n import CURRENCY_OF, Market
from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.storage.base import PRIVATE, check_key
from nightmarket.kernel.text import Line, Prose
from nightmarket.modules.identity.public import EmailText
from nightmarket.modules.shops.models import Shop
from nightmarket.modules.shops.policy import SLUG_PATTERN, GivenRole, Role
from nightmarket.modules.shops.service.edit_shop import SellingChange
from nightmarket.modules.shops.service.keep_members import Member
from nightmarket.modules.shops.service.look_up import SellingTerms, ShippingTerms, ShopView

ShopName = Annotated[str, Line(80)]
Description = Annotated[str, Prose(2000)]
HoldSeconds = Annotated[int, Field(ge=10, le=7 * 86_400, strict=True)]
BoxDays = Annotated[int, Field(ge=1, le=60, strict=True)]
CatchUpMinutes = Annotated[int, Field(ge=1, le=1440, strict=True)]
Slug = Annotated[str, Field(min_length=3, max_length=40, pattern=SLUG_PATTERN)]


def _public_key(key: str) -> str:
    if key.startswith(PRIVATE):
        raise ValueError("must name a public object")
    return check_key(key)


LogoKey = Annotated[str, Field(min_length=3, max_length=200), AfterValidator(_public_key)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ShopIn(_In):
    """A new shop. Its market fixes its currency."""

    name: ShopName
    slug: Slug
    market: Market
    description: Description = ""


class ShippingModel(_In):
    """A flat fee for every parcel; free from `free_from` worth of goods on (never, when null)."""

    fee: MoneyModel
    free_from: MoneyModel | None = None

    @classmethod
    def of(cls, terms: ShippingTerms) -> Self:
        """The shape of shipping terms."""
        return cls(
            fee=MoneyModel.of(terms.fee),
            free_from=MoneyModel.of(terms.free_from) if terms.free_from else None,
        )

    def terms(self) -> ShippingTerms:
        """The domain value."""
        return ShippingTerms(self.fee.money(), self.free_from.money() if self.free_from else None)


class SellingIn(_In):
    """How the shop sells. What is left out stays; null leaves it to the installation, or switches it off.

    Money is in the currency of the shop; `shipping_fee: null` is nothing to pay.
    """

    hold_seconds: HoldSeconds | None = None
    member_hold_seconds: HoldSeconds | None = None
    box_days: BoxDays | None = None
    shipping_fee: MoneyModel | None = None
    free_shipping_from: MoneyModel | None = None
    catch_up_minutes: CatchUpMinutes | None = None

    def change(self) -> SellingChange:
        """What shall be different."""
        fee, free_from = self.shipping_fee, self.free_shipping_from
        amounts = {"shipping_fee": fee and fee.money(), "free_shipping_from": free_from and free_from.money()}
        numbers = self.model_dump(exclude={"shipping_fee", "free_shipping_from"})
        return SellingChange(
            {name: value for name, value in (numbers | amounts).items() if name in self.model_fields_set}
        )


class SellingOut(BaseModel):
    """How the shop sells. Null: `hold_seconds` as the installation says, and the others are off."""

    hold_seconds: int | None
    member_hold_seconds: int | None
    box_days: int | None
    shipping_fee: MoneyModel
    free_shipping_from: MoneyModel | None
    catch_up_minutes: int | None

    @classmethod
    def of(cls, terms: SellingTerms) -> Self:
        """The shape of selling terms."""
        free_from = terms.shipping.free_from
        return cls(
            hold_seconds=terms.hold_seconds,
            member_hold_seconds=terms.member_hold_seconds,
            box_days=terms.box_days,
            shipping_fee=MoneyModel.of(terms.shipping.fee),
            free_shipping_from=MoneyModel.of(free_from) if free_from else None,
            catch_up_minutes=terms.catch_up_minutes,
        )


class ShopPatchIn(_In):
    """The fields to change; those left out (or null) stay. `logo_key: ""` takes the logo away."""

    name: ShopName | None = None
    description: Description | None = None
    logo_key: LogoKey | Annotated[str, Field(max_length=0)] | None = None
    shipping: ShippingModel | None = None
    selling: SellingIn | None = None


class ShopOut(BaseModel):
    """A shop as the caller sees it: `my_role` is null for people who do not work there."""

    id: str
    name: str
    slug: str
    market: Market
    currency: str
    my_role: Role | None
    description: str
    logo: str | None
    follower_count: int
    is_following: bool
    shipping: ShippingModel
    selling: SellingOut

    @classmethod
    def of(cls, view: ShopView, *, logo: str | None) -> Self:
        """The shape of a shop; `logo` is its public address."""
        shop: Shop = view.shop
        return cls.model_validate(
            {
                "id": shop.id,
                "name": shop.name,
                "slug": shop.slug,
                "market": shop.market,
                "currency": CURRENCY_OF[shop.market],
                "my_role": view.my_role,
                "description": shop.description,
                "logo": logo,
                "follower_count": shop.follower_count,
                "is_following": view.is_following,
                "shipping": ShippingModel.of(view.selling.shipping),
                "selling": SellingOut.of(view.selling),
            }
        )


class MemberIn(_In):
    """Somebody with an account who shall work in the shop."""

    email: EmailText
    role: GivenRole


class MemberPatchIn(_In):
    """Another role."""

    role: GivenRole


class MemberOut(BaseModel):
    """Somebody who works in the shop."""

    user_id: str
    display_name: str
    role: Role
    added_at: datetime

    @classmethod
    def of(cls, member: Member) -> Self:
        """The shape of a member."""
        return cls.model_validate(member, from_attributes=True)


class FollowOut(BaseModel):
    """Whether the caller follows the shop now, and how many do."""

    is_following: bool
    follower_count: int
