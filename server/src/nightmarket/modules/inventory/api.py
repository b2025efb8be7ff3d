"""The stock book over HTTP, for the people of the shop."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.idempotency import once_response
from nightmarket.kernel.paging import Page, decode_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import (
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    SignInRequired,
    may_raise,
)
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, IdempotencyDep, LimitQuery, path_id
from nightmarket.modules.identity.public import Caller, CallerDep
from nightmarket.modules.inventory import errors, repository
from nightmarket.modules.inventory.schemas import AdjustmentIn, LedgerEntryOut, StockOut
from nightmarket.modules.inventory.service.book_stock import StockLevel, adjust, levels
from nightmarket.modules.shops.public import require_role

router = APIRouter(tags=["stock"])

COUNTERS = ("host", "packer")
STAFF = ("host", "moderator", "packer")
VariantId = Annotated[str, Depends(path_id("var", "variant_id"))]
_PROBLEMS = (SignInRequired, NotAllowed, NotFound, InvalidInput)


@router.post(
    "/variants/{variant_id}/stock-adjustments",
    status_code=201,
    response_model=StockOut,
    responses=may_raise(
        *_PROBLEMS,
        errors.StockBelowHeld,
        errors.StockTooLarge,
        errors.MoreReturnedThanSold,
        IdempotencyKeyRequired,
        IdempotencyKeyReused,
    ),
)
async def add_adjustment(
    variant_id: VariantId, body: AdjustmentIn, ctx: ContextDep, caller: CallerDep, key: IdempotencyDep
) -> Response:
    """Enter units that were received, counted, damaged or returned. Promised units cannot be taken away."""
    if body.delta == 0:
        raise InvalidInput("A change of nothing is no adjustment.")
    async with ctx.reader() as session:
        shop_id = await _shop_of(session, variant_id, caller, *COUNTERS)

    async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
        level = await adjust(unit, shop_id=shop_id, variant_id=variant_id, entry=body.entry, actor_id=caller.id)
        return 201, _out(level).model_dump()

    return await once_response(ctx, key, caller.id, effect)


@router.get("/variants/{variant_id}/stock", responses=may_raise(*_PROBLEMS))
async def get_stock(variant_id: VariantId, ctx: ContextDep, caller: CallerDep) -> StockOut:
    """How many there are, how many of them are promised, and where the others went."""
    async with ctx.reader() as session:
        await _shop_of(session, variant_id, caller, *STAFF)
        level = (await levels(session, [variant_id]))[variant_id]
    return _out(level)


@router.get("/variants/{variant_id}/stock-ledger", responses=may_raise(*_PROBLEMS))
async def get_ledger(
    variant_id: VariantId, ctx: ContextDep, caller: CallerDep, cursor: CursorQuery = None, limit: LimitQuery = 50
) -> Page[LedgerEntryOut]:
    """Every change of the stock with the balance after it, newest first."""
    after = decode_cursor(cursor, int)
    async with ctx.reader() as session:
        await _shop_of(session, variant_id, caller, *STAFF)
        before = after[0] if after else None
        rows, more = split_page(await repository.ledger(session, variant_id, before=before, limit=limit + 1), limit)
    items = [LedgerEntryOut.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=encode_cursor(rows[-1].number) if more else None)


async def _shop_of(session: AsyncSession, variant_id: str, caller: Caller, *roles: str) -> str:
    """The shop of a variant, if the caller may; nobody else learns whether the variant exists."""
    found = await repository.rows(session, [variant_id])
    if not found:
        raise NotFound
    await require_role(session, found[0].shop_id, caller, *roles)
    return found[0].shop_id


def _out(level: StockLevel) -> StockOut:
    return StockOut.model_validate(level, from_attributes=True)
