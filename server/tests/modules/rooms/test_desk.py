"""The moderators' desk over HTTP, with the edge behind it: rules, words, people, trail, export."""

import csv
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from edge.server import EdgeServer, Watcher, until
from nightmarket.kernel.clock import unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.rooms.api import DEVICE_COOKIE
from nightmarket.modules.rooms.public import InProcessBackend
from nightmarket.modules.rooms.service import export_chat
from support.accounts import Person, person, sign_up_admin
from support.clock import FrozenClock
from support.shops import join_shop, seller_with_shop

from .conftest import Show, enter
from .test_moderation import moderate

Drain = Callable[[], Awaitable[list[str]]]


async def desk(api: httpx2.AsyncClient, show: Show) -> dict[str, Any]:
    answer = await api.get(show.moderation, headers=show.seller)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def trail(api: httpx2.AsyncClient, show: Show, **query: Any) -> dict[str, Any]:
    answer = await api.get(f"{show.moderation}/log", headers=show.seller, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def knock(api: httpx2.AsyncClient, show: Show, headers: dict[str, str], device: str) -> httpx2.Response:
    """Ask for a ticket on this device."""
    api.cookies.clear()
    answer = await api.post(f"{show.room}/ticket", headers=headers | {"Cookie": f"{DEVICE_COOKIE}={device}"})
    api.cookies.clear()
    return answer


OPEN = {
    "slow_mode_seconds": 0,
    "followers_only_minutes": None,
    "links": "mask",
    "contacts": "mask",
    "raid_until": None,
}


async def test_rules_are_told_shown_kept_and_enforced(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    assert (await desk(api, show)) == {"rules": OPEN, "words": [], "presets": [], "restrictions": []}
    async with await enter(api, edge, show, buyer.headers) as ann:
        assert ann.frames[0]["d"]["rules"] == OPEN
        assert (await ann.say("see cheap-bags.com or 0912345678"))["t"] == "ack"
        await ann.until_said("see ••• or •••")
        await moderate(api, show, action="links", policy="block")
        await moderate(api, show, action="contacts", policy="allow")
        await moderate(api, show, action="slow_mode", seconds=0)
        expected = OPEN | {"links": "block", "contacts": "allow"}
        assert [frame["d"] for frame in await rules_told(ann, 3)] == [OPEN | {"links": "block"}, expected, expected]
        await until(lambda: edge.hub.rooms[show.id].order.rules.contacts == "allow")
        assert (await ann.say("cheap-bags.com"))["d"]["reason"] == "link"
        assert (await ann.say("0912345678"))["t"] == "ack"
    assert (await desk(api, show))["rules"] == (await api.get(show.room)).json()["rules"] == expected


async def rules_told(watcher: Watcher, count: int) -> list[dict[str, Any]]:
    await until(lambda: len(watcher.of_kind("room-rules")) == count)
    return watcher.of_kind("room-rules")


async def test_followers_only_lets_in_who_follows_a_moment_later(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="followers_only", minutes=0)
        await until(lambda: edge.hub.rooms[show.id].order.rules.followers_only_minutes == 0)
        await api.put(f"/api/v1/shops/{show.shop['id']}/follow", headers=buyer.headers)
        assert (await ann.say("now I follow"))["t"] == "ack"
        await moderate(api, show, action="followers_only", minutes=60)
        await until(lambda: edge.hub.rooms[show.id].order.rules.followers_only_minutes == 60)
        refused = (await ann.say("not long enough"))["d"]
        assert (refused["code"], refused["must_follow_for"]) == ("followers-only", 3600)
    async with await enter(api, edge, show, buyer.headers) as again:  # the ticket knows
        assert next(iter(edge.hub.rooms[show.id].viewers)).ticket.followed_at is not None
        assert (await again.say("still not"))["d"]["code"] == "followers-only"


async def test_the_words_of_a_shop_hold_in_all_its_shows(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    made = await api.post(
        "/api/v1/streams", json={"shop_id": show.shop["id"], "title": "Next one"}, headers=show.seller
    )
    other = Show(made.json()["id"], show.shop, show.seller, show.product, show.item)
    async with await enter(api, edge, other, show.seller) as elsewhere:
        add = [{"text": "髒話", "effect": "mask"}, {"text": "Scam", "effect": "block"}]
        await moderate(api, show, action="words", add=add, presets=["th"])
        await until(lambda: edge.hub.rooms[other.id].order.rules.words)
        assert (await elsewhere.say("scam"))["t"] == "ack"  # the shop's own people say what they like
    found = await desk(api, other)
    assert sorted(found["words"], key=lambda word: word["text"]) == sorted(add, key=lambda word: word["text"])
    assert found["presets"] == ["th"]
    async with await enter(api, edge, show, buyer.headers) as ann:
        assert (await ann.say("S C A M"))["d"]["reason"] == "word"
        assert (await ann.say("ไอ้เหี้ย"))["t"] == "ack"
        await ann.until_said("ไอ้•••")
    # the same word, written differently, gets the new effect; presets stay as they are
    await moderate(api, show, action="words", add=[{"text": "ＳＣＡＭ", "effect": "mask"}], remove=["髒 話", "never"])
    found = await desk(api, show)
    assert (found["words"], found["presets"]) == ([{"text": "ＳＣＡＭ", "effect": "mask"}], ["th"])


async def test_a_word_list_has_an_end(api: httpx2.AsyncClient, show: Show) -> None:
    for first in range(0, 500, 200):
        words = [{"text": f"word{number}", "effect": "mask"} for number in range(first, min(first + 200, 500))]
        await moderate(api, show, action="words", add=words)
    body = {"action": "words", "add": [{"text": "one more", "effect": "mask"}]}
    refused = await api.post(show.moderation, json=body, headers=show.seller)
    assert (refused.status_code, refused.json()["code"], refused.json()["limit"]) == (409, "too-many-words", 500)
    await moderate(api, show, action="words", add=body["add"], remove=["word7"])
    assert len((await desk(api, show))["words"]) == 500


async def test_a_shadow_mute_is_known_to_the_staff_alone(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    bob = await person(api, "bob")
    chat = f"/api/v1/streams/{show.id}/chat"
    async with await enter(api, edge, show, buyer.headers) as ann, await enter(api, edge, show, bob.headers) as other:
        await ann.say("hello")
        await moderate(api, show, action="mute", user_id=buyer.id, shadow=True)
        await until(lambda: edge.hub.rooms[show.id].order.rules.shadowed)
        secret = (await ann.say("psst"))["d"]["id"]
        await other.say("good evening")
        await other.until_said("good evening")
        await ann.until_said("psst")
        assert ann.of_kind("muted") == []
    for archived in (False, True):
        if archived:
            await InProcessBackend(ctx).snapshot(show.id)
            assert (await api.get(chat)).status_code == 200
            pin = {"action": "pin_message", "message_id": secret}
            assert (await api.post(show.moderation, json=pin, headers=show.seller)).status_code == 404
        for headers, texts in (
            (buyer.headers, ["hello", "psst", "good evening"]),
            (show.seller, ["hello", "psst", "good evening"]),
            (bob.headers, ["hello", "good evening"]),
            ({}, ["hello", "good evening"]),
        ):
            room = (await api.get(show.room, headers=headers)).json()
            assert [message["text"] for message in room["chat"]] == texts
            marks = [message.get("shadow") for message in room["chat"]]
            assert marks == ([None, True, None] if headers is show.seller else [None] * len(texts))
            if archived:
                page = (await api.get(chat, headers=headers)).json()["items"]
                assert [message["text"] for message in page] == texts[::-1]
                assert any("shadow" in message for message in page) is (headers is show.seller)
    me = (await api.get(show.room, headers=buyer.headers)).json()["me"]
    assert me["muted"] is False
    (restriction,) = (await desk(api, show))["restrictions"]
    assert restriction == restriction | {"kind": "mute", "shadow": True, "until": None}
    assert restriction["user"] == {"id": buyer.id, "name": "Ann"}
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="unmute", user_id=buyer.id)
        await until(lambda: not edge.hub.rooms[show.id].order.rules.shadowed)
        await moderate(api, show, action="announce", text="go on")
        await ann.until_kind("announcement")
        assert ann.of_kind("muted") == []


async def test_an_open_mute_that_becomes_a_shadow_looks_like_its_end(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="mute", user_id=buyer.id)
        await moderate(api, show, action="mute", user_id=buyer.id, shadow=True)
        await until(lambda: len(ann.of_kind("muted")) == 2)
        assert [frame["d"]["muted"] for frame in ann.of_kind("muted")] == [True, False]


async def test_a_ban_takes_the_devices_and_the_messages_along(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    phone_id = "a" * 24
    phone = await enter(api, edge, show, buyer.headers | {"Cookie": f"{DEVICE_COOKIE}={phone_id}"})
    api.cookies.clear()
    laptop = await enter(api, edge, show, buyer.headers)
    api.cookies.clear()
    await phone.say("rude one")
    await laptop.say("rude two")
    bob = await person(api, "bob")
    async with await enter(api, edge, show, bob.headers) as other:
        await other.until(lambda frame: frame["t"] == "room-state")
        await moderate(api, show, action="ban", user_id=buyer.id, delete_messages=True)
        assert [await phone.closed(), await laptop.closed()] == [4503, 4503]
        assert (await other.until_kind("chat-deleted"))["d"] == {"user_id": buyer.id}
    assert (await api.get(show.room)).json()["chat"] == []
    eve = await person(api, "eve")
    for headers in ({}, eve.headers):
        refused = await knock(api, show, headers, phone_id)
        assert (refused.status_code, refused.json()["code"]) == (403, "room-banned")
    assert (await knock(api, show, eve.headers, "b" * 24)).status_code == 200
    # Nobody can keep the shop out of its own room by sharing a device.
    assert (await knock(api, show, show.seller, phone_id)).status_code == 200
    await moderate(api, show, action="unban", user_id=buyer.id)
    assert (await knock(api, show, {}, phone_id)).status_code == 200


async def test_a_device_of_two_banned_people_waits_for_both(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    eve, shared = await person(api, "eve"), "c" * 24
    for who in (buyer, eve):
        assert (await knock(api, show, who.headers, shared)).status_code == 200
    for who in (buyer, eve):
        await moderate(api, show, action="ban", user_id=who.id)
    await moderate(api, show, action="unban", user_id=buyer.id)
    assert (await knock(api, show, {}, shared)).json()["code"] == "room-banned"
    await moderate(api, show, action="unban", user_id=eve.id)
    assert (await knock(api, show, {}, shared)).status_code == 200


async def test_a_ban_for_a_while_ends_on_devices_too(
    api: httpx2.AsyncClient, show: Show, buyer: Person, clock: FrozenClock
) -> None:
    phone = "d" * 24
    await knock(api, show, buyer.headers, phone)
    await moderate(api, show, action="ban", user_id=buyer.id, seconds=60)
    assert (await knock(api, show, {}, phone)).json()["code"] == "room-banned"
    clock.advance(seconds=61)
    assert (await knock(api, show, {}, phone)).status_code == 200
    assert (await desk(api, show))["restrictions"] == []


async def test_everything_of_a_person_is_deleted(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann, await enter(api, edge, show, show.seller) as host:
        first = (await ann.say("one"))["d"]["id"]
        await ann.say("two")
        await host.say("three")
        await moderate(api, show, action="pin_message", message_id=first)
        await moderate(api, show, action="delete", user_id=buyer.id)
        assert (await host.until_kind("chat-deleted"))["d"] == {"user_id": buyer.id}
        await moderate(api, show, action="delete", user_id=buyer.id)  # nothing left: nothing said
        await moderate(api, show, action="announce", text="done")
        await host.until_kind("announcement")
    assert len(host.of_kind("chat-deleted")) == 1
    room = (await api.get(show.room)).json()
    assert ([message["text"] for message in room["chat"]], room["pinned_message"]) == (["three"], None)
    assert [entry["action"] for entry in (await trail(api, show))["items"]] == ["announce", "delete_all", "pin"]


async def test_a_raid_mode_is_told_enforced_and_ends_by_itself(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, clock: FrozenClock, drain: Drain
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="raid", seconds=60)
        until_ms = unix_ms(clock()) + 60_000
        assert (await rules_told(ann, 1))[0]["d"]["raid_until"] == until_ms
        await until(lambda: edge.hub.rooms[show.id].order.rules.raid_until == until_ms)
        assert (await ann.say("hi"))["d"]["reason"] == "raid"  # a young account
        await drain()
        assert len(ann.of_kind("room-rules")) == 1
        clock.advance(seconds=30)
        await moderate(api, show, action="raid", seconds=60)  # longer
        clock.advance(seconds=31)
        await drain()
        assert (await desk(api, show))["rules"]["raid_until"] == until_ms + 30_000
        clock.advance(seconds=30)
        assert (await ann.say("hi"))["t"] == "ack"  # the edge knows by itself
        await drain()
        assert (await rules_told(ann, 3))[-1]["d"] == OPEN
        await drain()
    assert len(ann.of_kind("room-rules")) == 3
    entries = (await trail(api, show))["items"]
    assert [(entry["action"], entry["detail"], entry["by"] is None) for entry in entries] == [
        ("raid", {"seconds": None}, True),
        ("raid", {"seconds": 60}, False),
        ("raid", {"seconds": 60}, False),
    ]


async def test_a_raid_mode_can_be_ended_early(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, clock: FrozenClock, drain: Drain
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann:
        await moderate(api, show, action="raid", seconds=60)
        await moderate(api, show, action="raid", seconds=None)
        assert (await rules_told(ann, 2))[-1]["d"]["raid_until"] is None
        clock.advance(seconds=61)
        await drain()
        await moderate(api, show, action="announce", text="over")
        await ann.until_kind("announcement")
        assert len(ann.of_kind("room-rules")) == 2


async def test_a_private_reply_reaches_one_person_on_all_their_devices(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    bob = await person(api, "bob")
    moderator = await join_shop(api, show.seller, show.shop["id"], "mod", "moderator")
    async with (
        await enter(api, edge, show, buyer.headers) as ann,
        await enter(api, edge, show, buyer.headers) as ann_elsewhere,
        await enter(api, edge, show, bob.headers) as other,
    ):
        asked = (await ann.say("is it warm?"))["d"]["id"]
        await moderate(api, show, moderator, action="reply", user_id=buyer.id, message_id=asked, text=" very warm, +1 ")
        reply = await ann.until_kind("private-reply")
        assert await ann_elsewhere.until_kind("private-reply") == reply
        await moderate(api, show, moderator, action="announce", text="next")
        await other.until_kind("announcement")
    assert reply["d"] == reply["d"] | {"text": "very warm, +1", "in_reply_to": asked}
    assert (reply["d"]["from"]["name"], reply["d"]["from"]["role"]) == ("Mod", "moderator")
    assert reply["n"] > 0
    assert other.of_kind("private-reply") == []
    entry = (await trail(api, show))["items"][1]
    assert (entry["action"], entry["subject"]["id"], entry["message"]) == (
        "reply",
        buyer.id,
        {"id": asked, "text": "is it warm?"},
    )
    wrong = {"action": "reply", "user_id": bob.id, "message_id": asked, "text": "hm"}
    assert (await api.post(show.moderation, json=wrong, headers=moderator)).status_code == 404


async def test_the_trail_says_who_did_what_to_whom_in_pages(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, clock: FrozenClock
) -> None:
    moderator = await join_shop(api, show.seller, show.shop["id"], "mod", "moderator")
    async with await enter(api, edge, show, buyer.headers) as ann:
        bad = (await ann.say("rude"))["d"]["id"]
    for body in (
        {"action": "delete", "message_id": bad},
        {"action": "delete", "message_id": bad},  # was deleted already: no trace
        {"action": "mute", "user_id": buyer.id, "seconds": 60},
        {"action": "unmute", "user_id": buyer.id},
        {"action": "unmute", "user_id": buyer.id},
        {"action": "ban", "user_id": buyer.id},
        {"action": "slow_mode", "seconds": 5},
    ):
        await moderate(api, show, moderator, **body)
    first = await trail(api, show, limit=3)
    rest = await trail(api, show, limit=3, cursor=first["next_cursor"])
    entries = first["items"] + rest["items"]
    assert [entry["action"] for entry in entries] == ["slow_mode", "ban", "unmute", "mute", "delete"]
    assert rest["next_cursor"] is None
    assert {entry["by"]["name"] for entry in entries} == {"Mod"}
    assert entries[-1]["message"] == {"id": bad, "text": "rude"}
    assert entries[-1]["subject"] == entries[1]["subject"] == {"id": buyer.id, "name": "Ann"}
    assert entries[3]["detail"] == {"seconds": 60, "shadow": False}
    assert entries[0]["detail"] == {"seconds": 5}
    assert entries[0]["at"] == clock().isoformat().replace("+00:00", "Z")
    bad_cursor = await api.get(f"{show.moderation}/log", headers=show.seller, params={"cursor": "x"})
    assert (bad_cursor.status_code, bad_cursor.json()["code"]) == (422, "invalid-input")


@pytest.mark.parametrize("portion", [2, 500])
async def test_the_chat_as_a_file(
    api: httpx2.AsyncClient,
    edge: EdgeServer,
    show: Show,
    buyer: Person,
    portion: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export_chat, "PORTION", portion)
    async with await enter(api, edge, show, buyer.headers) as ann:
        texts = ["+1", '=HYPERLINK("x")', 'say "hi", ok', "＝謝謝老闆"]
        ids = [(await ann.say(text))["d"]["id"] for text in texts]
        await moderate(api, show, action="delete", message_id=ids[2])
        await moderate(api, show, action="mute", user_id=buyer.id, shadow=True)
        await until(lambda: edge.hub.rooms[show.id].order.rules.shadowed)
        await ann.say("psst")
    address = f"/api/v1/streams/{show.id}/chat/export"
    answer = await api.get(address, headers=show.seller | {"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="chat-{show.id}.csv"'
    assert answer.text.startswith("\ufeffid,at,")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["text"] for row in rows] == ["'+1", '\'=HYPERLINK("x")', 'say "hi", ok', "'＝謝謝老闆", "psst"]
    assert [bool(row["deleted_at"]) for row in rows] == [False, False, True, False, False]
    assert [row["shadow"] for row in rows] == ["", "", "", "", "yes"]
    for chosen in ({"headers": show.seller | {"Accept": "application/x-ndjson"}}, {"params": {"format": "jsonl"}}):
        answer = await api.get(address, **({"headers": show.seller} | chosen))
        assert answer.headers["content-type"] == "application/x-ndjson"
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert [line["text"] for line in lines] == [*texts, "psst"]
        assert [line["id"] for line in lines[:4]] == ids
        assert lines[2]["deleted_by"] is not None
    assert (await api.get(address, headers=show.seller, params={"format": "xml"})).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"action": "delete", "message_id": new_id("cht"), "user_id": new_id("usr")},
        {"action": "mute", "user_id": new_id("usr"), "shadow": "yes"},
        {"action": "mute", "user_id": new_id("usr"), "seconds": 0},
        {"action": "ban", "user_id": new_id("usr"), "seconds": 31 * 86_400},
        {"action": "followers_only"},
        {"action": "followers_only", "minutes": -1},
        {"action": "followers_only", "minutes": "10"},
        {"action": "links", "policy": "burn"},
        {"action": "contacts"},
        {"action": "raid"},
        {"action": "raid", "seconds": 0},
        {"action": "raid", "seconds": 10**9},
        {"action": "reply", "user_id": new_id("usr"), "text": " "},
        {"action": "reply", "user_id": new_id("usr"), "text": "x" * 201},
        {"action": "reply", "user_id": new_id("usr"), "text": "a\u0000b"},
        {"action": "words", "add": [{"text": "x" * 51, "effect": "mask"}]},
        {"action": "words", "add": [{"text": "", "effect": "mask"}]},
        {"action": "words", "add": [{"text": "!!!", "effect": "mask"}]},
        {"action": "words", "add": [{"text": "ok", "effect": "explode"}]},
        {"action": "words", "add": [{"text": f"w{n}", "effect": "mask"} for n in range(201)]},
        {"action": "words", "remove": [f"w{n}" for n in range(501)]},
        {"action": "words", "presets": ["klingon"]},
        {"action": "words", "more": 1},
    ],
)
async def test_malformed_orders_are_refused(api: httpx2.AsyncClient, show: Show, body: dict[str, Any]) -> None:
    answer = await api.post(show.moderation, json=body, headers=show.seller)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (await trail(api, show))["items"] == []


async def test_the_desk_is_for_the_staff_of_this_shop(
    ctx: Context, api: httpx2.AsyncClient, show: Show, buyer: Person
) -> None:
    stranger, _ = await seller_with_shop(api, "stranger", slug="other-lane")
    packer = await join_shop(api, show.seller, show.shop["id"], "packer", "packer")
    moderator = await join_shop(api, show.seller, show.shop["id"], "mod", "moderator")
    admin = await sign_up_admin(ctx, api)
    chat = f"/api/v1/streams/{show.id}/chat/export"
    for address in (show.moderation, f"{show.moderation}/log", chat):
        assert (await api.get(address)).json()["code"] == "sign-in-required"
        for headers in (stranger, packer, buyer.headers):
            assert (await api.get(address, headers=headers)).json()["code"] == "not-allowed"
        for headers in (show.seller, moderator, admin):
            assert (await api.get(address, headers=headers)).status_code == 200
        unknown = address.replace(show.id, new_id("str"))
        assert (await api.get(unknown, headers=moderator)).status_code == 404


async def test_nobody_restricts_themselves_or_who_stands_above(
    ctx: Context, api: httpx2.AsyncClient, show: Show
) -> None:
    staff = {
        role: await join_shop(api, show.seller, show.shop["id"], name, role)
        for name, role in (("packy", "packer"), ("modi", "moderator"), ("hosty", "host"))
    }
    staff |= {"owner": show.seller, "admin": await sign_up_admin(ctx, api)}
    ids = {role: (await api.get("/api/v1/me", headers=headers)).json()["id"] for role, headers in staff.items()}
    allowed = {
        "moderator": {"packer"},
        "host": {"packer", "moderator"},
        "owner": {"packer", "moderator", "host"},
        "admin": {"packer", "moderator", "host", "owner"},
    }
    for actor, over in allowed.items():
        for subject in ("packer", "moderator", "host", "owner"):
            body = {"action": "mute", "user_id": ids[subject], "seconds": 60}
            answer = await api.post(show.moderation, json=body, headers=staff[actor])
            expected = 204 if subject in over else 403
            assert answer.status_code == expected, (actor, subject, answer.text)
    unknown = {"action": "mute", "user_id": new_id("usr")}
    assert (await api.post(show.moderation, json=unknown, headers=show.seller)).status_code == 404
