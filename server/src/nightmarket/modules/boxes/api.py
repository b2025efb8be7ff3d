"""Routes of boxes. A box is ordered by `POST /boxes/{id}/orders`, which belongs to orders."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from nightmarket.kernel.context import Context
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, path_id
from nightmarket.modules.boxes.repository import BoxFilter, find
from nightmarket.modules.boxes.schemas import BoxOut
from nightmarket.modules.boxes.service.read_boxes import box_for, box_views
from nightmarket.modules.boxes.states import State
from nightmarket.modules.identity.public import CallerDep
from nightmarket.modules.shops.public import require_role

router = APIRouter(tags=["boxes"])

BoxIdPath = Annotated[str, Depends(path_id("box", "box_id"))]
ShopIdPath = Annotated[str, Depends(path_id("shp", "shop_id"))]
StateQuery = Annotated[State | None, Query()]


@router.get("/me/boxes", responses=may_raise(SignInRequired, InvalidInput))
async def list_my_boxes(
    ctx: ContextDep, caller: CallerDep, *, state: StateQuery = None, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[BoxOut]:
    """The caller's boxes at all shops, newest first."""
    wanted = BoxFilter(buyer_id=caller.id, state=state, before=decode_id_cursor(cursor, "box"))
    return await _page(ctx, wanted, limit)


@router.get("/boxes/{box_id}", responses=may_raise(SignInRequired, NotFound))
async def read_box(box_id: BoxIdPath, ctx: ContextDep, caller: CallerDep) -> BoxOut:
    """A box with what ordering the rest of it comes to: for its buyer and the shop's people."""
    async with ctx.reader() as session:
        return BoxOut.of(await box_for(session, ctx, box_id, caller=caller))


@router.get("/shops/{shop_id}/boxes", responses=may_raise(SignInRequired, NotFound, NotAllowed, InvalidInput))
async def list_shop_boxes(
    shop_id: ShopIdPath,
    ctx: ContextDep,
    caller: CallerDep,
    *,
    state: StateQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[BoxOut]:
    """The boxes buyers have at a shop, newest first; for the shop's people."""
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, "owner", "host", "moderator", "packer")
    wanted = BoxFilter(shop_id=shop_id, state=state, before=decode_id_cursor(cursor, "box"))
    return await _page(ctx, wanted, limit)


async def _page(ctx: Context, wanted: BoxFilter, limit: int) -> Page[BoxOut]:
    async with ctx.reader() as session:
        rows, more = split_page(await find(session, wanted, limit + 1), limit)
        views = await box_views(session, ctx, rows)
    return Page(items=[BoxOut.of(view) for view in views], next_cursor=encode_cursor(rows[-1].id) if more else None)
