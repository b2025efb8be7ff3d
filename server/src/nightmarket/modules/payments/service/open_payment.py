"""Open a payment for something payable, and close the open ones again."""

from dataclasses import dataclass
from datetime import datetime

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.errors import PaymentMethodUnavailable
from nightmarket.modules.payments.events import PaymentExpired
from nightmarket.modules.payments.models import PaymentRow
from nightmarket.modules.payments.policy import FIRST_LOOK, next_look
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.payments.states import OPEN, State


def check_method(gateways: Gateways, method: str, amount: Money) -> None:
    """Refuse a method that no gateway brings or that does not take this amount."""
    found = gateways.for_method(method)
    if found is None or not found[1].takes(amount):
        raise PaymentMethodUnavailable(method=method)


def is_paid_later(gateways: Gateways, method: str) -> bool:
    """Whether the money comes only with the parcel; False also for a method nobody brings."""
    found = gateways.for_method(method)
    return found is not None and found[1].is_paid_later


@dataclass(frozen=True, slots=True)
class Debt:
    """What somebody owes: for what, to which shop, how much, how they want to pay it, until when."""

    payable: str
    shop_id: str
    payer_id: str
    amount: Money
    method: str
    expires_at: datetime


async def open_payment(unit: Unit, debt: Debt) -> str:
    """Somebody owes this much from now on. Nothing is asked of a gateway yet: that is `start_payment`."""
    row = PaymentRow(
        id=new_id("pay"),
        payable=debt.payable,
        shop_id=debt.shop_id,
        payer_id=debt.payer_id,
        method=debt.method,
        state="created",
        amount_minor=debt.amount.minor,
        currency=debt.amount.currency,
        refund_reserved_minor=0,
        refunded_minor=0,
        expires_at=debt.expires_at,
        created_at=unit.now,
        next_look_at=unit.now + FIRST_LOOK,
        look_count=0,
    )
    await unit.add(row)
    await repository.note(unit, row.id, "opened", source="buyer", details=debt.amount.as_json())
    return row.id


async def cancel_open(unit: Unit, payable: str) -> None:
    """The payable is off: its open payments are cancelled. Money that still arrives is announced as captured."""
    await _close(unit, payable, "cancelled")


async def expire_open(unit: Unit, payable: str) -> None:
    """The time to pay is over for everything still open."""
    await _close(unit, payable, "expired")


async def _close(unit: Unit, payable: str, target: State) -> None:
    for row in await repository.payments_for(unit.session, [payable]):
        if row.state in OPEN:
            await close_one(unit, row, target)


async def close_one(unit: Unit, row: PaymentRow, target: State) -> bool:
    """Close one open payment, unless it has moved meanwhile."""
    later = next_look(now=unit.now, created_at=row.created_at, expires_at=unit.now, look_count=row.look_count)
    if not await repository.move(unit, row.id, target, next_look_at=later):
        return False
    await repository.note(unit, row.id, target, source="system")
    if target == "expired":
        unit.announce(PaymentExpired(payment_id=row.id, payable=row.payable))
    return True
