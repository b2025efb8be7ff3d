"""Time runs out: the reminder, the release, who comes next; also after nothing was running for a while."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.claims import handlers
from nightmarket.modules.claims.public import hold_until
from nightmarket.modules.claims.service.release_claim import expire_overdue
from nightmarket.modules.rooms.public import ClaimResult
from support.catalog import with_key
from support.claims import Json, Sale, open_sale
from support.clock import FrozenClock

Drain = Callable[[], Awaitable[list[str]]]


class Frames:
    """What the room was asked to tell single people."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Json]] = []

    async def publish(self, _stream_id: str, result: ClaimResult, *, to_user: str) -> None:
        self.told.append((to_user, msgspec.to_builtins(result)))

    def of(self, user_id: str) -> list[Any]:
        """Outcomes somebody was told, in order."""
        return [frame["outcome"] for to_user, frame in self.told if to_user == user_id]


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Frames:
    """Catches private frames."""
    caught = Frames()
    monkeypatch.setattr(handlers, "publisher", lambda _ctx: caught)
    return caught


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """The last scarf, in a live show."""
    return await open_sale(ctx, api, stock=1)


async def events(ctx: Context, topic: str) -> list[Json]:
    """What was announced under a topic."""
    async with ctx.reader() as session:
        rows = await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == topic).order_by(OutboxRow.id))
        return [event for row in rows for event in (row if isinstance(row, list) else [row])]


async def test_buyer_is_reminded_once_before_the_deadline(
    sale: Sale, clock: FrozenClock, drain: Drain, frames: Frames
) -> None:
    claim = await sale.claim("ann")
    ann = await sale.buyer("ann")
    clock.advance(minutes=7, seconds=59)
    await drain()
    assert frames.of(ann.id) == []
    clock.advance(seconds=1)
    assert "claims.remind.v1" in await drain()
    [(_, frame)] = frames.told
    assert (frame["outcome"], frame["claim"]["id"]) == ("reminder", claim["id"])
    assert frame["claim"]["hold_expires_at"] == claim["hold_expires_at"] == "2026-11-20T12:10:00Z"
    [event] = await events(sale.ctx, "claims.expiring")
    assert (event["claim_id"], event["buyer_id"]) == (claim["id"], ann.id)
    assert event["hold_expires_at"] == "2026-11-20T12:10:00Z"
    clock.advance(minutes=1)
    await drain()
    assert frames.of(ann.id) == ["reminder"]
    clock.advance(minutes=1)
    await drain()
    assert frames.of(ann.id) == ["reminder", "expired"]


async def test_a_short_hold_is_reminded_of_late(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock, drain: Drain, frames: Frames
) -> None:
    await api.patch(f"/api/v1/streams/{sale.stream_id}", json={"hold_seconds": 60}, headers=sale.seller)
    await sale.claim("ann")
    clock.advance(seconds=44)
    await drain()
    assert frames.told == []
    clock.advance(seconds=1)
    await drain()
    assert [frame["outcome"] for _, frame in frames.told] == ["reminder"]


async def test_who_gave_up_is_not_reminded(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock, drain: Drain, frames: Frames
) -> None:
    claim = await sale.claim("ann")
    ann = await sale.buyer("ann")
    await api.delete(f"/api/v1/claims/{claim['id']}", headers=ann.headers)
    clock.advance(minutes=9)
    await drain()
    assert frames.of(ann.id) == ["released"]
    assert await events(sale.ctx, "claims.expiring") == []


async def test_the_line_moves_up_and_everybody_is_told(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock, drain: Drain, frames: Frames
) -> None:
    await sale.claim("ann")
    waiting = [await sale.claim(name) for name in ("ben", "cid", "dot")]
    assert [claim["position"] for claim in waiting] == [1, 2, 3]
    cid, dot = await sale.buyer("cid"), await sale.buyer("dot")
    assert (await api.delete(f"/api/v1/claims/{waiting[1]['id']}", headers=cid.headers)).status_code == 204
    [mine] = (await api.get("/api/v1/me/claims", headers=dot.headers)).json()["items"]
    assert (mine["state"], mine["position"]) == ("waitlisted", 2)
    clock.advance(minutes=10)
    await drain()
    [mine] = (await api.get("/api/v1/me/claims", headers=dot.headers)).json()["items"]
    assert (mine["state"], mine["position"]) == ("waitlisted", 1)
    ben = await sale.buyer("ben")
    assert frames.of(ben.id) == ["promoted"]
    [promoted] = await events(sale.ctx, "claims.promoted")
    assert (promoted["buyer_id"], promoted["state"]) == (ben.id, "held")
    clock.advance(minutes=8)
    await drain()
    assert frames.of(ben.id) == ["promoted", "reminder"]
    assert await sale.stock() == (1, 1, 0)


@pytest.mark.parametrize("timers", [True, False])
async def test_nothing_ran_while_several_deadlines_passed(
    sale: Sale, clock: FrozenClock, drain: Drain, frames: Frames, timers: bool
) -> None:
    """Whoever comes next gets the whole time, counted from when they can know of it."""
    claims = [await sale.claim(name) for name in ("ann", "ben", "cid")]
    ann, ben = await sale.buyer("ann"), await sale.buyer("ben")
    clock.advance(hours=3)
    if timers:
        await drain()
    else:
        await expire_overdue(sale.ctx)
    assert [(await sale.seen(claim))["state"] for claim in claims] == ["expired", "held", "waitlisted"]
    assert (await sale.seen(claims[1]))["hold_expires_at"] == "2026-11-20T15:10:00Z"
    assert (await sale.seen(claims[2]))["position"] == 1
    await drain()
    assert frames.of(ann.id) == ["expired"]
    assert frames.of(ben.id) == ["promoted"]
    clock.advance(hours=3)
    await drain()
    assert [(await sale.seen(claim))["state"] for claim in claims] == ["expired", "expired", "held"]
    assert await events(sale.ctx, "claims.expiring") == []
    assert await sale.stock() == (1, 1, 0)


async def test_shop_says_how_long_claims_are_held(sale: Sale, api: httpx2.AsyncClient) -> None:
    shop = f"/api/v1/shops/{sale.shop['id']}"
    changed = await api.patch(shop, json={"selling": {"hold_seconds": 120}}, headers=sale.seller)
    assert changed.status_code == 200, changed.text
    assert (await sale.claim("ann"))["hold_expires_at"] == "2026-11-20T12:02:00Z"
    await api.patch(f"/api/v1/streams/{sale.stream_id}", json={"hold_seconds": 300}, headers=sale.seller)
    ann = await sale.buyer("ann")
    [mine] = (await api.get("/api/v1/me/claims", headers=ann.headers)).json()["items"]
    await api.delete(f"/api/v1/claims/{mine['id']}", headers=ann.headers)
    assert (await sale.claim("ann"))["hold_expires_at"] == "2026-11-20T12:05:00Z"
    regular = f"{shop}/buyers/{(await sale.buyer('ben')).id}/member"
    assert (await api.put(regular, headers=sale.seller)).is_success
    assert (await sale.claim("ben"))["state"] == "waitlisted"
    more = {"delta": 2, "reason": "received"}
    path = f"/api/v1/variants/{sale.variant_id}/stock-adjustments"
    assert (await api.post(path, json=more, headers=with_key(sale.seller))).status_code == 201
    assert (await sale.claim("ben"))["hold_expires_at"] == "2026-11-20T12:05:00Z"
    changed = await api.patch(shop, json={"selling": {"member_hold_seconds": 3600}}, headers=sale.seller)
    assert changed.status_code == 200
    assert (await sale.claim("ben"))["hold_expires_at"] == "2026-11-20T13:00:00Z"


async def test_who_waits_is_served_as_long_as_a_box_may_give_units_back(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock, drain: Drain
) -> None:
    held = await sale.claim("ann")
    next_in_line, last_in_line = await sale.claim("ben"), await sale.claim("cid", 2)

    async def hold_for(**more: int) -> None:
        async with sale.ctx.unit() as unit:
            await hold_until(unit, [held["id"]], unit.now + timedelta(**more))

    await hold_for(days=14)
    await api.post(f"/api/v1/streams/{sale.stream_id}/end", headers=sale.seller)
    await drain()
    clock.advance(days=13)
    await drain()
    assert (await sale.seen(next_in_line))["state"] == "waitlisted"
    await hold_for(days=7)
    clock.advance(days=6)
    await drain()
    assert (await sale.seen(next_in_line))["state"] == "waitlisted", "the deadline was moved out after the show"
    clock.advance(days=1, seconds=1)
    await expire_overdue(sale.ctx)
    assert (await sale.seen(next_in_line))["state"] == "held"
    assert (await sale.seen(last_in_line))["state"] == "waitlisted"
    clock.advance(hours=1)
    await drain()
    await drain()
    assert (await sale.seen(last_in_line))["state"] == "expired"
