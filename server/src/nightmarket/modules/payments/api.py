"""Routes of payments: what can be paid with, how a payment stands, and the door for gateways' notifications."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import PlainTextResponse
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import is_id
from nightmarket.kernel.money import MAX_MINOR, Money
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotFound, TooManyRequests, Unavailable, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, path_id
from nightmarket.modules.identity.public import Caller, CallerDep
from nightmarket.modules.payments.errors import GatewayUnavailable, WebhookMalformed, WebhookSignatureInvalid
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.payments.schemas import MethodOut, MethodsOut, PaymentDetailOut, PaymentOut, RefundOut
from nightmarket.modules.payments.service.read_payments import (
    PaymentView,
    methods_for,
    payment_view,
    payments_by,
    refunds_of,
)
from nightmarket.modules.payments.service.settle_payment import accept_webhook, look_up_payment
from nightmarket.modules.shops.public import role_of, shop_card

router = APIRouter(tags=["payments"])

PaymentIdPath = Annotated[str, Depends(path_id("pay", "payment_id"))]
CHECKS_PER_MINUTE = 12


@router.get("/payment-methods", responses=may_raise(NotFound))
async def list_payment_methods(
    ctx: ContextDep,
    shop: Annotated[str, Query(max_length=64)],
    amount: Annotated[int | None, Query(ge=0, le=MAX_MINOR)] = None,
) -> MethodsOut:
    """The ways to pay at a shop (`shop`: its id), for an amount in minor units of its currency if one is given."""
    async with ctx.reader() as session:
        card = await shop_card(session, shop) if is_id("shp", shop) else None
    if card is None:
        raise NotFound
    wanted = None if amount is None else Money(amount, card.currency)
    offers = methods_for(ctx.port(Gateways), currency=card.currency, amount=wanted)
    return MethodsOut(items=[MethodOut.of(offer, card.currency) for offer in offers])


@router.get("/payments/{payment_id}", responses=may_raise(NotFound))
async def read_payment(payment_id: PaymentIdPath, ctx: ContextDep, caller: CallerDep) -> PaymentDetailOut:
    """A payment, for its payer and the shop's people."""
    async with ctx.reader() as session:
        return await _detail(session, payment_id, caller)


@router.post(
    "/payments/{payment_id}/check",
    responses=may_raise(NotFound, TooManyRequests, GatewayUnavailable, Unavailable),
)
async def check_payment(payment_id: PaymentIdPath, ctx: ContextDep, caller: CallerDep) -> PaymentDetailOut:
    """Back from the gateway: ask it now instead of waiting for its notification, and show where the payment is."""
    async with ctx.reader() as session:
        await _detail(session, payment_id, caller)
    await ctx.limits.hit("payment_check", payment_id, limit=CHECKS_PER_MINUTE)
    await look_up_payment(ctx, payment_id)
    async with ctx.reader() as session:
        return await _detail(session, payment_id, caller)


@router.get("/me/payments", responses=may_raise(InvalidInput))
async def list_my_payments(
    ctx: ContextDep, caller: CallerDep, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[PaymentOut]:
    """The caller's payments, newest first."""
    before = decode_id_cursor(cursor, "pay")
    async with ctx.reader() as session:
        rows = await payments_by(session, caller.id, before=before, limit=limit + 1)
    shown, more = split_page(rows, limit)
    return Page(
        items=[PaymentOut.of(view) for view in shown], next_cursor=encode_cursor(shown[-1].id) if more else None
    )


@router.post(
    "/webhooks/{provider}",
    tags=["webhooks"],
    response_class=PlainTextResponse,
    responses=may_raise(NotFound, WebhookSignatureInvalid, WebhookMalformed),
)
async def receive_webhook(
    provider: Annotated[str, Path(max_length=40)], request: Request, ctx: ContextDep
) -> PlainTextResponse:
    """A gateway's notification: verified and remembered before the answer, acted on after it."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return PlainTextResponse(await accept_webhook(ctx, provider, headers, await request.body()))


async def _detail(session: AsyncSession, payment_id: str, caller: Caller) -> PaymentDetailOut:
    view = await payment_view(session, payment_id)
    if view is None or not await _may_see(session, view, caller):
        raise NotFound
    refunds = [RefundOut.model_validate(refund) for refund in await refunds_of(session, payment_id)]
    return PaymentDetailOut(**PaymentOut.of(view).model_dump(), refunds=refunds)


async def _may_see(session: AsyncSession, view: PaymentView, caller: Caller) -> bool:
    if caller.id == view.payer_id or caller.is_admin:
        return True
    return await role_of(session, view.shop_id, caller.id) is not None
