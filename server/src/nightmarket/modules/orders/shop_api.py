"""Routes of orders for the people of the shop: lists, export, packing, shipping, refunds."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import AwareDatetime

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import answer_once, once
from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import (
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    Unavailable,
    may_raise,
)
from nightmarket.kernel.spreadsheet import MEDIA_TYPE
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, IdempotencyDep, LimitQuery, on_loop, path_id
from nightmarket.modules.identity.errors import StepUpRequired
from nightmarket.modules.identity.public import CallerDep, FreshCallerDep
from nightmarket.modules.orders.errors import OrderStateConflict
from nightmarket.modules.orders.repository import OrderFilter, find
from nightmarket.modules.orders.schemas import OrderOut, RefundedOrderOut, RefundIn, RefundRequestedOut, ShipmentIn
from nightmarket.modules.orders.service.export_orders import export_orders
from nightmarket.modules.orders.service.note_incidents import note_uncollected
from nightmarket.modules.orders.service.read_orders import order_view, order_views
from nightmarket.modules.orders.service.refund_order import RefundWish, refund_order
from nightmarket.modules.orders.service.ship_order import mark_delivered, ship_order, start_packing
from nightmarket.modules.orders.states import State
from nightmarket.modules.payments.errors import NotRefundable, RefundTooLarge
from nightmarket.modules.shops.public import require_role

router = APIRouter(tags=["orders"])

BoxIdPath = Annotated[str, Depends(path_id("box", "box_id"))]
OrderIdPath = Annotated[str, Depends(path_id("ord", "order_id"))]
ShopIdPath = Annotated[str, Depends(path_id("shp", "shop_id"))]

IDEMPOTENT = (IdempotencyKeyRequired, IdempotencyKeyReused)
_SEARCH = "Number, buyer, recipient, phone or product: every word of it"
_ROLES = ("owner", "host", "moderator", "packer")


@dataclass(frozen=True)
class Listing:
    """Which page of a list, and of orders in which state."""

    state: Annotated[State | None, Query()] = None
    cursor: CursorQuery = None
    limit: LimitQuery = 20


@dataclass(frozen=True)
class Search:
    """Which orders of a shop."""

    state: Annotated[State | None, Query()] = None
    q: Annotated[str | None, Query(max_length=100, description=_SEARCH)] = None
    stream: Annotated[str | None, Query(max_length=64, description="Only those with claims of this show")] = None
    since: Annotated[AwareDatetime | None, Query(description="Placed at this time or later")] = None
    until: Annotated[AwareDatetime | None, Query(description="Placed before this time")] = None

    def of(self, shop_id: str, *, before: str | None = None) -> OrderFilter:
        """The same for the database."""
        return OrderFilter(
            shop_id=shop_id,
            state=self.state,
            stream_id=self.stream,
            text=self.q,
            before=before,
            since=self.since,
            until=self.until,
        )


ListingQuery = Annotated[Listing, Depends(on_loop(Listing))]
SearchQuery = Annotated[Search, Depends(on_loop(Search))]


@router.get("/shops/{shop_id}/orders", responses=may_raise(NotFound, NotAllowed, InvalidInput))
async def list_shop_orders(
    shop_id: ShopIdPath,
    ctx: ContextDep,
    caller: CallerDep,
    search: SearchQuery,
    *,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[OrderOut]:
    """A shop's orders, newest first, narrowed as asked."""
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, *_ROLES)
    return await order_page(ctx, search.of(shop_id, before=decode_id_cursor(cursor, "ord")), limit)


@router.get(
    "/shops/{shop_id}/orders/export",
    response_class=StreamingResponse,
    responses=may_raise(NotFound, NotAllowed, InvalidInput)
    | {200: {"content": {"text/csv": {}}, "description": "The file"}},
)
async def export(shop_id: ShopIdPath, ctx: ContextDep, caller: CallerDep, search: SearchQuery) -> StreamingResponse:
    """The shop's orders as CSV, one line of goods per row, narrowed as asked. For those who pack and sell."""
    async with ctx.reader() as session:
        shop = await require_role(session, shop_id, caller, "owner", "host", "packer")
    name = f"orders-{shop.slug}-{ctx.clock():%Y%m%d-%H%M}.csv"
    return StreamingResponse(
        export_orders(ctx, search.of(shop_id)),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.post(
    "/orders/{order_id}/refunds",
    status_code=201,
    response_model=RefundedOrderOut,
    responses=may_raise(NotFound, NotAllowed, StepUpRequired, NotRefundable, RefundTooLarge, Unavailable, *IDEMPOTENT),
)
async def refund(
    order_id: OrderIdPath, body: RefundIn, ctx: ContextDep, *, caller: FreshCallerDep, key: IdempotencyDep
) -> JSONResponse:
    """Give money back, in part or in full; for the shop's owner, who has lately shown that it is them."""
    wish = RefundWish(body.amount.money(), body.reason, body.units())

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        return 201, {"refund_id": await refund_order(unit, order_id, wish, caller=caller)}

    status, stored, replayed = await once(ctx, key, caller.id, effect)
    asked = RefundRequestedOut(id=stored["refund_id"], amount=MoneyModel.of(wish.amount))
    answer = RefundedOrderOut(refund=asked, order=await shown_order(ctx, order_id))
    return answer_once(status, answer.model_dump(mode="json"), replayed=replayed)


@router.post("/orders/{order_id}/packing", responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable))
async def pack(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The shop has begun to pack a paid order."""
    await ctx.transact(lambda unit: start_packing(unit, order_id, caller=caller))
    return await shown_order(ctx, order_id)


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
    return await shown_order(ctx, order_id)


@router.post("/orders/{order_id}/delivered", responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable))
async def deliver(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The parcel has arrived."""
    await ctx.transact(lambda unit: mark_delivered(unit, order_id, caller=caller))
    return await shown_order(ctx, order_id)


@router.post(
    "/orders/{order_id}/uncollected", responses=may_raise(NotFound, NotAllowed, OrderStateConflict, Unavailable)
)
async def uncollected(order_id: OrderIdPath, ctx: ContextDep, caller: CallerDep) -> OrderOut:
    """The parcel came back because nobody picked it up: it goes on the shop's record of the buyer, once."""
    await ctx.transact(lambda unit: note_uncollected(unit, order_id, caller=caller))
    return await shown_order(ctx, order_id)


async def shown_order(ctx: Context, order_id: str) -> OrderOut:
    """An order whose caller has been checked already."""
    async with ctx.reader() as session:
        return OrderOut.of(await order_view(session, ctx, order_id))


async def order_page(ctx: Context, wanted: OrderFilter, limit: int) -> Page[OrderOut]:
    """A page of orders; the caller may see them."""
    async with ctx.reader() as session:
        rows, more = split_page(await find(session, wanted, limit + 1), limit)
        views = await order_views(session, ctx, rows)
    return Page(items=[OrderOut.of(view) for view in views], next_cursor=encode_cursor(rows[-1].id) if more else None)
