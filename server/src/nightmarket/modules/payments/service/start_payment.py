"""Ask a gateway for the money: the buyer gets a page to go to, a code to scan, or a number to type."""

import secrets
from dataclasses import dataclass
from typing import Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound, Unavailable
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments import repository
from nightmarket.modules.payments.errors import GatewayUnavailable, PaymentMethodUnavailable
from nightmarket.modules.payments.models import AttemptRow, PaymentRow
from nightmarket.modules.payments.ports import Attempt, Gateways
from nightmarket.modules.payments.service.read_payments import PaymentView, payment_view
from nightmarket.modules.payments.states import OPEN

_REFERENCE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """What we call an attempt at a gateway: 20 characters, the shortest limit among them, and not guessable."""
    return "NM" + "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(18))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a gateway is told besides the debt: our address, where the buyer comes back to, what it is for."""

    base_url: str
    return_path: str | None = None
    description: str = ""


async def start_payment(ctx: Context, payment_id: str, around: Surroundings) -> PaymentView:
    """Register the payment at its gateway. Safe to repeat; a payment that is under way or over is only shown."""
    attempt = await ctx.transact(lambda unit: _attempt(unit, ctx, payment_id, around=around))
    if attempt is not None:
        row, open_attempt = attempt
        await _ask(ctx, row, open_attempt, description=around.description)
    async with ctx.reader() as session:
        view = await payment_view(session, payment_id)
    if view is None:
        raise NotFound
    return view


async def _attempt(
    unit: Unit, ctx: Context, payment_id: str, *, around: Surroundings
) -> tuple[PaymentRow, AttemptRow] | None:
    """The attempt that still has to be told to the gateway, if any; its reference is durable before the call."""
    row = await repository.payment(unit.session, payment_id)
    if row is None or row.state not in OPEN or row.expires_at <= unit.now:
        return None
    found = (await repository.newest_attempts(unit.session, [payment_id])).get(payment_id)
    if found is not None:
        return (row, found) if found.action is None else None
    choice = ctx.port(Gateways).for_method(row.method)
    if choice is None:
        raise PaymentMethodUnavailable(method=row.method)
    attempt = AttemptRow(
        id=new_id("att"),
        payment_id=payment_id,
        number=1,
        gateway=choice[0].name,
        reference=new_reference(),
        base_url=around.base_url,
        return_url=around.base_url + (around.return_path or f"/payments/{payment_id}"),
        created_at=unit.now,
    )
    if not await unit.add_new(attempt):
        return None
    return row, attempt


async def _ask(ctx: Context, row: PaymentRow, attempt: AttemptRow, *, description: str) -> None:
    gateway = ctx.port(Gateways).named(attempt.gateway)
    if gateway is None:
        raise PaymentMethodUnavailable(method=row.method)
    try:
        started = await gateway.start(
            Attempt(
                payment_id=row.id,
                reference=attempt.reference,
                method=row.method,
                amount=Money(row.amount_minor, row.currency),
                description=description,
                expires_at=row.expires_at,
                base_url=attempt.base_url,
                return_url=attempt.return_url,
            )
        )
    except Unavailable as error:
        raise GatewayUnavailable(payment_id=row.id, retry_after=2) from error

    async def keep(unit: Unit) -> None:
        if await repository.set_started(unit, attempt.id, started.action, started.external_id):
            await repository.move(unit, row.id, "pending")
            await repository.note(unit, row.id, "started", source=attempt.gateway)

    await ctx.transact(keep)
