"""Claims over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import once_response
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import (
    Conflict,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
    SignInRequired,
    may_raise,
)
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, IdempotencyDep, path_id
from nightmarket.modules.claims import errors, repository
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
from nightmarket.modules.claims.service.describe_claims import describe_claim, describe_claims
from nightmarket.modules.claims.service.make_claim import (
    ClaimRequest,
    choose_variant,
    claim_units,
    closed_for_claims,
)
from nightmarket.modules.claims.service.release_claim import release_claim
from nightmarket.modules.claims.service.views import ClaimView, view_of
from nightmarket.modules.claims.states import HELD
from nightmarket.modules.identity.public import Caller, CallerDep, users_by_id
from nightmarket.modules.rooms.public import is_banned
from nightmarket.modules.shops.public import require_role, role_of
from nightmarket.modules.streams.errors import StreamNotOnAir, StreamOver
from nightmarket.modules.streams.public import item_view, stream_view, visible_stream

router = APIRouter(tags=["claims"])

STAFF = ("host", "moderator", "packer")
"""Who may see claims of the shop's shows."""
HELPERS = ("host", "moderator")
"""Who may claim for a buyer, and give claims of buyers back."""

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
            IdempotencyKeyRequired,
            IdempotencyKeyReused,
        ),
    },
)
async def add_claim(
    stream_id: StreamId, body: ClaimIn, ctx: ContextDep, caller: CallerDep, key: IdempotencyDep
) -> Response:
    """Hold units of an item at the price of this moment, or wait in line for them.

    Staff of the shop claim for a buyer with `buyer_id`.
    """
    wanted = await _wanted(ctx, stream_id, body, caller)

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        if isinstance(wanted, Problem):
            raise wanted
        claim = (await claim_units(unit, ctx, wanted)).made()
        shape = await describe_claim(unit.session, ctx, claim)
        answer = ClaimAnswer(claim=ClaimOut.model_validate(shape))
        return (201 if claim.state == HELD else 202), answer.model_dump(mode="json")

    return await once_response(ctx, key, caller.id, effect)


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
    ),
)
async def patch_claim(claim_id: ClaimId, body: ClaimPatch, ctx: ContextDep, caller: CallerDep) -> ClaimOut:
    """Claim more or fewer units. More must be there and the show on; fewer go back at once. The deadline stays."""
    await _check_claim(ctx, claim_id, caller, HELPERS)
    await ctx.transact(lambda unit: change_quantity(unit, ctx, claim_id, body.quantity))
    return await _answer(ctx, claim_id)


@router.delete("/claims/{claim_id}", status_code=204, responses=may_raise(*_PROBLEMS, errors.ClaimNotHeld))
async def delete_claim(claim_id: ClaimId, ctx: ContextDep, caller: CallerDep) -> None:
    """Give a claim back, or leave the line. The units are free at once, for who waits for them first."""
    await _check_claim(ctx, claim_id, caller, HELPERS)
    await ctx.transact(lambda unit: release_claim(unit, claim_id))


async def _wanted(ctx: Context, stream_id: str, body: ClaimIn, caller: Caller) -> ClaimRequest | Problem:
    """What is asked for, or why it cannot be: raised later, so that a repeat of an answered request still gets it."""
    async with ctx.reader() as session:
        stream = await visible_stream(session, stream_id, caller)
        item = await item_view(session, ctx, body.item_id)
        if stream is None or item is None or item.stream_id != stream_id:
            return NotFound()
        buyer_id = body.buyer_id or caller.id
        if buyer_id != caller.id:
            await require_role(session, stream.shop_id, caller, *HELPERS)
            if buyer_id not in await users_by_id(session, [buyer_id]):
                return NotFound("There is no such buyer.")
        elif await is_banned(session, ctx, stream_id, buyer_id):
            return NotAllowed("You were banned from this show.")
    closed = closed_for_claims(stream)
    if closed is not None:
        return closed
    try:
        variant_id = choose_variant(item, body.variant_id)
    except Problem as problem:
        return problem
    return ClaimRequest(
        buyer_id=buyer_id,
        stream=stream,
        item=item,
        variant_id=variant_id,
        quantity=body.quantity,
        source="tap" if buyer_id == caller.id else "staff",
        may_wait=body.waitlist,
    )


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
