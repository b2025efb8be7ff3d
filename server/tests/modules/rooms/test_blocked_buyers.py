"""Whom a shop does not sell to does not write in its rooms, and cannot order by comment."""

from collections.abc import Awaitable, Callable

import httpx2

from edge.server import EdgeServer, until
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
