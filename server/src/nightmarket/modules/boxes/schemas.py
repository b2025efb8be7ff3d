"""HTTP shapes of boxes."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from nightmarket.kernel.money import Currency, Money, MoneyModel
from nightmarket.modules.boxes.service.read_boxes import BoxView
from nightmarket.modules.boxes.states import LineState, State
from nightmarket.modules.claims.public import ClaimView


class BoxShopOut(BaseModel):
    """Whose goods these are."""

    id: str
    name: str
    slug: str
    market: str
    currency: str


class BoxBuyerOut(BaseModel):
    """Whose box it is."""

    id: str
    display_name: str


class BoxSumOut(BaseModel):
    """A computed sum; it may be larger than any single amount that is accepted."""

    amount: int
    currency: Currency

    @classmethod
    def of(cls, money: Money) -> Self:
        """The wire form."""
        return cls.model_validate(money.as_json())


class BoxLineOut(BaseModel):
    """A claim in the box: `held` waits to be ordered, `ordered` is in one of the box's orders."""

    claim_id: str
    state: LineState
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
    line_total: BoxSumOut
    hold_expires_at: datetime | None
    order_id: str | None


class BoxOut(BaseModel):
    """A box. `subtotal`, `shipping`, `discount` and `total`: what ordering everything that is held would come to now.

    `discount` gives back shipping that was paid with earlier orders of the box and is free by now; `ordered` is what
    the goods of those orders cost that are paid; `missing_for_free` counts them in. An order that waits for its money
    is in `order_ids` alone: it may come to nothing.
    """

    id: str
    shop_id: str
    shop: BoxShopOut
    buyer: BoxBuyerOut | None
    state: State
    is_current: bool
    opened_at: datetime
    expires_at: datetime
    lines: list[BoxLineOut]
    order_ids: list[str]
    ordered: BoxSumOut
    subtotal: BoxSumOut
    shipping: BoxSumOut
    discount: BoxSumOut
    total: BoxSumOut
    free_shipping_from: BoxSumOut | None
    missing_for_free: BoxSumOut | None

    @classmethod
    def of(cls, view: BoxView) -> Self:
        """The shape of a box."""
        box, shop, price = view.box, view.shop, view.price
        free_from, missing = view.terms.free_from, view.missing_for_free
        return cls(
            id=box.id,
            shop_id=box.shop_id,
            shop=BoxShopOut(id=shop.id, name=shop.name, slug=shop.slug, market=shop.market, currency=shop.currency),
            buyer=BoxBuyerOut(id=view.buyer.id, display_name=view.buyer.display_name) if view.buyer else None,
            state=box.state,
            is_current=box.is_current is not None,
            opened_at=box.opened_at,
            expires_at=box.expires_at,
            lines=[_line(view, claim) for claim in view.claims],
            order_ids=view.order_ids,
            ordered=BoxSumOut.of(view.parcel.goods),
            subtotal=BoxSumOut.of(view.subtotal),
            shipping=BoxSumOut.of(price.shipping),
            discount=BoxSumOut.of(price.credit),
            total=BoxSumOut.of(view.total),
            free_shipping_from=BoxSumOut.of(free_from) if free_from else None,
            missing_for_free=BoxSumOut.of(missing) if missing else None,
        )


def _line(view: BoxView, claim: ClaimView) -> BoxLineOut:
    card = view.cards.get(claim.variant_id)
    return BoxLineOut(
        claim_id=claim.id,
        state="held" if claim.state == "held" else "ordered",
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
        line_total=BoxSumOut.of(claim.unit_price * claim.quantity),
        hold_expires_at=claim.hold_expires_at if claim.state == "held" else None,
        order_id=claim.order_id,
    )
