"""Rooms over HTTP: state, tickets, chat history, the line, and who may see what."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from edge.server import EdgeServer
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.rooms.realtime.tickets import TicketSigner
from nightmarket.modules.rooms.service.archive_chat import archive_active_rooms
from nightmarket.modules.rooms.service.enter_room import TICKET_SECONDS
from support.accounts import Person, sign_up_admin
from support.clock import FrozenClock
from support.shops import join_shop
from support.streams import make_stream

from .conftest import Show, enter

Drain = Callable[[], Awaitable[list[str]]]


async def test_the_room_shows_the_line_up_and_me(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    answer = await api.get(show.room, headers=buyer.headers)
    room = answer.json()
    assert answer.status_code == 200
    assert room["state"] == "live"
    assert (room["items"], room["pinned"], room["chat"]) == ([show.item], None, [])
    assert (room["slow_mode"], room["pinned_message"], room["viewers"]) == (0, None, 0)
    assert room["me"] == {
        "id": buyer.id,
        "name": "Ann",
        "role": "buyer",
        "can_chat": True,
        "muted": False,
        "queue_position": None,
        "queue": {"position": None, "item_id": None, "turn": False, "turn_expires_at": None},
    }
    stranger = (await api.get(show.room)).json()
    assert (stranger["me"]["role"], stranger["me"]["can_chat"]) == ("anonymous", False)
    assert (await api.get(show.room, headers=show.seller)).json()["me"]["role"] == "owner"


async def test_the_epoch_is_the_same_for_all_who_ask(api: httpx2.AsyncClient, show: Show) -> None:
    first, second = (await api.get(show.room)).json(), (await api.get(show.room)).json()
    assert first["epoch"] == second["epoch"] != ""


async def test_a_ticket_says_who_and_for_how_long(
    ctx: Context, api: httpx2.AsyncClient, show: Show, buyer: Person, clock: FrozenClock
) -> None:
    signer = TicketSigner(ctx.secret)
    body = (await api.post(f"{show.room}/ticket", headers=buyer.headers)).json()
    assert (body["url"], body["expires_in"]) == ("ws://nightmarket.test/ws", TICKET_SECONDS)
    now = int(clock().timestamp())
    ticket = signer.read(body["ticket"], now=now + TICKET_SECONDS - 1)
    assert (ticket.room, ticket.user, ticket.name, ticket.role) == (show.id, buyer.id, "Ann", "buyer")
    with pytest.raises(ValueError, match="expired"):
        signer.read(body["ticket"], now=now + TICKET_SECONDS)


async def test_a_device_keeps_its_name_without_an_account(
    ctx: Context, api: httpx2.AsyncClient, show: Show, clock: FrozenClock
) -> None:
    signer, now = TicketSigner(ctx.secret), int(clock().timestamp())
    first = signer.read((await api.post(f"{show.room}/ticket")).json()["ticket"], now=now)
    second = signer.read((await api.post(f"{show.room}/ticket")).json()["ticket"], now=now)
    api.cookies.clear()
    other = signer.read((await api.post(f"{show.room}/ticket")).json()["ticket"], now=now)
    assert (first.user, first.role, first.name) == (None, "anonymous", "")
    assert first.device == second.device != other.device
    assert first.viewer != second.viewer


@pytest.mark.parametrize("role", ["host", "moderator", "packer"])
async def test_staff_have_their_role_in_the_room(api: httpx2.AsyncClient, show: Show, role: str) -> None:
    headers = await join_shop(api, show.seller, show.shop["id"], "staff", role)
    assert (await api.get(show.room, headers=headers)).json()["me"]["role"] == role


async def test_administrators_may_keep_order(ctx: Context, api: httpx2.AsyncClient, show: Show) -> None:
    headers = await sign_up_admin(ctx, api)
    assert (await api.get(show.room, headers=headers)).json()["me"]["role"] == "moderator"


async def test_drafts_and_private_shows_are_hidden(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    draft = await make_stream(api, show.seller, show.shop["id"])
    for stream in (draft["id"], new_id("str"), "str_nonsense", "x"):
        for method, path in (("GET", "room"), ("POST", "room/ticket"), ("GET", "chat"), ("POST", "queue")):
            body: dict[str, Any] | None = {} if path == "queue" else None
            answer = await api.request(method, f"/api/v1/streams/{stream}/{path}", headers=buyer.headers, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert (await api.get(f"/api/v1/streams/{draft['id']}/room", headers=show.seller)).status_code == 200


async def test_chat_is_kept_and_paged(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, clock: FrozenClock
) -> None:
    async with await enter(api, edge, show, show.seller) as watcher:
        for number in range(5):
            clock.advance(milliseconds=5)
            assert (await watcher.say(f"message {number}"))["t"] == "ack"
        room = (await api.get(show.room)).json()
        assert [message["text"] for message in room["chat"]] == [f"message {n}" for n in range(5)]
        await archive_active_rooms(ctx)
        await archive_active_rooms(ctx)
        assert (await api.get(show.room)).json()["chat"] == room["chat"]
    path = f"/api/v1/streams/{show.id}/chat"
    first = (await api.get(path, params={"limit": 3})).json()
    assert [message["text"] for message in first["items"]] == ["message 4", "message 3", "message 2"]
    assert first["items"][0] == room["chat"][4]
    rest = (await api.get(path, params={"limit": 3, "before": first["next_cursor"]})).json()
    assert [message["text"] for message in rest["items"]] == ["message 1", "message 0"]
    assert rest["next_cursor"] is None
    assert (await api.get(path, params={"before": "x"})).json()["code"] == "invalid-input"


async def test_chat_survives_the_loss_of_redis(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show
) -> None:
    async with await enter(api, edge, show, show.seller) as watcher:
        await watcher.say("before")
        await archive_active_rooms(ctx)
        old = (await api.get(show.room)).json()
        await ctx.redis.flushdb()
        new = (await api.get(show.room)).json()
        assert new["epoch"] != old["epoch"]
        assert new["chat"] == old["chat"] != []
        await watcher.say("after")
        await watcher.until_kind("resync")
        await archive_active_rooms(ctx)
    texts = [message["text"] for message in (await api.get(show.room)).json()["chat"]]
    assert texts == ["before", "after"]


async def test_the_line_keeps_its_order(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    path = f"/api/v1/streams/{show.id}/queue"
    assert (await api.post(path, json={})).json()["code"] == "sign-in-required"
    assert (await api.post(path, json={}, headers=show.seller)).json()["position"] == 1
    for _ in range(2):
        answer = await api.post(path, json={"item_id": show.item["id"]}, headers=buyer.headers)
        assert answer.json()["position"] == 2
    assert (await api.get(show.room, headers=buyer.headers)).json()["me"]["queue_position"] == 2
    assert (await api.delete(path, headers=show.seller)).status_code == 204
    assert (await api.get(show.room, headers=buyer.headers)).json()["me"]["queue_position"] == 1
    assert (await api.delete(path, headers=buyer.headers)).status_code == 204
    assert (await api.delete(path, headers=buyer.headers)).status_code == 204
    unknown = await api.post(path, json={"item_id": new_id("itm")}, headers=buyer.headers)
    assert unknown.status_code == 404
    await api.post(f"/api/v1/streams/{show.id}/end", headers=show.seller)
    assert (await api.post(path, json={}, headers=buyer.headers)).json()["code"] == "stream-ended"


async def test_a_device_name_that_is_not_ours_is_replaced(
    ctx: Context, api: httpx2.AsyncClient, show: Show, clock: FrozenClock
) -> None:
    for junk in ("x" * 5000, "usr_someone", "%00"):
        answer = await api.post(f"{show.room}/ticket", headers={"Cookie": f"nightmarket_device={junk}"})
        assert answer.status_code == 200
        ticket = TicketSigner(ctx.secret).read(answer.json()["ticket"], now=int(clock().timestamp()))
        assert len(ticket.device) == len("dev_") + 24
        assert junk not in ticket.device
