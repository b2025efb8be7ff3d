"""Payments as their payer and the shop see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.money import Money
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.models import AttemptRow, PaymentRow, RefundRow
from nightmarket.modules.payments.ports import Action, Gateways, MethodOffer
from nightmarket.modules.payments.states import OPEN, SETTLED, State


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment at one moment; `action` is what the payer should do next, while there is something to do."""

    id: str
    payable: str
    shop_id: str
    payer_id: str
    method: str
    state: State
    amount: Money
    refunded: Money
    refundable: Money
    """What is left of it to ask back."""
    action: Action | None
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None


def view_of(row: PaymentRow, attempt: AttemptRow | None) -> PaymentView:
    """The view of a row and its last attempt."""
    return PaymentView(
        id=row.id,
        payable=row.payable,
        shop_id=row.shop_id,
        payer_id=row.payer_id,
        method=row.method,
        state=row.state,
        amount=Money(row.amount_minor, row.currency),
        refunded=Money(row.refunded_minor, row.currency),
        refundable=Money(row.amount_minor - row.refund_reserved_minor if row.state in SETTLED else 0, row.currency),
        action=attempt.action if attempt is not None and row.state in OPEN else None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
    )


async def _views(session: AsyncSession, rows: Sequence[PaymentRow]) -> list[PaymentView]:
    attempts = await repository.newest_attempts(session, [row.id for row in rows])
    return [view_of(row, attempts.get(row.id)) for row in rows]


async def payment_view(session: AsyncSession, payment_id: str) -> PaymentView | None:
    """One payment."""
    row = await repository.payment(session, payment_id)
    return None if row is None else (await _views(session, [row]))[0]


async def payments_of(session: AsyncSession, payables: Collection[str]) -> dict[str, list[PaymentView]]:
    """The payments of each payable, oldest first; every payable has a list."""
    found: dict[str, list[PaymentView]] = {payable: [] for payable in payables}
    for view in await _views(session, await repository.payments_for(session, payables)):
        found[view.payable].append(view)
    return found


async def payments_by(session: AsyncSession, payer_id: str, *, before: str | None, limit: int) -> list[PaymentView]:
    """A payer's own payments, newest first."""
    return await _views(session, await repository.payments_by(session, payer_id, before=before, limit=limit))


async def refunds_of(session: AsyncSession, payment_id: str) -> list[dict[str, Any]]:
    """The refunds of a payment, oldest first."""
    row = await repository.payment(session, payment_id)
    refunds = await repository.refunds_of(session, payment_id) if row else []
    return [_refund_json(refund, row.currency) for refund in refunds if row]


def _refund_json(row: RefundRow, currency: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "amount": Money(row.amount_minor, currency).as_json(),
        "reason": row.reason,
        "state": row.state,
        "requested_at": row.requested_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }


def methods_for(gateways: Gateways, *, currency: str, amount: Money | None = None) -> list[MethodOffer]:
    """The methods that take this currency, and this amount when it is known."""
    return [
        offer for offer in gateways.offers() if currency in offer.currencies and (amount is None or offer.takes(amount))
    ]
