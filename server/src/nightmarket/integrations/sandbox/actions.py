"""What a person can make the pretend gateway do: pay, decline, be late, repeat itself, err, keep quiet."""

from datetime import timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.sandbox.models import SandboxNoticeRow, SandboxPaymentRow, SandboxState
from nightmarket.integrations.sandbox.notify import notify
from nightmarket.integrations.sandbox.signing import MERCHANT
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.problems import Conflict, NotFound
from nightmarket.kernel.unit import Unit

Outcome = Literal["paid", "failed", "late", "twice", "wrong_amount", "forged", "silent"]
LATE_BY: Final = timedelta(seconds=5)
"""How long after the deadline late money comes, unless a delay is asked for."""

_UNPAID: Final[tuple[SandboxState, ...]] = ("pending", "failed", "misbooked")


class SandboxPaymentSettled(Conflict):
    """The pretend gateway has this money already; it can only repeat itself (`paid`, `twice`) or be impersonated."""

    status, code, title = 409, "sandbox-payment-settled", "This pretend payment is settled"


async def find(session: AsyncSession, payment_id: str) -> SandboxPaymentRow:
    """The newest attempt of a payment."""
    row = await session.scalar(
        sa.select(SandboxPaymentRow)
        .where(SandboxPaymentRow.payment_id == payment_id)
        .order_by(SandboxPaymentRow.created_at.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound
    return row


async def act(ctx: Context, payment_id: str, outcome: Outcome, *, delay_seconds: int | None = None) -> None:
    """Do what the person at the pay page asked for."""

    async def work(unit: Unit) -> None:
        row = await find(unit.session, payment_id)
        match outcome:
            case "paid" | "twice":
                await _pay(unit, row, copies=2 if outcome == "twice" else 1)
            case "silent":
                await _book(unit, row, "paid", row.amount_minor)
            case "failed":
                await _book(unit, row, "failed", 0)
                await _send(unit, row, status="failed", amount=row.amount_minor)
            case "wrong_amount":
                amount = row.amount_minor - 1 if row.amount_minor > 1 else row.amount_minor + 1
                await _book(unit, row, "misbooked", amount)
                await _send(unit, row, status="paid", amount=amount)
            case "forged":
                await _send(unit, row, status="paid", amount=row.amount_minor, is_forged=True)
            case "late":
                _refuse_settled(row)
                at = row.expires_at + LATE_BY if delay_seconds is None else unit.now + timedelta(seconds=delay_seconds)
                unit.enqueue(pay_late, row.reference, at=max(at, unit.now))

    await ctx.transact(work)


@job("sandbox.pay_late.v1", queue="payments")
async def pay_late(ctx: Context, reference: str) -> None:
    """The transfer that was on its way arrives."""

    async def work(unit: Unit) -> None:
        row = await unit.session.get(SandboxPaymentRow, reference)
        if row is not None and row.state != "paid":
            await _pay(unit, row, copies=1)

    await ctx.transact(work)


async def _pay(unit: Unit, row: SandboxPaymentRow, *, copies: int) -> None:
    if row.state != "paid":
        await _book(unit, row, "paid", row.amount_minor)
    await _send(unit, row, status="paid", amount=row.amount_minor, copies=copies)


async def _book(unit: Unit, row: SandboxPaymentRow, state: SandboxState, paid_minor: int) -> None:
    changed = await unit.changed_one(
        sa.update(SandboxPaymentRow)
        .where(SandboxPaymentRow.reference == row.reference, SandboxPaymentRow.state.in_(_UNPAID))
        .values(state=state, paid_minor=paid_minor)
    )
    if not changed:
        raise SandboxPaymentSettled


def _refuse_settled(row: SandboxPaymentRow) -> None:
    if row.state == "paid":
        raise SandboxPaymentSettled


async def _send(
    unit: Unit, row: SandboxPaymentRow, *, status: str, amount: int, copies: int = 1, is_forged: bool = False
) -> None:
    notice_id = new_id("sbn")
    body: dict[str, Any] = {
        "id": notice_id,
        "merchant": MERCHANT,
        "reference": row.reference,
        "status": status,
        "amount": amount,
        "currency": row.currency,
    }
    await unit.add(
        SandboxNoticeRow(id=notice_id, reference=row.reference, body=body, is_forged=is_forged, created_at=unit.now)
    )
    unit.enqueue(notify, notice_id, copies)
