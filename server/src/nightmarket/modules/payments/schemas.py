"""HTTP shapes of payments."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter

from nightmarket.kernel.money import MoneyModel
from nightmarket.modules.payments.ports import MethodOffer
from nightmarket.modules.payments.service.read_payments import PaymentView
from nightmarket.modules.payments.states import State


class RedirectAction(BaseModel):
    """Send the browser to `url`."""

    type: Literal["redirect"]
    url: str


class FormAction(BaseModel):
    """Post `fields` as a form to `url`."""

    type: Literal["form"]
    url: str
    fields: dict[str, str]


class QrAction(BaseModel):
    """Show a QR code to scan with a banking app."""

    type: Literal["qr"]
    payload: str
    image: str
    expires_at: datetime


class CodeAction(BaseModel):
    """Show a code to type at a cash point, a counter or in a bank app."""

    type: Literal["code"]
    code: str
    expires_at: datetime


class NoAction(BaseModel):
    """Nothing to do right now."""

    type: Literal["none"]


ActionOut = Annotated[RedirectAction | FormAction | QrAction | CodeAction | NoAction, Field(discriminator="type")]
_ACTION: TypeAdapter[Any] = TypeAdapter(ActionOut)


class RefundOut(BaseModel):
    """Money on its way back, or back."""

    id: str
    amount: MoneyModel
    reason: str
    state: Literal["requested", "done", "failed"]
    requested_at: datetime
    finished_at: datetime | None


class PaymentOut(BaseModel):
    """One payment. `payable` is what it pays for, an order id as a rule; `action` is what the payer does next."""

    id: str
    payable: str
    method: str
    state: State
    amount: MoneyModel
    refunded: MoneyModel
    action: ActionOut
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None

    @classmethod
    def of(cls, view: PaymentView) -> Self:
        """The shape of a payment."""
        return cls(
            id=view.id,
            payable=view.payable,
            method=view.method,
            state=view.state,
            amount=MoneyModel.of(view.amount),
            refunded=MoneyModel.of(view.refunded),
            action=_ACTION.validate_python(view.action or {"type": "none"}),
            created_at=view.created_at,
            expires_at=view.expires_at,
            paid_at=view.paid_at,
        )


class PaymentDetailOut(PaymentOut):
    """A payment with its refunds."""

    refunds: list[RefundOut] = []


class MethodOut(BaseModel):
    """A way to pay at a shop, with the amounts it takes."""

    method: str
    least: MoneyModel
    most: MoneyModel

    @classmethod
    def of(cls, offer: MethodOffer, currency: str) -> Self:
        """The shape of an offer in one currency."""
        return cls.model_validate(
            {
                "method": offer.name,
                "least": {"amount": offer.least_minor, "currency": currency},
                "most": {"amount": offer.most_minor, "currency": currency},
            }
        )


class MethodsOut(BaseModel):
    """The ways to pay at a shop."""

    items: list[MethodOut]
    next_cursor: str | None = None
