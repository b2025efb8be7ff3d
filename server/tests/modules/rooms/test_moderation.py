"""Keeping order: deletion, pinned message, slow mode, announcements, mute and ban."""

from typing import Any

import httpx2
import pytest

from edge.server import EdgeServer, Watcher, until
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from support.accounts import Person, person
from support.clock import FrozenClock
from support.shops import join_shop

from .conftest import Show, enter


async def moderate(api: httpx2.AsyncClient, show: Show, headers: dict[str, str] | None = None, **body: Any) -> None:
    answer = await api.post(show.moderation, json=body, headers=headers or show.seller)
    assert answer.status_code == 204, answer.text


async def until_said(watcher: Watcher, text: str) -> dict[str, Any]:
    return await watcher.until(lambda frame: frame["t"] == "chat-message" and frame["d"]["text"] == text)


async def test_a_deleted_message_is_gone_for_everybody(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    moderator = await join_shop(api, show.seller, show.shop["id"], "mod", "moderator")
    async with await enter(api, edge, show, buyer.headers) as ann:
        bad = (await ann.say("rude"))["d"]["id"]
        await ann.say("kind")
        for _ in range(2):
            await moderate(api, show, moderator, action="delete", message_id=bad)
        frame = await ann.until_kind("chat-deleted")
        await moderate(api, show, moderator, action="announce", text="be kind")
        await ann.until_kind("announcement")
    assert frame["d"] == {"id": bad}
    assert len(ann.of_kind("chat-deleted")) == 1
    assert [message["text"] for message in (await api.get(show.room)).json()["chat"]] == ["kind"]
    history = (await api.get(f"/api/v1/streams/{show.id}/chat")).json()
    assert bad not in [message["id"] for message in history["items"]]


async def test_a_pinned_message_stays_until_it_is_taken_down_or_deleted(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show
) -> None:
    async with await enter(api, edge, show, show.seller) as host:
        message = (await host.say("free shipping today"))["d"]["id"]
        await moderate(api, show, action="pin_message", message_id=message)
        frame = await host.until_kind("message-pinned")
        assert frame["d"]["message"]["text"] == "free shipping today"
        assert (await api.get(show.room)).json()["pinned_message"] == frame["d"]["message"]
        await moderate(api, show, action="pin_message", message_id=None)
        assert (await api.get(show.room)).json()["pinned_message"] is None
        await moderate(api, show, action="pin_message", message_id=message)
        await moderate(api, show, action="delete", message_id=message)
        assert (await api.get(show.room)).json()["pinned_message"] is None


async def test_slow_mode_holds_for_those_here_and_those_to_come(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    bob = await person(api, "bob")
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="slow_mode", seconds=60)
        assert (await ann.until_kind("slow-mode"))["d"] == {"seconds": 60}
        await until(lambda: edge.hub.rooms[show.id].order.rules.slow_mode_seconds == 60)
        assert (await ann.say("one"))["t"] == "ack"
        assert (await ann.say("two"))["d"]["code"] == "slow-mode"
        async with await enter(api, edge, show, bob.headers) as late:
            assert (await late.say("one"))["t"] == "ack"
            assert (await late.say("two"))["d"]["code"] == "slow-mode"
        assert (await api.get(show.room)).json()["slow_mode"] == 60


async def test_a_muted_viewer_may_read_but_not_write(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, clock: FrozenClock
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann, await enter(api, edge, show, show.seller) as host:
        await moderate(api, show, action="mute", user_id=buyer.id, seconds=60)
        assert (await ann.until_kind("muted"))["d"]["muted"] is True
        await until(lambda: buyer.id in edge.hub.rooms[show.id].order.rules.muted)
        assert (await ann.say("hm"))["d"]["code"] == "muted-in-room"
        assert (await api.get(show.room, headers=buyer.headers)).json()["me"]["muted"] is True
        await host.say("hello")
        await until_said(ann, "hello")
        clock.advance(seconds=61)
        assert (await ann.say("again"))["t"] == "ack"
        await moderate(api, show, action="mute", user_id=buyer.id)
        await until(lambda: edge.hub.rooms[show.id].order.rules.muted.get(buyer.id, 0) is None)
        assert (await ann.say("hm"))["d"]["code"] == "muted-in-room"
        await moderate(api, show, action="unmute", user_id=buyer.id)
        await until(lambda: buyer.id not in edge.hub.rooms[show.id].order.rules.muted)
        assert (await ann.say("thanks"))["t"] == "ack"
    assert host.of_kind("muted") == []


async def test_a_ban_closes_the_door(api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person) -> None:
    ticket = (await api.post(f"{show.room}/ticket", headers=buyer.headers)).json()["ticket"]
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="ban", user_id=buyer.id)
        assert await ann.closed() == 4503
    refused = await api.post(f"{show.room}/ticket", headers=buyer.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "room-banned")
    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{edge.port}/ws?ticket={ticket}") as socket:
        await until(lambda: socket.close_code == 4503)
    await moderate(api, show, action="unban", user_id=buyer.id)
    async with await enter(api, edge, show, buyer.headers) as ann:
        assert (await ann.say("sorry"))["t"] == "ack"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "explode"},
        {"action": "delete"},
        {"action": "delete", "message_id": "x"},
        {"action": "slow_mode", "seconds": -1},
        {"action": "slow_mode", "seconds": 10**9},
        {"action": "announce", "text": "  "},
        {"action": "announce", "text": "x" * 201},
        {"action": "mute", "user_id": "usr_x"},
        {"action": "mute", "user_id": None},
    ],
)
async def test_malformed_orders_are_refused(api: httpx2.AsyncClient, show: Show, body: dict[str, Any]) -> None:
    answer = await api.post(show.moderation, json=body, headers=show.seller)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_only_staff_keep_order_and_only_over_viewers(
    ctx: Context, api: httpx2.AsyncClient, show: Show, buyer: Person
) -> None:
    body = {"action": "slow_mode", "seconds": 5}
    assert (await api.post(show.moderation, json=body)).json()["code"] == "sign-in-required"
    assert (await api.post(show.moderation, json=body, headers=buyer.headers)).json()["code"] == "not-allowed"
    packer = await join_shop(api, show.seller, show.shop["id"], "packer", "packer")
    assert (await api.post(show.moderation, json=body, headers=packer)).json()["code"] == "not-allowed"
    moderator = await join_shop(api, show.seller, show.shop["id"], "mod", "moderator")
    owner = (await api.get(show.room, headers=show.seller)).json()["me"]["id"]
    refused = await api.post(show.moderation, json={"action": "ban", "user_id": owner}, headers=moderator)
    assert refused.json()["code"] == "not-allowed"
    for unknown in ({"action": "ban", "user_id": new_id("usr")}, {"action": "delete", "message_id": new_id("cht")}):
        assert (await api.post(show.moderation, json=unknown, headers=moderator)).status_code == 404
    assert (await api.get(show.room)).json()["slow_mode"] == 0
