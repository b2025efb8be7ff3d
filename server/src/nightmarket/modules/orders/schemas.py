"""HTTP shapes of orders."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.money import Money, MoneyModel
from nightmarket.kernel.text import Line, Prose
from nightmarket.modules.identity.public import AddressIn, Phone, PlaceName
from nightmarket.modules.orders.models import OrderLineRow
from nightmarket.modules.orders.policy import ShippingMethod
from nightmarket.modules.orders.service.cancel_order import CancelWish
from nightmarket.modules.orders.service.edit_order import LineWish, OrderEdit
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


class ContactIn(_In):
    """Who takes the parcel, and how to reach them; what is left out stays."""

    recipient: PlaceName | None = None
    phone: Phone | None = None


class EditedLineIn(_In):
    """How many units a line shall have (0: none of it), or how many of a variant that no show sold.

    Both say how it shall be afterwards, so that saying it twice changes nothing more.
    """

    line_id: Annotated[str | None, IdShape("oli")] = None
    variant_id: VariantId | None = None
    quantity: Annotated[int, Field(ge=0, le=99, strict=True)]

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.line_id is None) is (self.variant_id is None):
            raise ValueError("name a line or a variant")
        if self.variant_id is not None and self.quantity == 0:
            raise ValueError("a new line needs at least one unit")
        return self


class OrderBoxIn(_In):
    """How to pay and send what waits in a box. `expected_total` as for any order."""

    address_id: Annotated[str | None, Field(max_length=64)] = None
    address: AddressIn | None = None
    shipping_method: ShippingMethod = "home"
    payment_method: MethodName
    note: Annotated[str, Prose(500)] | None = None
    expected_total: MoneyModel | None = None


class OrderPatchIn(_In):
    """What shall be different; what is left out (or null) stays. `lines` are for the shop. `note: ""` takes it away."""

    address: AddressIn | None = None
    contact: ContactIn | None = None
    note: Annotated[str, Prose(500)] | None = None
    lines: Annotated[list[EditedLineIn] | None, Field(max_length=MAX_LINES)] = None

    @model_validator(mode="after")
    def _each_line_once(self) -> Self:
        named = [line.line_id or line.variant_id for line in self.lines or []]
        if len(set(named)) != len(named):
            raise ValueError("a line may be named only once")
        return self

    def edit(self) -> OrderEdit:
        """What shall be different."""
        return OrderEdit(
            address=self.address.address() if self.address else None,
            recipient=self.contact.recipient if self.contact else None,
            phone=self.contact.phone if self.contact else None,
            note=self.note,
            lines=[LineWish(line.quantity, line.line_id, line.variant_id) for line in self.lines or []],
        )


class CancelledLineIn(_In):
    """So many units of a line."""

    line_id: Annotated[str, IdShape("oli")]
    quantity: Quantity


class CancelIn(_In):
    """Why, and which units; without `lines` the whole order."""

    reason: Annotated[str, Line(300)] | None = None
    lines: Annotated[list[CancelledLineIn] | None, Field(min_length=1, max_length=MAX_LINES)] = None

    @model_validator(mode="after")
    def _each_line_once(self) -> Self:
        if self.lines is not None and len({line.line_id for line in self.lines}) != len(self.lines):
            raise ValueError("a line may be named only once")
        return self

    def wish(self) -> CancelWish:
        """What is given up."""
        lines = None if self.lines is None else {line.line_id: line.quantity for line in self.lines}
        return CancelWish(self.reason, lines)


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
    """So many of a variant at the price of the order. `quantity` are still ordered, `cancelled` were taken out."""

    id: str
    variant_id: str
    product_id: str
    title: str
    sku: str | None
    options: dict[str, str]
    image_url: str | None
    quantity: int
    cancelled: int
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
    """An order. `payments` are its attempts to be paid, oldest first; `due` is what is still to be paid."""

    id: str
    number: str
    state: State
    cancel_reason: CancelReason | None
    shop_id: str
    box_id: str | None
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
    due: MoneyModel
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
            box_id=row.box_id,
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
            due=money(row.total_minor if row.state == "pending_payment" else 0),
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
        quantity=line.units,
        cancelled=line.cancelled,
        unit_price=MoneyModel.of(price),
        line_total=MoneyModel.of(price * line.units),
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
