"""Routes of orders, for buyers and for the shop."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import IdempotencyKey, answer_once, once
from nightmarket.kernel.paging import Page, decode_id_cursor
from nightmarket.kernel.problems import (
    BadRequest,
    IdempotencyKeyRequired,
    InvalidInput,
    NotAllowed,
    NotFound,
    Unavailable,
    may_raise,
)
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, IdempotencyDep, OptionalIdempotencyDep
from nightmarket.modules.boxes.public import box_for
from nightmarket.modules.buyers.errors import BuyerBlocked, PrepayRequired
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.identity.public import Caller, CallerDep
from nightmarket.modules.orders.errors import (
    AddressRequired,
    AddressUnknown,
    LineUnavailable,
    NothingToOrder,
    OrderStateConflict,
    OutOfStock,
    PaymentTimeOver,
    PriceChanged,
)
from nightmarket.modules.orders.repository import OrderFilter
from nightmarket.modules.orders.schemas import (
    CancelIn,
    OrderBoxIn,
    OrderOut,
    OrderPatchIn,
    PayAgainIn,
    PlacedOrderOut,
    PlaceOrderIn,
)
from nightmarket.modules.orders.service.cancel_order import CancelWish, cancel_order
from nightmarket.modules.orders.service.edit_order import edit_order
from nightmarket.modules.orders.service.pay_again import pay_again, start_order_payment
from nightmarket.modules.orders.service.place_order import PlaceOrder, place_order
from nightmarket.modules.orders.service.read_orders import order_for, order_view
from nightmarket.modules.orders.shop_api import (
    IDEMPOTENT,
    BoxIdPath,
    ListingQuery,
    OrderIdPath,
    order_page,
    shown_order,
)
from nightmarket.modules.orders.shop_api import router as shop_router
from nightmarket.modules.payments.errors import (
    GatewayUnavailable,
    PaymentMethodUnavailable,
    RefundTooLarge,
)
from nightmarket.modules.payments.public import PaymentOut, payment_view

router = APIRouter(tags=["orders"])
router.include_router(shop_router)


MAX_BASE_URL = 200


@router.post(
    "/orders",
    status_code=201,
    response_model=PlacedOrderOut,
    responses=may_raise(
        NotFound,
        ClaimNotHeld,
        OutOfStock,
        LineUnavailable,
        PriceChanged,
        NothingToOrder,
        AddressRequired,
        AddressUnknown,
        PaymentMethodUnavailable,
        BuyerBlocked,
        PrepayRequired,
        Unavailable,
        *IDEMPOTENT,
    ),
)
async def create_order(
    body: PlaceOrderIn, request: Request, ctx: ContextDep, *, caller: CallerDep, key: IdempotencyDep
) -> JSONResponse:
    """Make one order of claims and bag lines of a shop, and open its payment.

    A repeat with the same key answers with the same order as it is now, and what to do about its payment now.
    """
    wish = PlaceOrder(
        buyer_id=caller.id,
        shop_id=body.shop_id,
        claim_ids=body.claim_ids,
        lines=body.units(),
        **_how(body),
    )
    return await _place(ctx, request, key, wish)


@router.post(
    "/boxes/{box_id}/orders",
    status_code=201,
    response_model=PlacedOrderOut,
    responses=may_raise(
        NotFound,
        ClaimNotHeld,
        LineUnavailable,
        PriceChanged,
        NothingToOrder,
        AddressRequired,
        AddressUnknown,
        PaymentMethodUnavailable,
        BuyerBlocked,
        PrepayRequired,
        Unavailable,
        *IDEMPOTENT,
    ),
)
async def order_box(
    box_id: BoxIdPath, body: OrderBoxIn, request: Request, *, ctx: ContextDep, caller: CallerDep, key: IdempotencyDep
) -> JSONResponse:
    """Make one order of everything that waits in a box. Where earlier orders of the box were not packed yet it is a
    top-up: it pays only what it adds to the shipping of the parcel."""
    async with ctx.reader() as session:
        view = await box_for(session, ctx, box_id, caller=caller)
    if view.box.buyer_id != caller.id:
        raise NotFound
    wish = PlaceOrder(
        buyer_id=caller.id,
        shop_id=view.box.shop_id,
        claim_ids=[claim.id for claim in view.held],
        lines={},
        **_how(body),
    )
    return await _place(ctx, request, key, wish)


@router.get("/orders", responses=may_raise(InvalidInput))
async def list_my_orders(ctx: ContextDep, caller: CallerDep, listing: ListingQuery) -> Page[OrderOut]:
    """The caller's orders, newest first."""
    wanted = OrderFilter(buyer_id=caller.id, state=listing.state, before=decode_id_cursor(listing.cursor, "ord"))
    return await order_page(ctx, wanted, listing.limit)


@router.get("/orders/{order_id}", responses=may_raise(NotFound))
async def read_order(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """An order, for its buyer and the shop's people."""
    async with ctx.reader() as session:
        return OrderOut.of(await order_for(session, ctx, order_id, caller=caller))


@router.patch(
    "/orders/{order_id}",
    response_model=OrderOut,
    responses=may_raise(
        NotFound,
        NotAllowed,
        OrderStateConflict,
        OutOfStock,
        LineUnavailable,
        RefundTooLarge,
        BuyerBlocked,
        InvalidInput,
        Unavailable,
        *IDEMPOTENT,
    ),
)
async def edit(
    order_id: OrderIdPath, body: OrderPatchIn, ctx: ContextDep, *, caller: CallerDep, key: OptionalIdempotencyDep
) -> JSONResponse:
    """Change an order that nobody has begun to pack: address and note by its buyer or the shop, lines by the shop.

    Fewer units of a paid order are paid back, which is for an owner to do; more units need an order that is not paid
    yet. An open payment asks for the new sum from then on. Changing lines needs an `Idempotency-Key`; as quantities say
    what there shall be, the same wish under a new key does no harm either.
    """
    if body.lines and key is None:
        raise IdempotencyKeyRequired
    change = body.edit()
    return await _once_shown(
        ctx, key, caller, order_id, lambda unit: edit_order(unit, ctx, order_id, change, caller=caller)
    )


@router.post(
    "/orders/{order_id}/cancel",
    response_model=OrderOut,
    responses=may_raise(
        NotFound, NotAllowed, OrderStateConflict, RefundTooLarge, InvalidInput, Unavailable, *IDEMPOTENT
    ),
)
async def cancel(
    order_id: OrderIdPath,
    ctx: ContextDep,
    caller: CallerDep,
    key: OptionalIdempotencyDep,
    *,
    body: CancelIn | None = None,
) -> JSONResponse:
    """Give up an order, or some of its units, before it is packed; they are free again.

    A buyer gives up what is not paid yet. The shop can take paid goods back as well (its owner): the money goes back.
    An order is given up once; taking units out needs an `Idempotency-Key`, so that a repeat takes out no more.
    """
    wish = body.wish() if body else CancelWish()
    if wish.lines is not None and key is None:
        raise IdempotencyKeyRequired
    return await _once_shown(
        ctx, key, caller, order_id, lambda unit: cancel_order(unit, ctx, order_id, wish, caller=caller)
    )


@router.post(
    "/orders/{order_id}/payments",
    status_code=201,
    response_model=PlacedOrderOut,
    responses=may_raise(
        NotFound,
        OrderStateConflict,
        PaymentTimeOver,
        PaymentMethodUnavailable,
        PrepayRequired,
        GatewayUnavailable,
        Unavailable,
        *IDEMPOTENT,
    ),
)
async def try_payment_again(
    order_id: OrderIdPath,
    body: PayAgainIn,
    request: Request,
    *,
    ctx: ContextDep,
    caller: CallerDep,
    key: IdempotencyDep,
) -> JSONResponse:
    """Go on paying: after a decline, or by another method."""

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        payment_id = await pay_again(unit, ctx, order_id, buyer_id=caller.id, method=body.payment_method)
        return 201, {"payment_id": payment_id}

    status, stored, replayed = await once(ctx, key, caller.id, effect)
    answer = await _with_payment(ctx, request, order_id, payment_id=stored["payment_id"])
    return answer_once(status, answer.model_dump(mode="json"), replayed=replayed)


async def _once_shown(
    ctx: Context,
    key: IdempotencyKey | None,
    caller: Caller,
    order_id: str,
    change: Callable[[Unit], Awaitable[None]],
) -> JSONResponse:
    """The order after a change, which with a key happens once; a repeat answers with the order as it is now."""

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        await change(unit)
        return 200, {"order_id": order_id}

    replayed = False
    if key is None:
        await ctx.transact(effect)
    else:
        _status, _stored, replayed = await once(ctx, key, caller.id, effect)
    return answer_once(200, (await shown_order(ctx, order_id)).model_dump(mode="json"), replayed=replayed)


async def _with_payment(ctx: Context, request: Request, order_id: str, *, payment_id: str) -> PlacedOrderOut:
    """The order with its payment, which is sent to its gateway now if that has not happened yet.

    When the gateway is down the order stands all the same: the buyer can try again until its deadline.
    """
    async with ctx.reader() as session:
        row = (await order_view(session, ctx, order_id)).row
    with suppress(GatewayUnavailable):
        await start_order_payment(ctx, row, payment_id, base_url=_base_url(ctx, request))
    async with ctx.reader() as session:
        order = OrderOut.of(await order_view(session, ctx, order_id))
        payment = await payment_view(session, payment_id)
    assert payment is not None
    return PlacedOrderOut(order=order, payment=PaymentOut.of(payment))


def _how(body: PlaceOrderIn | OrderBoxIn) -> dict[str, Any]:
    """How to pay and send it."""
    return {
        "address": body.address.address() if body.address else None,
        "address_id": body.address_id,
        "shipping_method": body.shipping_method,
        "payment_method": body.payment_method,
        "note": body.note,
        "expected_total": body.expected_total.money() if body.expected_total else None,
    }


async def _place(ctx: Context, request: Request, key: IdempotencyKey, wish: PlaceOrder) -> JSONResponse:
    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        placed = await place_order(unit, ctx, wish)
        return 201, {"order_id": placed.order_id, "payment_id": placed.payment_id}

    status, stored, replayed = await once(ctx, key, wish.buyer_id, effect)
    answer = await _with_payment(ctx, request, stored["order_id"], payment_id=stored["payment_id"])
    return answer_once(status, answer.model_dump(mode="json"), replayed=replayed)


def _base_url(ctx: Context, request: Request) -> str:
    """Our address as the buyer's browser knows it."""
    base = (ctx.settings.http.public_url or str(request.base_url)).rstrip("/")
    if len(base) > MAX_BASE_URL:
        raise BadRequest("The Host header is too long.")
    return base
