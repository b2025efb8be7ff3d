"""Every SQL statement of payments."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments.models import AttemptRow, PaymentEventRow, PaymentRow, RefundRow
from nightmarket.modules.payments.states import OPEN, SETTLED, State, sources_of


async def payment(session: AsyncSession, payment_id: str) -> PaymentRow | None:
    """A payment as it is now."""
    return await session.get(PaymentRow, payment_id, populate_existing=True)


async def payments_for(session: AsyncSession, payables: Collection[str]) -> Sequence[PaymentRow]:
    """All payments of some payables, oldest first."""
    if not payables:
        return []
    return (
        await session.scalars(sa.select(PaymentRow).where(PaymentRow.payable.in_(payables)).order_by(PaymentRow.id))
    ).all()


async def payments_by(session: AsyncSession, payer_id: str, *, before: str | None, limit: int) -> Sequence[PaymentRow]:
    """A payer's payments, newest first."""
    query = sa.select(PaymentRow).where(PaymentRow.payer_id == payer_id).order_by(PaymentRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(PaymentRow.id < before)
    return (await session.scalars(query)).all()


async def newest_attempts(session: AsyncSession, payment_ids: Collection[str]) -> dict[str, AttemptRow]:
    """The last attempt of each payment."""
    if not payment_ids:
        return {}
    rows = await session.scalars(
        sa.select(AttemptRow).where(AttemptRow.payment_id.in_(payment_ids)).order_by(AttemptRow.number)
    )
    return {row.payment_id: row for row in rows}


async def attempt_by_reference(session: AsyncSession, gateway: str, reference: str) -> AttemptRow | None:
    """Which attempt a gateway speaks of."""
    return await session.scalar(
        sa.select(AttemptRow).where(AttemptRow.reference == reference, AttemptRow.gateway == gateway)
    )


async def refunds_of(session: AsyncSession, payment_id: str) -> Sequence[RefundRow]:
    """The refunds of a payment, oldest first."""
    return (
        await session.scalars(sa.select(RefundRow).where(RefundRow.payment_id == payment_id).order_by(RefundRow.id))
    ).all()


async def refund(session: AsyncSession, refund_id: str) -> RefundRow | None:
    """One refund as it is now."""
    return await session.get(RefundRow, refund_id, populate_existing=True)


async def unsent_refunds(session: AsyncSession, before: datetime, limit: int) -> Sequence[str]:
    """Refunds asked for before a moment that no gateway has done or refused, longest waiting first."""
    return (
        await session.scalars(
            sa.select(RefundRow.id)
            .where(RefundRow.state == "requested", RefundRow.requested_at < before)
            .order_by(RefundRow.requested_at)
            .limit(limit)
        )
    ).all()


async def events_of(session: AsyncSession, payment_id: str) -> Sequence[PaymentEventRow]:
    """The story of a payment."""
    return (
        await session.scalars(
            sa.select(PaymentEventRow).where(PaymentEventRow.payment_id == payment_id).order_by(PaymentEventRow.id)
        )
    ).all()


async def due_for_look(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Payments whose truth should be asked for again."""
    return (
        await session.scalars(
            sa.select(PaymentRow.id)
            .where(PaymentRow.next_look_at <= now)
            .order_by(PaymentRow.next_look_at)
            .limit(limit)
        )
    ).all()


async def overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Open payments whose time is over."""
    return (
        await session.scalars(
            sa.select(PaymentRow.id)
            .where(PaymentRow.state.in_(OPEN), PaymentRow.expires_at <= now)
            .order_by(PaymentRow.expires_at)
            .limit(limit)
        )
    ).all()


async def note(unit: Unit, payment_id: str, kind: str, *, source: str, details: dict[str, Any] | None = None) -> None:
    """Add to the story."""
    await unit.add(
        PaymentEventRow(
            id=new_id("pev"), payment_id=payment_id, kind=kind, source=source, details=details or {}, at=unit.now
        )
    )


async def move(unit: Unit, payment_id: str, target: State, **values: Any) -> bool:
    """Change the state if the table of moves allows it. Of several callers at once, one wins."""
    return await unit.changed_one(
        sa.update(PaymentRow)
        .where(PaymentRow.id == payment_id, PaymentRow.state.in_(sources_of(target)))
        .values(state=target, **values)
    )


async def set_started(unit: Unit, attempt_id: str, action: dict[str, Any], external_id: str | None) -> bool:
    """Keep what the gateway answered; the first answer stays."""
    return await unit.changed_one(
        sa.update(AttemptRow)
        .where(AttemptRow.id == attempt_id, AttemptRow.action.is_(None))
        .values(action=action, external_id=external_id)
    )


async def replace_action(unit: Unit, attempt_id: str, action: dict[str, Any]) -> None:
    """The gateway has given the buyer something new to do."""
    await unit.changed(sa.update(AttemptRow).where(AttemptRow.id == attempt_id).values(action=action))


async def plan_look(unit: Unit, payment_id: str, at: datetime | None, *, seen: int) -> None:
    """When to ask next; `seen` is the count this decision is based on."""
    await unit.changed(
        sa.update(PaymentRow)
        .where(PaymentRow.id == payment_id, PaymentRow.look_count == seen)
        .values(next_look_at=at, look_count=seen + 1)
    )


async def reserve_refund(unit: Unit, payment_id: str, amount_minor: int) -> bool:
    """Set part of a captured payment aside for a refund; False when less than that is left."""
    return await unit.changed_one(
        sa.update(PaymentRow)
        .where(
            PaymentRow.id == payment_id,
            PaymentRow.state.in_(SETTLED),
            PaymentRow.refund_reserved_minor + amount_minor <= PaymentRow.amount_minor,
        )
        .values(refund_reserved_minor=PaymentRow.refund_reserved_minor + amount_minor)
    )


async def unreserve_refund(unit: Unit, payment_id: str, amount_minor: int) -> None:
    """The gateway refused: the money may be asked back again."""
    await unit.changed(
        sa.update(PaymentRow)
        .where(PaymentRow.id == payment_id, PaymentRow.refund_reserved_minor >= amount_minor)
        .values(refund_reserved_minor=PaymentRow.refund_reserved_minor - amount_minor)
    )


async def finish_refund(unit: Unit, refund_id: str, state: str) -> bool:
    """Close a refund; False when it was closed already."""
    return await unit.changed_one(
        sa.update(RefundRow)
        .where(RefundRow.id == refund_id, RefundRow.state == "requested")
        .values(state=state, finished_at=unit.now)
    )


async def add_refunded(unit: Unit, payment_id: str, amount_minor: int) -> bool:
    """Book a done refund: the state follows from what is left."""
    refunded = PaymentRow.refunded_minor + amount_minor
    # MySQL assigns from left to right and sees the new values on the right-hand side: the state comes first.
    return await unit.changed_one(
        sa.update(PaymentRow)
        .where(PaymentRow.id == payment_id, PaymentRow.state.in_(sources_of("partially_refunded")))
        .ordered_values(
            (
                PaymentRow.state,
                sa.case((refunded >= PaymentRow.amount_minor, "refunded"), else_="partially_refunded"),
            ),
            (PaymentRow.refunded_minor, refunded),
        )
    )
