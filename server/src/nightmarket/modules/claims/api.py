"""Claims over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import REPLAYED_HEADER
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import (
    Conflict,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    SignInRequired,
    may_raise,
)
from nightmarket.kernel.web.dependencies import ContextDep, IdempotencyDep, path_id
from nightmarket.modules.buyers.errors import BuyerBlocked
from nightmarket.modules.claims import errors, repository
from nightmarket.modules.claims.repair_api import router as repair_router
from nightmarket.modules.claims.repository import ClaimFilter
from nightmarket.modules.claims.schemas import (
    ClaimAnswer,
    ClaimIn,
    ClaimListQuery,
    ClaimOut,
    ClaimPatch,
    MyClaimsQuery,
)
from nightmarket.modules.claims.service.change_quantity import change_quantity
from nightmarket.modules.claims.service.claim_desk import ClaimDesk
from nightmarket.modules.claims.service.describe_claims import describe_claim, describe_claims
from nightmarket.modules.claims.service.release_claim import release_claim
from nightmarket.modules.claims.service.settle_group import KeyMark
from nightmarket.modules.claims.service.tap_claim import HELPERS, Tap, ask_for
from nightmarket.modules.claims.service.views import ClaimView, view_of
from nightmarket.modules.identity.public import Caller, CallerDep, LatelyCallerDep
from nightmarket.modules.rooms.errors import FollowersOnly
from nightmarket.modules.shops.public import require_role, role_of
from nightmarket.modules.streams.errors import StreamNotOnAir, StreamOver
from nightmarket.modules.streams.public import stream_view

router = APIRouter(tags=["claims"])
router.include_router(repair_router)

STAFF = ("host", "moderator", "packer")
"""Who may see claims of the shop's shows."""

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
ClaimId = Annotated[str, Depends(path_id("clm", "claim_id"))]
_PROBLEMS = (SignInRequired, NotFound, InvalidInput)


@router.post(
    "/streams/{stream_id}/claims",
    status_code=201,
    response_model=ClaimAnswer,
    responses={
        202: {"model": ClaimAnswer, "description": "Nothing is left: the claim waits in line"},
        **may_raise(
            *_PROBLEMS,
            NotAllowed,
            StreamOver,
            StreamNotOnAir,
            errors.VariantRequired,
            errors.SoldOut,
            errors.PurchaseLimit,
            errors.MembersOnly,
            errors.NotYourTurn,
            FollowersOnly,
            BuyerBlocked,
            IdempotencyKeyRequired,
            IdempotencyKeyReused,
        ),
    },
)
async def add_claim(
    stream_id: StreamId, body: ClaimIn, ctx: ContextDep, caller: LatelyCallerDep, key: IdempotencyDep
) -> Response:
    """Hold units of an item at the price of this moment, or wait in line for them.

    Staff of the shop claim for a buyer with `buyer_id`.
    """
    tap = Tap(stream_id, **body.model_dump())
    mark = KeyMark(key.scope(caller.id), key.key, key.body_hash)
    answer = await ctx.port(ClaimDesk).settle(await ask_for(ctx, tap, caller, mark))
    headers = {REPLAYED_HEADER: "true"} if answer.is_replay else None
    return Response(answer.body, answer.status, headers, media_type="application/json")


@router.get("/streams/{stream_id}/claims", responses=may_raise(*_PROBLEMS, NotAllowed))
async def get_stream_claims(
    stream_id: StreamId, query: Annotated[ClaimListQuery, Query()], ctx: ContextDep, caller: CallerDep
) -> Page[ClaimOut]:
    """Everything claimed in a show, newest first, with the buyers' names: for the people of the shop."""
    async with ctx.reader() as session:
        stream = await stream_view(session, stream_id)
        if stream is None:
            raise NotFound
        await require_role(session, stream.shop_id, caller, *STAFF)
    wanted = ClaimFilter(stream_id=stream_id, states=query.state, before_id=decode_id_cursor(query.cursor, "clm"))
    return await _page(ctx, wanted, query.limit, with_buyers=True)


@router.get("/me/claims", responses=may_raise(SignInRequired, InvalidInput))
async def get_my_claims(query: Annotated[MyClaimsQuery, Query()], ctx: ContextDep, caller: CallerDep) -> Page[ClaimOut]:
    """The caller's claims, newest first."""
    wanted = ClaimFilter(
        buyer_id=caller.id,
        stream_id=query.stream_id,
        shop_id=query.shop_id,
        states=query.state,
        before_id=decode_id_cursor(query.cursor, "clm"),
    )
    return await _page(ctx, wanted, query.limit)


@router.get("/claims/{claim_id}", responses=may_raise(*_PROBLEMS))
async def get_claim(claim_id: ClaimId, ctx: ContextDep, caller: CallerDep) -> ClaimOut:
    """One claim: for its buyer and the people of the shop."""
    await _check_claim(ctx, claim_id, caller, STAFF)
    return await _answer(ctx, claim_id)


@router.patch(
    "/claims/{claim_id}",
    responses=may_raise(
        *_PROBLEMS,
        Conflict,
        StreamOver,
        StreamNotOnAir,
        errors.ClaimNotHeld,
        errors.SoldOut,
        errors.PurchaseLimit,
        errors.MembersOnly,
        errors.NotYourTurn,
        FollowersOnly,
        NotAllowed,
    ),
)
async def patch_claim(claim_id: ClaimId, body: ClaimPatch, ctx: ContextDep, caller: CallerDep) -> ClaimOut:
    """Claim more or fewer units. More follow the rules of the show; fewer go back at once. The deadline stays."""
    await _check_claim(ctx, claim_id, caller, HELPERS)
    await ctx.transact(lambda unit: change_quantity(unit, ctx, claim_id, body.quantity))
    return await _answer(ctx, claim_id)


@router.delete("/claims/{claim_id}", status_code=204, responses=may_raise(*_PROBLEMS, errors.ClaimNotHeld))
async def delete_claim(claim_id: ClaimId, ctx: ContextDep, caller: CallerDep) -> None:
    """Give a claim back, or leave the line. The units are free at once, for who waits for them first."""
    await _check_claim(ctx, claim_id, caller, HELPERS)
    await ctx.transact(lambda unit: release_claim(unit, claim_id))


async def _check_claim(ctx: Context, claim_id: str, caller: Caller, roles: tuple[str, ...]) -> ClaimView:
    """The claim, if it is the caller's or their shop's; nobody else learns whether it exists."""
    async with ctx.reader() as session:
        found = await repository.one(session, claim_id)
        if found is None:
            raise NotFound
        claim = view_of(*found)
        if claim.buyer_id != caller.id and "admin" not in caller.roles:
            role = await role_of(session, claim.shop_id, caller.id)
            if role != "owner" and role not in roles:
                raise NotFound
    return claim


async def _answer(ctx: Context, claim_id: str) -> ClaimOut:
    async with ctx.reader() as session:
        found = await repository.one(session, claim_id)
        if found is None:
            raise NotFound
        return ClaimOut.model_validate(await describe_claim(session, ctx, view_of(*found)))


async def _page(ctx: Context, wanted: ClaimFilter, limit: int, *, with_buyers: bool = False) -> Page[ClaimOut]:
    async with ctx.reader() as session:
        rows, more = split_page(await repository.find(session, wanted, limit=limit + 1), limit)
        shapes = await describe_claims(session, ctx, [view_of(*row) for row in rows], with_buyers=with_buyers)
    items = [ClaimOut.model_validate(shape) for shape in shapes]
    return Page(items=items, next_cursor=encode_cursor(rows[-1][0].id) if more else None)
