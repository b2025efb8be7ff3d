"""Payments for tests: debts without orders, and a pretend gateway that reaches the application under test."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.modules.payments.models import PaymentEventRow, PaymentRow
from nightmarket.modules.payments.public import Debt, Surroundings, open_payment, start_payment

BASE_URL = "http://nightmarket.test"
AMOUNT = Money(390, "TWD")


async def connect_gateway(ctx: Context, api: httpx2.AsyncClient) -> None:
    """Outgoing HTTP of this process arrives at the application under test: the gateway can notify it."""
    if ctx.http is not api:
        await ctx.http.aclose()
        ctx.http = api


@dataclass(frozen=True)
class Owed:
    """An open payment and what it pays for."""

    payment_id: str
    payable: str
    shop_id: str
    payer_id: str


async def owe(
    ctx: Context,
    *,
    amount: Money = AMOUNT,
    payer_id: str | None = None,
    shop_id: str | None = None,
    minutes: float = 30,
) -> Owed:
    """A payment that has been started at the pretend gateway."""
    payable = new_id("ord")
    debt = Debt(
        payable=payable,
        shop_id=shop_id or new_id("shp"),
        payer_id=payer_id or new_id("usr"),
        amount=amount,
        method="sandbox",
        expires_at=ctx.clock() + timedelta(minutes=minutes),
    )
    async with ctx.unit() as unit:
        payment_id = await open_payment(unit, debt)
    await start_payment(ctx, payment_id, Surroundings(BASE_URL, description="a test"))
    return Owed(payment_id, payable, debt.shop_id, debt.payer_id)


async def press(api: httpx2.AsyncClient, payment_id: str, outcome: str, **more: Any) -> None:
    """Make the pretend gateway act."""
    response = await api.post(f"/api/v1/sandbox/payments/{payment_id}", json={"outcome": outcome, **more})
    assert response.status_code == 202, response.text


async def state_of(ctx: Context, payment_id: str) -> str:
    """The state of a payment in the database."""
    async with ctx.reader() as session:
        row = await session.get(PaymentRow, payment_id)
    assert row is not None
    return row.state


async def story_of(ctx: Context, payment_id: str) -> list[str]:
    """The kinds of what happened to a payment, in order."""
    async with ctx.reader() as session:
        rows = await session.scalars(
            sa.select(PaymentEventRow.kind).where(PaymentEventRow.payment_id == payment_id).order_by(PaymentEventRow.id)
        )
        return list(rows)
