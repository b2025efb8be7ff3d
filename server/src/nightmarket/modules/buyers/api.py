"""Routes of buyers: the shop's marks, and the buyer's appeals."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.paging import (
    Page,
    checked_id,
    decode_cursor,
    decode_id_cursor,
    encode_cursor,
    split_page,
)
from nightmarket.kernel.problems import Conflict, InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, on_loop, path_id
from nightmarket.modules.buyers import repository
from nightmarket.modules.buyers.errors import AppealOpen, NothingToAppeal
from nightmarket.modules.buyers.models import BuyerAppeal
from nightmarket.modules.buyers.repository import BuyerFilter
from nightmarket.modules.buyers.schemas import (
    AppealAnswerIn,
    AppealIn,
    AppealOut,
    BuyerOut,
    ReasonIn,
    StandingOut,
)
from nightmarket.modules.buyers.service.mark_buyers import (
    ROLES,
    answer_appeal,
    appeal,
    buyer_view,
    mark,
    standing_for,
    unmark,
)
from nightmarket.modules.buyers.states import AppealState, Filter, Mark
from nightmarket.modules.identity.public import Caller, CallerDep, users_by_id
from nightmarket.modules.shops.public import require_role, shop_card

router = APIRouter(tags=["buyers"])

ShopId = Annotated[str, Depends(path_id("shp", "shop_id"))]
UserId = Annotated[str, Depends(path_id("usr", "user_id"))]
AppealId = Annotated[str, Depends(path_id("apl", "appeal_id"))]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAFF = may_raise(SignInRequired, NotAllowed, NotFound)


@dataclass(frozen=True)
class Listing:
    """Which buyers, and which page of them."""

    q: Annotated[str | None, Query(max_length=80, description="A part of the name")] = None
    state: Annotated[Filter | None, Query(description="`unreliable`: left something behind")] = None
    cursor: CursorQuery = None
    limit: LimitQuery = 20


@router.get("/shops/{shop_id}/buyers", responses=may_raise(SignInRequired, NotAllowed, NotFound, InvalidInput))
async def list_buyers(
    shop_id: ShopId, ctx: ContextDep, caller: CallerDep, listing: Annotated[Listing, Depends(on_loop(Listing))]
) -> Page[BuyerOut]:
    """People who bought at the shop or were marked by it, who came last first. For its owner, hosts and moderators."""
    after = decode_cursor(listing.cursor, int, str)
    wanted = BuyerFilter(
        shop_id,
        state=listing.state,
        name=(listing.q or "").strip() or None,
        after=None if after is None else (_moment(after[0]), checked_id(after[1], "usr")),
    )
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, *ROLES)
        rows, more = split_page(await repository.find(session, wanted, listing.limit + 1), listing.limit)
        names = await users_by_id(session, [row.user_id for row in rows])
    items = [
        BuyerOut.in_list(row, names[row.user_id].display_name if row.user_id in names else row.name) for row in rows
    ]
    last = rows[-1] if more else None
    return Page(items=items, next_cursor=encode_cursor(_microseconds(last.last_at), last.user_id) if last else None)


@router.get("/shops/{shop_id}/buyers/{user_id}", responses=_STAFF)
async def read_buyer(shop_id: ShopId, user_id: UserId, ctx: ContextDep, caller: CallerDep) -> BuyerOut:
    """One buyer, with what they left behind, newest first."""
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, *ROLES)
        return BuyerOut.of(await buyer_view(session, shop_id, user_id))


@router.put("/shops/{shop_id}/buyers/{user_id}/block", responses=_STAFF)
async def block(shop_id: ShopId, user_id: UserId, body: ReasonIn, *, ctx: ContextDep, caller: CallerDep) -> BuyerOut:
    """Sell nothing to this person any more: no claims, no orders, no words in the shop's rooms."""
    return await _mark(ctx, caller, shop_id, user_id, what="block", reason=body.reason)


@router.delete("/shops/{shop_id}/buyers/{user_id}/block", responses=_STAFF)
async def unblock(shop_id: ShopId, user_id: UserId, ctx: ContextDep, caller: CallerDep) -> BuyerOut:
    """Sell to this person again."""
    return await _unmark(ctx, caller, shop_id, user_id, what="block")


@router.put("/shops/{shop_id}/buyers/{user_id}/prepay", responses=_STAFF)
async def demand_prepay(
    shop_id: ShopId, user_id: UserId, body: ReasonIn, *, ctx: ContextDep, caller: CallerDep
) -> BuyerOut:
    """Send to this person only what was paid before: no cash on delivery."""
    return await _mark(ctx, caller, shop_id, user_id, what="prepay", reason=body.reason)


@router.delete("/shops/{shop_id}/buyers/{user_id}/prepay", responses=_STAFF)
async def trust_again(shop_id: ShopId, user_id: UserId, ctx: ContextDep, caller: CallerDep) -> BuyerOut:
    """Let this person pay on delivery again."""
    return await _unmark(ctx, caller, shop_id, user_id, what="prepay")


@router.put("/shops/{shop_id}/buyers/{user_id}/member", responses=_STAFF)
async def make_member(shop_id: ShopId, user_id: UserId, ctx: ContextDep, caller: CallerDep) -> BuyerOut:
    """A regular buyer: may claim where only members may, and holds as long as members do."""
    return await _mark(ctx, caller, shop_id, user_id, what="member", reason=None)


@router.delete("/shops/{shop_id}/buyers/{user_id}/member", responses=_STAFF)
async def end_membership(shop_id: ShopId, user_id: UserId, ctx: ContextDep, caller: CallerDep) -> BuyerOut:
    """A buyer like everybody else again."""
    return await _unmark(ctx, caller, shop_id, user_id, what="member")


@router.get("/shops/{shop_id}/standing", responses=may_raise(SignInRequired, NotFound))
async def my_standing(shop_id: ShopId, ctx: ContextDep, caller: CallerDep) -> StandingOut:
    """What the caller is to the shop: blocked, to pay in advance, a member; and the last appeal they made.

    Blocked without a reason: the shop has blocked another account with a phone of the caller's.
    """
    async with ctx.reader() as session:
        if await shop_card(session, shop_id) is None:
            raise NotFound
        standing = await standing_for(session, shop_id, caller.id)
        last = await repository.last_appeal(session, shop_id, caller.id)
    return StandingOut.of(standing, AppealOut.of(last, caller.display_name) if last else None)


@router.post(
    "/shops/{shop_id}/appeals",
    status_code=201,
    responses=may_raise(SignInRequired, NotFound, NothingToAppeal, AppealOpen, InvalidInput),
)
async def make_appeal(shop_id: ShopId, body: AppealIn, ctx: ContextDep, caller: CallerDep) -> AppealOut:
    """Ask the shop to lift a block, or the duty to pay in advance.

    Who is refused for a phone that somebody the shop has blocked uses as well may ask too.
    """
    made = await ctx.transact(lambda unit: appeal(unit, caller, shop_id, body.text, phone=body.phone))
    return AppealOut.of(made, caller.display_name)


@router.get("/shops/{shop_id}/appeals", responses=may_raise(SignInRequired, NotAllowed, NotFound, InvalidInput))
async def list_appeals(
    shop_id: ShopId,
    ctx: ContextDep,
    caller: CallerDep,
    *,
    state: Annotated[AppealState | None, Query()] = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[AppealOut]:
    """Appeals to the shop, newest first."""
    before = decode_id_cursor(cursor, "apl")
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, *ROLES)
        found = await repository.appeals(session, shop_id, state=state, before=before, limit=limit + 1)
        rows, more = split_page(found, limit)
        items = await _named(session, rows)
    return Page(items=items, next_cursor=encode_cursor(rows[-1].id) if more else None)


@router.post(
    "/shops/{shop_id}/appeals/{appeal_id}/answer",
    responses=may_raise(SignInRequired, NotAllowed, NotFound, Conflict, InvalidInput),
)
async def answer(
    shop_id: ShopId, appeal_id: AppealId, body: AppealAnswerIn, *, ctx: ContextDep, caller: CallerDep
) -> AppealOut:
    """Answer an appeal; the buyer reads it. Accepting lifts what was appealed against."""
    answered = await ctx.transact(
        lambda unit: answer_appeal(
            unit, caller, appeal_id, shop_id=shop_id, is_accepted=body.accept, answer=body.answer or None
        )
    )
    async with ctx.reader() as session:
        return (await _named(session, [answered]))[0]


async def _mark(
    ctx: Context, caller: Caller, shop_id: str, user_id: str, *, what: Mark, reason: str | None
) -> BuyerOut:
    return BuyerOut.of(await ctx.transact(lambda unit: mark(unit, caller, shop_id, user_id, what=what, reason=reason)))


async def _unmark(ctx: Context, caller: Caller, shop_id: str, user_id: str, *, what: Mark) -> BuyerOut:
    return BuyerOut.of(await ctx.transact(lambda unit: unmark(unit, caller, shop_id, user_id, what=what)))


async def _named(session: AsyncSession, rows: list[BuyerAppeal]) -> list[AppealOut]:
    names = await users_by_id(session, [row.user_id for row in rows])
    return [AppealOut.of(row, names[row.user_id].display_name if row.user_id in names else "") for row in rows]


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(microseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError as error:
        raise InvalidInput("The cursor is not one of ours.") from error
