"""Routes of orders, for buyers and for the shop."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import answer_once, once
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import (
    BadRequest,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    Unavailable,
    may_raise,
)
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, IdempotencyDep, LimitQuery, path_id
from nightmarket.modules.buyers.errors import BuyerBlocked, PrepayRequired
from nightmarket.modules.claims.errors import ClaimNotHeld
from nightmarket.modules.identity.public import CallerDep
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
from nightmarket.modules.orders.repository import OrderFilter, find
from nightmarket.modules.orders.schemas import (
    OrderOut,
    PayAgainIn,
    PlacedOrderOut,
    PlaceOrderIn,
    RefundedOrderOut,
    RefundIn,
    RefundRequestedOut,
    ShipmentIn,
)
from nightmarket.modules.orders.service.close_order import cancel_order
from nightmarket.modules.orders.service.note_incidents import note_uncollected
from nightmarket.modules.orders.service.pay_again import pay_again, start_order_payment
from nightmarket.modules.orders.service.place_order import PlaceOrder, place_order
from nightmarket.modules.orders.service.read_orders import order_for, order_view, order_views
from nightmarket.modules.orders.service.refund_order import RefundWish, refund_order
from nightmarket.modules.orders.service.ship_order import mark_delivered, ship_order, start_packing
from nightmarket.modules.orders.states import State
from nightmarket.modules.payments.errors import (
    GatewayUnavailable,
    NotRefundable,
    PaymentMethodUnavailable,
    RefundTooLarge,
)
from nightmarket.modules.payments.public import PaymentOut, payment_view
from nightmarket.modules.shops.public import require_role

router = APIRouter(tags=["orders"])

OrderIdPath = Annotated[str, Depends(path_id("ord", "order_id"))]
ShopIdPath = Annotated[str, Depends(path_id("shp", "shop_id"))]
StateQuery = Annotated[State | None, Query()]

MAX_BASE_URL = 200


@dataclass(frozen=True)
class Listing:
    """Which page of a list, and of orders in which state."""

    state: StateQuery = None
    cursor: CursorQuery = None
    limit: LimitQuery = 20


ListingQuery = Annotated[Listing, Depends()]

_IDEMPOTENT = (IdempotencyKeyRequired, IdempotencyKeyReused)


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
        *_IDEMPOTENT,
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
        address=body.address.address() if body.address else None,
        address_id=body.address_id,
        shipping_method=body.shipping_method,
        payment_method=body.payment_method,
        note=body.note,
        expected_total=body.expected_total.money() if body.expected_total else None,
    )

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        placed = await place_order(unit, ctx, wish)
        return 201, {"order_id": placed.order_id, "payment_id": placed.payment_id}

    status, stored, replayed = await once(ctx, key, caller.id, effect)
    answer = await _with_payment(ctx, request, stored["order_id"], payment_id=stored["payment_id"])
    return answer_once(status, answer.model_dump(mode="json"), replayed=replayed)


@router.get("/orders", responses=may_raise(InvalidInput))
async def list_my_orders(ctx: ContextDep, caller: CallerDep, listing: ListingQuery) -> Page[OrderOut]:
    """The caller's orders, newest first."""
    wanted = OrderFilter(buyer_id=caller.id, state=listing.state, before=decode_id_cursor(listing.cursor, "ord"))
    return await _page(ctx, wanted, listing.limit)


@router.get("/orders/{order_id}", responses=may_raise(NotFound))
async def read_order(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """An order, for its buyer and the shop's people."""
    async with ctx.reader() as session:
        return OrderOut.of(await order_for(session, ctx, order_id, caller=caller))


@router.post("/orders/{order_id}/cancel", responses=may_raise(NotFound, OrderStateConflict, Unavailable))
async def cancel(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The buyer gives up an order that is not paid yet; what it held is free again."""
    await ctx.transact(lambda unit: cancel_order(unit, order_id, buyer_id=caller.id))
    return await _order(ctx, order_id)


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
        *_IDEMPOTENT,
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


@router.get("/shops/{shop_id}/orders", responses=may_raise(NotFound, NotAllowed, InvalidInput))
async def list_shop_orders(
    shop_id: ShopIdPath,
    ctx: ContextDep,
    caller: CallerDep,
    listing: ListingQuery,
    *,
    stream: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[OrderOut]:
    """A shop's orders, newest first; `stream` narrows them to those with claims of one show."""
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, "owner", "host", "moderator", "packer")
    if stream is not None and not is_id("str", stream):
        return Page(items=[])
    wanted = OrderFilter(
        shop_id=shop_id, state=listing.state, stream_id=stream, before=decode_id_cursor(listing.cursor, "ord")
    )
    return await _page(ctx, wanted, listing.limit)


@router.post(
    "/orders/{order_id}/refunds",
    status_code=201,
    response_model=RefundedOrderOut,
    responses=may_raise(NotFound, NotAllowed, NotRefundable, RefundTooLarge, Unavailable, *_IDEMPOTENT),
)
async def refund(
    order_id: OrderIdPath, body: RefundIn, ctx: ContextDep, *, caller: CallerDep, key: IdempotencyDep
) -> JSONResponse:
    """Give money back, in part or in full; for the shop's owner."""
    wish = RefundWish(body.amount.money(), body.reason, body.units())

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        return 201, {"refund_id": await refund_order(unit, order_id, wish, caller=caller)}

    status, stored, replayed = await once(ctx, key, caller.id, effect)
    asked = RefundRequestedOut(id=stored["refund_id"], amount=MoneyModel.of(wish.amount))
    answer = RefundedOrderOut(refund=asked, order=await _order(ctx, order_id))
    return answer_once(status, answer.model_dump(mode="json"), replayed=replayed)


@router.post("/orders/{order_id}/packing", responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable))
async def pack(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The shop has begun to pack a paid order."""
    await ctx.transact(lambda unit: start_packing(unit, order_id, caller=caller))
    return await _order(ctx, order_id)


@router.post(
    "/orders/{order_id}/shipments",
    status_code=201,
    responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable),
)
async def ship(order_id: OrderIdPath, body: ShipmentIn, ctx: ContextDep, *, caller: CallerDep) -> OrderOut:
    """A parcel has left; the same parcel again is one parcel."""
    await ctx.transact(
        lambda unit: ship_order(
            unit, order_id, carrier=body.carrier, tracking_number=body.tracking_number, caller=caller
        )
    )
    return await _order(ctx, order_id)


@router.post("/orders/{order_id}/delivered", responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable))
async def deliver(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The parcel has arrived."""
    await ctx.transact(lambda unit: mark_delivered(unit, order_id, caller=caller))
    return await _order(ctx, order_id)


@router.post(
    "/orders/{order_id}/uncollected", responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable)
)
async def uncollected(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The parcel came back because nobody picked it up: it goes on the shop's record of the buyer, once."""
    await ctx.transact(lambda unit: note_uncollected(unit, order_id, caller=caller))
    return await _order(ctx, order_id)


async def _order(ctx: Context, order_id: str) -> OrderOut:
    """An order whose caller has been checked already."""
    async with ctx.reader() as session:
        return OrderOut.of(await order_view(session, ctx, order_id))


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


def _base_url(ctx: Context, request: Request) -> str:
    """Our address as the buyer's browser knows it."""
    base = (ctx.settings.http.public_url or str(request.base_url)).rstrip("/")
    if len(base) > MAX_BASE_URL:
        raise BadRequest("The Host header is too long.")
    return base


async def _page(ctx: Context, wanted: OrderFilter, limit: int) -> Page[OrderOut]:
    async with ctx.reader() as session:
        rows, more = split_page(await find(session, wanted, limit + 1), limit)
        views = await order_views(session, ctx, rows)
    return Page(items=[OrderOut.of(view) for view in views], next_cursor=encode_cursor(rows[-1].id) if more else None)
