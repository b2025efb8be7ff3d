"""Shops over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import Market
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, path_id
from nightmarket.modules.identity.public import CallerDep, OptionalCallerDep
from nightmarket.modules.shops import errors, repository
from nightmarket.modules.shops.schemas import (
    FollowOut,
    MemberIn,
    MemberOut,
    MemberPatchIn,
    ShopIn,
    ShopOut,
    ShopPatchIn,
)
from nightmarket.modules.shops.service import follow_shop, keep_members
from nightmarket.modules.shops.service.edit_shop import ShopChange, edit_shop
from nightmarket.modules.shops.service.look_up import ShopView, find_shop, views
from nightmarket.modules.shops.service.open_shop import open_shop

router = APIRouter(tags=["shops"])

ShopId = Annotated[str, Depends(path_id("shp", "shop_id"))]
UserId = Annotated[str, Depends(path_id("usr", "user_id"))]
ShopReference = Annotated[str, Path(alias="shop_id", max_length=64, description="The shop's slug or id")]


@router.post(
    "/shops",
    status_code=201,
    responses=may_raise(SignInRequired, errors.SlugTaken, errors.TooManyShops, InvalidInput),
)
async def create_shop(body: ShopIn, ctx: ContextDep, caller: CallerDep) -> ShopOut:
    """Open a shop. The caller becomes its owner; the market, and with it the currency, is fixed for good."""

    async def attempt(unit: Unit) -> ShopView:
        shop = await open_shop(unit, caller.id, **body.model_dump())
        return (await views(unit.session, [shop], caller))[0]

    return _out(ctx, await ctx.transact(attempt))


@router.get("/shops", responses=may_raise(SignInRequired, InvalidInput))
async def list_shops(
    ctx: ContextDep,
    caller: OptionalCallerDep,
    market: Market | None = None,
    *,
    mine: Annotated[bool, Query(description="Only shops the caller works in; `next_cursor` is null then")] = False,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[ShopOut]:
    """Open shops, newest first."""
    if mine:
        if caller is None:
            raise SignInRequired
        return await my_shops(ctx, caller)
    before = decode_id_cursor(cursor, "shp")
    async with ctx.reader() as session:
        rows = await repository.active_shops(session, market=market, before=before, limit=limit + 1)
        shown, more = split_page(rows, limit)
        seen = await views(session, shown, caller)
    return Page(items=[_out(ctx, view) for view in seen], next_cursor=encode_cursor(shown[-1].id) if more else None)


@router.get("/me/shops", responses=may_raise(SignInRequired))
async def my_shops(ctx: ContextDep, caller: CallerDep) -> Page[ShopOut]:
    """Shops the caller works in, with `my_role`."""
    async with ctx.reader() as session:
        rows = await repository.shops_of(session, caller.id)
        seen = await views(session, [shop for shop, _ in rows], caller)
    return Page(items=[_out(ctx, view) for view in seen])


@router.get("/shops/{shop_id}", responses=may_raise(SignInRequired, NotFound))
async def get_shop(reference: ShopReference, ctx: ContextDep, caller: OptionalCallerDep) -> ShopOut:
    """One shop, by slug or id."""
    async with ctx.reader() as session:
        shop = await find_shop(session, reference)
        view = (await views(session, [shop], caller))[0]
    return _out(ctx, view)


@router.patch(
    "/shops/{shop_id}",
    responses=may_raise(SignInRequired, NotAllowed, NotFound, InvalidInput, errors.WrongCurrency),
)
async def change_shop(shop_id: ShopId, body: ShopPatchIn, ctx: ContextDep, caller: CallerDep) -> ShopOut:
    """Change name, description, logo or how the shop sells. For the owner."""
    change = ShopChange(
        name=body.name,
        description=body.description,
        logo_key=body.logo_key,
        shipping=body.shipping.terms() if body.shipping else None,
        selling=body.selling.change() if body.selling else None,
    )
    async with ctx.unit() as unit:
        shop = await edit_shop(unit, caller, shop_id, change)
        view = (await views(unit.session, [shop], caller))[0]
    return _out(ctx, view)


@router.get("/shops/{shop_id}/members", responses=may_raise(SignInRequired, NotAllowed, NotFound))
async def list_members(shop_id: ShopId, ctx: ContextDep, caller: CallerDep) -> Page[MemberOut]:
    """Who works in the shop. For its members."""
    async with ctx.reader() as session:
        members = await keep_members.members_of(session, caller, shop_id)
    return Page(items=[MemberOut.of(member) for member in members])


@router.post(
    "/shops/{shop_id}/members",
    status_code=201,
    responses=may_raise(
        SignInRequired,
        NotAllowed,
        NotFound,
        errors.AlreadyMember,
        errors.TooManyMembers,
        errors.NoSuchAccount,
        InvalidInput,
    ),
)
async def add_member(shop_id: ShopId, body: MemberIn, ctx: ContextDep, caller: CallerDep) -> MemberOut:
    """Take somebody with an account into the shop. For the owner."""
    async with ctx.unit() as unit:
        member = await keep_members.add_member(unit, caller, shop_id, email=body.email, role=body.role)
    return MemberOut.of(member)


@router.patch(
    "/shops/{shop_id}/members/{user_id}",
    responses=may_raise(SignInRequired, NotAllowed, NotFound, errors.OwnerStays, InvalidInput),
)
async def change_member(
    shop_id: ShopId, user_id: UserId, body: MemberPatchIn, *, ctx: ContextDep, caller: CallerDep
) -> MemberOut:
    """Give a member another role. For the owner."""
    async with ctx.unit() as unit:
        member = await keep_members.change_member(unit, caller, shop_id, user_id, body.role)
    return MemberOut.of(member)


@router.delete(
    "/shops/{shop_id}/members/{user_id}",
    status_code=204,
    responses=may_raise(SignInRequired, NotAllowed, NotFound, errors.OwnerStays),
)
async def remove_member(shop_id: ShopId, user_id: UserId, ctx: ContextDep, caller: CallerDep) -> None:
    """Let a member go (the owner), or leave the shop oneself."""
    async with ctx.unit() as unit:
        await keep_members.remove_member(unit, caller, shop_id, user_id)


@router.put("/shops/{shop_id}/follow", responses=may_raise(SignInRequired, NotFound))
async def follow(shop_id: ShopId, ctx: ContextDep, caller: CallerDep) -> FollowOut:
    """Follow the shop. Repeating it changes nothing."""
    count = await ctx.transact(lambda unit: follow_shop.follow_shop(unit, caller.id, shop_id))
    return FollowOut(is_following=True, follower_count=count)


@router.delete("/shops/{shop_id}/follow", responses=may_raise(SignInRequired, NotFound))
async def unfollow(shop_id: ShopId, ctx: ContextDep, caller: CallerDep) -> FollowOut:
    """Stop following the shop. Repeating it changes nothing."""
    count = await ctx.transact(lambda unit: follow_shop.unfollow_shop(unit, caller.id, shop_id))
    return FollowOut(is_following=False, follower_count=count)


def _out(ctx: Context, view: ShopView) -> ShopOut:
    key = view.shop.logo_key
    return ShopOut.of(view, logo=ctx.storage.url(key) if key else None)
