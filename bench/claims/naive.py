"""The claim route as it is usually written: FastAPI, ORM objects, SELECT … FOR UPDATE in a transaction per request."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.outbox import event_row
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.claims.events import ClaimMade
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.identity.public import CallerDep
from nightmarket.modules.inventory.models import LedgerEntry, Stock
from nightmarket.modules.streams.models import Stream, StreamItem

router = APIRouter()


class Wanted(BaseModel):
    item_id: str
    variant_id: str
    quantity: Annotated[int, Field(ge=1, le=99)] = 1


@router.post("/naive/{stream_id}/claims", status_code=201)
async def claim(stream_id: str, wanted: Wanted, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Look, lock, check, write."""
    now = ctx.clock()
    async with ctx.db.transaction() as session:
        stream = await session.get(Stream, stream_id)
        item = await session.get(StreamItem, wanted.item_id)
        stock = await session.get(Stock, wanted.variant_id, with_for_update=True)
        if stream is None or item is None or stock is None:
            raise HTTPException(404)
        if stock.on_hand - stock.held < wanted.quantity:
            raise HTTPException(409, "sold out")
        stock.held += wanted.quantity
        stock.version += 1
        row = Claim(
            id=new_id("clm"), stream_id=stream_id, item_id=item.id, shop_id=stream.shop_id, product_id=item.product_id,
            variant_id=wanted.variant_id, buyer_id=caller.id, code=item.code, quantity=wanted.quantity,
            unit_price_minor=590, currency="TWD", state="held", source="tap", hold_seconds=600, hold_expires_at=now,
            created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(row)
        session.add(
            LedgerEntry(
                variant_id=stock.variant_id, number=stock.version, kind="held", delta_on_hand=0,
                delta_held=wanted.quantity, on_hand_after=stock.on_hand, held_after=stock.held, reference=row.id,
                created_at=now,
            )
        )  # fmt: skip
        event = ClaimMade(
            row.id, stream_id, item.id, stream.shop_id, caller.id, wanted.variant_id, wanted.quantity, "held", "tap"
        )
        session.add(event_row(event, now=now, request_id=None))
    return {"claim": {"id": row.id, "state": "held", "quantity": row.quantity}}


@router.post("/noop", status_code=201)
async def noop(wanted: Wanted, caller: Annotated[Any, Depends(lambda: None)]) -> dict[str, Any]:
    """The layer alone."""
    return {"claim": {"id": wanted.item_id}}
