"""HTTP shapes of carts."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from nightmarket.kernel.money import Currency, Money, MoneyModel
from nightmarket.modules.boxes.public import Parcel
from nightmarket.modules.carts.policy import MAX_QUANTITY
from nightmarket.modules.carts.service.read_cart import BagClaim, BagLine, ShopBag, units_in


class CartLineIn(BaseModel):
    """How many."""

    model_config = ConfigDict(extra="forbid")

    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY, strict=True)]


class SumOut(BaseModel):
    """A computed sum; it may be larger than any single amount that is accepted."""

    amount: int
    currency: Currency

    @classmethod
    def of(cls, money: Money) -> Self:
        """The wire form."""
        return cls.model_validate(money.as_json())


class CartShopOut(BaseModel):
    """Whose things these are."""

    id: str
    name: str
    slug: str
    market: str
    currency: str


class CartClaimOut(BaseModel):
    """A held claim; it leaves the bag at `hold_expires_at`."""

    id: str
    state: str
    stream_id: str
    item_id: str
    code: str
    product_id: str
    variant_id: str
    title: str
    options: dict[str, str]
    image_url: str | None
    quantity: int
    unit_price: MoneyModel
    line_total: SumOut
    hold_expires_at: datetime | None
    source: str

    @classmethod
    def of(cls, one: BagClaim) -> Self:
        """The shape of a claim in the bag."""
        claim, card = one.claim, one.card
        return cls(
            id=claim.id,
            state=claim.state,
            stream_id=claim.stream_id,
            item_id=claim.item_id,
            code=claim.code,
            product_id=claim.product_id,
            variant_id=claim.variant_id,
            title=card.title if card else "",
            options=card.options if card else {},
            image_url=card.image_url if card else None,
            quantity=claim.quantity,
            unit_price=MoneyModel.of(claim.unit_price),
            line_total=SumOut.of(one.total),
            hold_expires_at=claim.hold_expires_at,
            source=claim.source,
        )


class CartLineOut(BaseModel):
    """An ordinary line. `changed`: the price is not `seen_price` any more; `unavailable`: it cannot be bought so."""

    variant_id: str
    product_id: str
    title: str
    options: dict[str, str]
    image_url: str | None
    quantity: int
    available: int
    unit_price: MoneyModel
    seen_price: MoneyModel | None
    line_total: SumOut
    changed: bool
    unavailable: bool

    @classmethod
    def of(cls, line: BagLine) -> Self:
        """The shape of a line in the bag."""
        return cls(
            variant_id=line.card.id,
            product_id=line.card.product_id,
            title=line.card.title,
            options=line.card.options,
            image_url=line.card.image_url,
            quantity=line.quantity,
            available=line.available,
            unit_price=MoneyModel.of(line.card.price),
            seen_price=MoneyModel.of(line.seen_price) if line.seen_price else None,
            line_total=SumOut.of(line.total),
            changed=line.is_changed,
            unavailable=line.is_unavailable,
        )


class CartBoxOut(BaseModel):
    """The buyer's box at the shop: what was `ordered` into its parcel before, and `charged` for shipping with it."""

    id: str
    ordered: SumOut
    charged: SumOut

    @classmethod
    def of(cls, parcel: Parcel) -> Self:
        """The shape of a parcel."""
        return cls(id=parcel.box_id, ordered=SumOut.of(parcel.goods), charged=SumOut.of(parcel.charged))


class ShopBagOut(BaseModel):
    """Everything of one shop in the bag: what one order would be made of, and come to.

    `missing_for_free`: how much more makes the parcel free (null where nothing does). With a `box` it goes into the
    parcel of that box: `discount` gives back shipping paid before that is free by now.
    """

    shop: CartShopOut
    claims: list[CartClaimOut]
    lines: list[CartLineOut]
    subtotal: SumOut
    shipping: SumOut
    discount: SumOut
    free_shipping_from: SumOut | None
    missing_for_free: SumOut | None
    total: SumOut
    box: CartBoxOut | None

    @classmethod
    def of(cls, bag: ShopBag) -> Self:
        """The shape of one shop's part of the bag."""
        shop, free_from, missing = bag.shop, bag.terms.free_from, bag.missing_for_free
        return cls(
            shop=CartShopOut(id=shop.id, name=shop.name, slug=shop.slug, market=shop.market, currency=shop.currency),
            claims=[CartClaimOut.of(one) for one in bag.claims],
            lines=[CartLineOut.of(line) for line in bag.lines],
            subtotal=SumOut.of(bag.subtotal),
            shipping=SumOut.of(bag.price.shipping),
            discount=SumOut.of(bag.price.credit),
            free_shipping_from=SumOut.of(free_from) if free_from else None,
            missing_for_free=SumOut.of(missing) if missing else None,
            total=SumOut.of(bag.subtotal + bag.price.shipping - bag.price.credit),
            box=CartBoxOut.of(bag.parcel) if bag.parcel else None,
        )


class CartOut(BaseModel):
    """The bag. `count` is the number of units in it; `server_time` is what countdowns are measured against."""

    shops: list[ShopBagOut]
    count: int
    server_time: datetime

    @classmethod
    def of(cls, bags: list[ShopBag], *, now: datetime) -> Self:
        """The shape of a bag."""
        return cls(
            shops=[ShopBagOut.of(bag) for bag in bags],
            count=units_in(bags),
            server_time=now,
        )
