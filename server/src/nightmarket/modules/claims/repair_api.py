"""The repair list over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from nightmarket.kernel.context import Context
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.claims import errors, repair_repository
from nightmarket.modules.claims.schemas import RepairIn, RepairListQuery, RepairOut
from nightmarket.modules.claims.service.repair_list import Mend, describe_repairs, dismiss_comment, mend_comment
from nightmarket.modules.claims.service.tap_claim import HELPERS
from nightmarket.modules.identity.public import Caller, CallerDep
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.streams.errors import StreamNotOnAir, StreamOver
from nightmarket.modules.streams.public import StreamView, stream_view

router = APIRouter(tags=["claims"])

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
MessageId = Annotated[str, Path(max_length=64)]
_PROBLEMS = (SignInRequired, NotFound, NotAllowed, InvalidInput)


@router.get("/streams/{stream_id}/comment-orders", responses=may_raise(*_PROBLEMS))
async def get_comment_orders(
    stream_id: StreamId, query: Annotated[RepairListQuery, Query()], ctx: ContextDep, caller: CallerDep
) -> Page[RepairOut]:
    """Comments that may be orders and were not understood, newest first: for the helpers of the show."""
    await _helped_stream(ctx, stream_id, caller)
    before = decode_id_cursor(query.cursor, "rep")
    async with ctx.reader() as session:
        found = await repair_repository.repairs(
            session, stream_id, query.state, before_id=before, limit=query.limit + 1
        )
        rows, more = split_page(found, query.limit)
        items = [RepairOut.model_validate(shape) for shape in await describe_repairs(session, rows)]
    return Page(items=items, next_cursor=encode_cursor(rows[-1].id) if more else None)


@router.post(
    "/streams/{stream_id}/comment-orders/{message_id}",
    responses=may_raise(
        *_PROBLEMS,
        errors.RepairSettled,
        errors.VariantRequired,
        errors.SoldOut,
        errors.PurchaseLimit,
        StreamOver,
        StreamNotOnAir,
    ),
)
async def settle_comment_order(
    stream_id: StreamId, message_id: MessageId, body: RepairIn, ctx: ContextDep, caller: CallerDep
) -> RepairOut:
    """Claim what the author meant, or dismiss the comment. Either way its author is told.

    The message is the key: whoever comes second, on whatever device, changes nothing.
    """
    stream = await _helped_stream(ctx, stream_id, caller)
    if body.action == "dismiss" or body.item_id is None:
        await dismiss_comment(ctx, stream_id, message_id, caller.id)
    else:
        mend = Mend(body.item_id, body.variant_id, body.quantity, body.buyer_id)
        await mend_comment(ctx, stream, message_id, caller.id, mend)
    async with ctx.reader() as session:
        row = await repair_repository.repair(session, stream_id, message_id)
        if row is None:
            raise NotFound
        return RepairOut.model_validate((await describe_repairs(session, [row]))[0])


async def _helped_stream(ctx: Context, stream_id: str, caller: Caller) -> StreamView:
    async with ctx.reader() as session:
        stream = await stream_view(session, stream_id)
        if stream is None:
            raise NotFound
        await require_role(session, stream.shop_id, caller, *HELPERS)
    return stream
