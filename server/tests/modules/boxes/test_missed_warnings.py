"""The sweep warns whoever the timers missed, whatever other boxes end at the same time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.boxes import repository
from nightmarket.modules.boxes.models import Box
from nightmarket.modules.boxes.service import end_boxes
from support.clock import FrozenClock
from support.orders import open_sale
from support.payments import press

Drain = Callable[[], Awaitable[list[str]]]


async def test_boxes_with_nothing_to_order_do_not_keep_others_from_being_warned(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(end_boxes, "_BATCH", 1)
    sale = await open_sale(ctx, api, stock=9)
    await sale.sell_with(box_days=14)
    ordered, empty, full = [await sale.buyer(name) for name in ("ordered", "empty", "full")]
    claim = await sale.claim(ordered)
    given_back = await sale.claim(empty)
    await drain()
    placed = await sale.order(ordered, claim_ids=[claim["id"]])
    await press(api, placed["payment"]["id"], "paid")
    assert (await api.delete(f"/api/v1/claims/{given_back['id']}", headers=empty)).status_code == 204
    await drain()
    clock.advance(seconds=1)
    await sale.claim(full)
    await drain()
    async with ctx.unit() as unit:
        await unit.session.execute(sa.delete(OutboxRow).where(OutboxRow.kind == "job"))
    clock.advance(days=13, hours=1)
    await end_boxes.catch_up(ctx)
    async with ctx.reader() as session:
        warned = await session.scalars(sa.select(Box.buyer_id).where(Box.warned_at.is_not(None)))
        assert warned.all() == [sale.people["full"].id]
        waiting = await repository.to_warn(session, clock() + timedelta(days=1), None, 9)
        assert [box.buyer_id for box in waiting] == [sale.people["empty"].id]
