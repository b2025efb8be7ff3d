"""HTTP shapes of orders."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.money import Money, MoneyModel
from nightmarket.kernel.text import Line, Prose
from nightmarket.modules.identity.public import AddressIn
from nightmarket.modules.orders.models import OrderLineRow
from nightmarket.modules.orders.policy import ShippingMethod
from nightmarket.modules.orders.service.read_orders import OrderView
from nightmarket.modules.orders.states import CancelReason, State
from nightmarket.modules.payments.public import PaymentOut

MAX_LINES = 100
ClaimId = Annotated[str, IdShape("clm")]
VariantId = Annotated[str, IdShape("var")]
Quantity = Annotated[int, Field(ge=1, le=99, strict=True)]
MethodName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineIn(_In):
    """So many of a variant."""

    variant_id: VariantId
    quantity: Quantity


def _without_repeats(lines: list[LineIn]) -> dict[str, int]:
    units = {line.variant_id: line.quantity for line in lines}
    if len(units) != len(lines):
        raise ValueError("a variant may be named only once")
    return units


class PlaceOrderIn(_In):
    """What to order from one shop. With neither `claim_ids` nor `lines`: everything of this shop in the bag.

    `expected_total`, when given, must be what the order comes to: then no price changes under the buyer's thumb.
    """

    shop_id: Annotated[str, IdShape("shp")]
    claim_ids: Annotated[list[ClaimId] | None, Field(max_length=MAX_LINES)] = None
    lines: Annotated[list[LineIn] | None, Field(max_length=MAX_LINES)] = None
    address_id: Annotated[str | None, Field(max_length=64)] = None
    address: AddressIn | None = None
    shipping_method: ShippingMethod = "home"
    payment_method: MethodName
    note: Annotated[str, Prose(500)] | None = None
    expected_total: MoneyModel | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if self.lines is not None:
            _without_repeats(self.lines)
        if self.claim_ids is not None and len(set(self.claim_ids)) != len(self.claim_ids):
            raise ValueError("a claim may be named only once")
        return self

    def units(self) -> dict[str, int] | None:
        """The lines as units by variant."""
        return None if self.lines is None else _without_repeats(self.lines)


class PayAgainIn(_In):
    """How to pay this time."""

    payment_method: MethodName


class RefundIn(_In):
    """What to give back. `lines` name the units that are for sale again when `restock` is set."""

    amount: MoneyModel
    reason: Annotated[str, Line(300)]
    lines: Annotated[list[LineIn] | None, Field(max_length=MAX_LINES)] = None
    restock: bool = False

    @model_validator(mode="after")
    def _lines_to_restock(self) -> Self:
        if self.restock and not self.lines:
            raise ValueError("name the lines to restock")
        if self.lines:
            _without_repeats(self.lines)
        return self

    def units(self) -> dict[str, int]:
        """What goes back on the shelf."""
        return _without_repeats(self.lines or []) if self.restock else {}


class ShipmentIn(_In):
    """A parcel that has left."""

    carrier: Annotated[str, Line(60)]
    tracking_number: Annotated[str, Line(60)]


class OrderShopOut(BaseModel):
    """Whose order it is to fulfil."""

    id: str
    name: str
    slug: str
    market: str
    currency: str


class OrderBuyerOut(BaseModel):
    """Whose order it is."""

    id: str
    display_name: str


class OrderLineOut(BaseModel):
    """So many of a variant at the price of the order."""

    id: str
    variant_id: str
    product_id: str
    title: str
    sku: str | None
    options: dict[str, str]
    image_url: str | None
    quantity: int
    unit_price: MoneyModel
    line_total: MoneyModel
    claim_id: str | None
    stream_id: str | None
    code: str | None


class ShipmentOut(BaseModel):
    """A parcel."""

    id: str
    carrier: str
    tracking_number: str
    shipped_at: datetime


class OrderStepOut(BaseModel):
    """Something that happened to the order, and when."""

    state: str
    at: datetime


class OrderOut(BaseModel):
    """An order. `payments` are its attempts to be paid, oldest first."""

    id: str
    number: str
    state: State
    cancel_reason: CancelReason | None
    shop_id: str
    shop: OrderShopOut | None
    buyer: OrderBuyerOut | None
    created_at: datetime
    pay_by: datetime
    paid_at: datetime | None
    lines: list[OrderLineOut]
    subtotal: MoneyModel
    shipping: MoneyModel
    discount: MoneyModel
    total: MoneyModel
    refunded: MoneyModel
    shipping_method: str
    address: dict[str, str | None]
    note: str | None
    payments: list[PaymentOut]
    shipments: list[ShipmentOut]
    history: list[OrderStepOut]

    @classmethod
    def of(cls, view: OrderView) -> Self:
        """The shape of an order."""
        row = view.row

        def money(minor: int) -> MoneyModel:
            return MoneyModel.of(Money(minor, row.currency))

        return cls(
            id=row.id,
            number=row.number,
            state=row.state,
            cancel_reason=row.cancel_reason,
            shop_id=row.shop_id,
            shop=_shop(view),
            buyer=OrderBuyerOut(id=view.buyer.id, display_name=view.buyer.display_name) if view.buyer else None,
            created_at=row.placed_at,
            pay_by=row.pay_by,
            paid_at=row.paid_at,
            lines=[_line(view, line) for line in view.lines],
            subtotal=money(row.subtotal_minor),
            shipping=money(row.shipping_minor),
            discount=money(row.discount_minor),
            total=money(row.total_minor),
            refunded=MoneyModel.of(view.refunded),
            shipping_method=row.shipping_method,
            address=row.address,
            note=row.note,
            payments=[PaymentOut.of(payment) for payment in view.payments],
            shipments=[
                ShipmentOut(
                    id=parcel.id,
                    carrier=parcel.carrier,
                    tracking_number=parcel.tracking_number,
                    shipped_at=parcel.shipped_at,
                )
                for parcel in view.shipments
            ],
            history=[OrderStepOut(state=step.kind, at=step.at) for step in view.events],
        )


def _shop(view: OrderView) -> OrderShopOut | None:
    shop = view.shop
    if shop is None:
        return None
    return OrderShopOut(id=shop.id, name=shop.name, slug=shop.slug, market=shop.market, currency=shop.currency)


def _line(view: OrderView, line: OrderLineRow) -> OrderLineOut:
    price = Money(line.unit_price_minor, view.row.currency)
    card = view.cards.get(line.variant_id)
    return OrderLineOut(
        id=line.id,
        variant_id=line.variant_id,
        product_id=line.product_id,
        title=line.title,
        sku=line.sku,
        options=line.options,
        image_url=card.image_url if card else None,
        quantity=line.quantity,
        unit_price=MoneyModel.of(price),
        line_total=MoneyModel.of(price * line.quantity),
        claim_id=line.claim_id,
        stream_id=line.stream_id,
        code=line.code,
    )


class PlacedOrderOut(BaseModel):
    """The order, and the payment with what the buyer does next."""

    order: OrderOut
    payment: PaymentOut


class RefundRequestedOut(BaseModel):
    """The refund that is now under way."""

    id: str
    amount: MoneyModel
    state: Literal["requested"] = "requested"


class RefundedOrderOut(BaseModel):
    """The refund and the order as it is now; the money's way back takes a moment."""

    refund: RefundRequestedOut
    order: OrderOut
