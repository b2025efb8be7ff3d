"""Whom a shop does not sell to does not write in its rooms, and cannot order by comment."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from sqlalchemy import event

from edge.server import EdgeServer, until
from nightmarket.kernel.context import Context
from support.accounts import Person

from .conftest import Show, enter

Drain = Callable[[], Awaitable[list[str]]]


async def test_a_blocked_buyer_is_silent_in_the_shops_rooms(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, drain: Drain
) -> None:
    block = f"/api/v1/shops/{show.shop['id']}/buyers/{buyer.id}/block"
    async with await enter(api, edge, show, buyer.headers) as ann:
        assert (await ann.say("hello"))["t"] == "ack"
        assert (await api.put(block, json={"reason": "rude"}, headers=show.seller)).status_code == 200
        await drain()
        assert (await ann.until_kind("muted"))["d"]["muted"] is True
        await until(lambda: buyer.id in edge.hub.rooms[show.id].order.rules.muted)
        assert (await ann.say("hm"))["d"]["code"] == "muted-in-room"
        answer = await api.post(show.moderation, json={"action": "unmute", "user_id": buyer.id}, headers=show.seller)
        assert answer.status_code == 204
        assert (await ann.say("hm"))["d"]["code"] == "muted-in-room", "no moderator lifts what the shop decided"
    assert (await api.get(show.room, headers=buyer.headers)).json()["me"]["muted"] is True
    async with await enter(api, edge, show, buyer.headers) as ann:
        assert (await api.delete(block, headers=show.seller)).status_code == 200
        await drain()
        await until(lambda: buyer.id not in edge.hub.rooms[show.id].order.rules.muted)
        assert (await ann.say("thanks"))["t"] == "ack"


async def test_a_room_that_opens_later_knows_who_is_blocked(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    block = f"/api/v1/shops/{show.shop['id']}/buyers/{buyer.id}/block"
    assert (await api.put(block, json={"reason": "rude"}, headers=show.seller)).status_code == 200
    async with await enter(api, edge, show, buyer.headers) as ann:
        assert (await ann.say("hello"))["d"]["code"] == "muted-in-room"
        await ann.say(f"{show.item['code']}+1")
        frame = await ann.until_kind("claim-result")
    assert frame["d"]["problem"]["code"] == "buyer-blocked"


@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_reader_of_the_room_is_looked_up_alone(
    ctx: Context, api: httpx2.AsyncClient, show: Show, buyer: Person, *, signed_in: bool
) -> None:
    block = f"/api/v1/shops/{show.shop['id']}/buyers/{buyer.id}/block"
    assert (await api.put(block, json={"reason": "rude"}, headers=show.seller)).status_code == 200
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM shop_buyers" in statement:
            asked.append(" ".join(statement.split()))

    engines = {ctx.db._writer, ctx.db._reader}
    for engine in engines:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        room = await api.get(show.room, headers=buyer.headers if signed_in else {})
    finally:
        for engine in engines:
            event.remove(engine.sync_engine, "before_cursor_execute", note)
    assert room.json()["me"]["muted"] is signed_in
    assert len(asked) == (1 if signed_in else 0)
    assert all("shop_buyers.user_id = " in statement for statement in asked), "never the whole list"
