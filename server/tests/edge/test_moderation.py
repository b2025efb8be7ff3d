"""Order in a room over real sockets, on several edges: shadowed messages, bans, words, links, followers, raids."""

import asyncio
import time
from typing import Any

import pytest
from websockets.asyncio.client import connect

from edge.conftest import StartEdge
from edge.server import EdgeServer, MemoryBackend, Watcher, until
from nightmarket.modules.rooms.realtime.frames import Envelope, encode_data
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.moderation import RoomRules
from nightmarket.modules.rooms.realtime.tickets import Ticket

pytestmark = pytest.mark.timeout(60)

LONG_AGO = 1_600_000_000


async def control(edge: EdgeServer, room: str, change: str, **data: Any) -> None:
    """What the api says to the edges of a room."""
    await edge.log.pass_on(room, Envelope("x", change, "", 0, encode_data(data)))


def rules(edge: EdgeServer, room: str) -> RoomRules:
    return edge.hub.rooms[room].order.rules


def numbers(watcher: Watcher) -> list[int]:
    return [frame["s"] for frame in watcher.frames if "s" in frame and frame["t"] != "room-state"]


# -- shadow mute ------------------------------------------------------------------------------------------------------


async def test_a_shadowed_author_cannot_tell_and_nobody_else_hears(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    first, second = await start_edge(), await start_edge()
    async with (
        await first.watch(room, "ann") as ann,
        await second.watch(room, "ann") as ann_elsewhere,
        await first.watch(room, "bob") as bob,
        await second.watch(room, "eve") as eve,
        await second.watch(room, "mod", role="moderator") as mod,
    ):
        await ann.say("before")
        await control(first, room, "mute", user="usr_ann", until=None, shadow=True)
        await until(lambda: rules(first, room).shadowed and rules(second, room).shadowed)
        answer = await ann.say("buy elsewhere")
        await bob.say("hello")
        own = await ann.until_said("buy elsewhere")
        assert await ann_elsewhere.until_said("buy elsewhere") == own
        marked = await mod.until_said("buy elsewhere")
        for watcher in (ann, ann_elsewhere, bob, eve, mod):
            await watcher.until_said("hello")
    assert (answer["t"], answer["d"]) == ("ack", {"id": own["d"]["id"], "seq": own["s"]})
    assert own == ann.of_kind("chat-message")[0] | {"s": 2, "at": own["at"], "d": own["d"]}
    assert own["d"].keys() == ann.of_kind("chat-message")[0]["d"].keys()  # nothing sets it apart
    assert marked == own | {"d": own["d"] | {"shadow": True}}
    assert ann.of_kind("muted") == []
    for other in (bob, eve):
        assert other.texts() == ["before", "hello"]
        assert other.of_kind("chat-deleted")[0]["d"] == {"id": own["d"]["id"]}
    for watcher in (ann, ann_elsewhere, bob, eve, mod):
        assert numbers(watcher) == [1, 2, 3]


async def test_what_was_shadowed_stays_so_for_who_comes_later_and_who_comes_back(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    edge = await start_edge(
        limits=RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, snapshot_age_seconds=0)
    )
    backend.moderation = {"shadowed": {"usr_ann": None}}
    async with await edge.watch(room, "ann") as ann:
        await ann.say("psst")
        epoch = ann.frames[0]["d"]["epoch"]
        await ann.until_said("psst")
        for who, role, expected in (
            ("ann", "buyer", [{"text": "psst"}]),
            ("mod", "moderator", [{"text": "psst", "shadow": True}]),
            ("bob", "buyer", []),
        ):
            later = Watcher(await connect(edge.url(room, who, role=role)))
            state = await later.until_kind("room-state")
            assert [
                {key: message[key] for key in ("text", "shadow") if key in message} for message in state["d"]["chat"]
            ] == expected
            await later.close()
            back = Watcher(await connect(edge.url(room, who, role=role, resume=f"&epoch={epoch}&seq=0")))
            await back.until_kind("viewer-count")
            assert back.texts() == [message["text"] for message in expected]
            assert numbers(back) == [1]
            await back.close()


async def test_a_shadowed_person_may_still_order_and_is_held_to_the_same_limits(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    backend.moderation = {"shadowed": {"usr_ann": None}, "slow_mode_seconds": 60}
    async with await edge.watch(room, "ann") as ann:
        assert (await ann.say("A1+1"))["t"] == "ack"
        await ann.until_kind("claim-result")
        assert (await ann.say("again"))["d"]["code"] == "slow-mode"
    assert backend.comments == [("usr_ann", "A1+1"), ("usr_ann", "again")]


async def test_a_mute_becomes_a_shadow_and_ends(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        await control(edge, room, "mute", user="usr_ann", until=None)
        await until(lambda: rules(edge, room).muted)
        assert (await ann.say("one"))["d"]["code"] == "muted-in-room"
        await control(edge, room, "mute", user="usr_ann", until=None, shadow=True)
        await until(lambda: not rules(edge, room).muted)
        assert (await ann.say("two"))["t"] == "ack"
        await control(edge, room, "unmute", user="usr_ann")
        await until(lambda: not rules(edge, room).shadowed)
        await ann.say("three")
        await bob.until_said("three")
    assert bob.texts() == ["three"]


async def test_a_moderator_muted_by_the_owner_is_silent(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    backend.moderation = {"muted": {"usr_mod": None}}
    async with await edge.watch(room, "mod", role="moderator") as mod:
        assert (await mod.say("hm"))["d"]["code"] == "muted-in-room"


# -- bans -------------------------------------------------------------------------------------------------------------


async def test_a_ban_reaches_every_edge_every_device_and_whoever_comes_on_one(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    first, second = await start_edge(), await start_edge()
    phone = await first.watch(room, "ann", device="dev_phone")
    laptop = await second.watch(room, "ann", device="dev_laptop")
    guest = await second.watch(room, None, device="dev_phone")
    async with await first.watch(room, "bob") as bob:
        backend.moderation = {"banned": {"usr_ann": None, "dev_phone": None}}
        await control(first, room, "ban", identities=["usr_ann", "dev_phone"], until=None)
        assert [await one.closed() for one in (phone, laptop, guest)] == [4503, 4503, 4503]
        async with connect(first.url(room, "new_account", device="dev_phone")) as again:
            await until(lambda: again.close_code == 4503)
        assert (await bob.say("quiet now"))["t"] == "ack"
        backend.moderation = {}
        await control(first, room, "unban", identities=["usr_ann", "dev_phone"])
        await until(lambda: not rules(first, room).banned)
        async with await first.watch(room, "ann", device="dev_phone") as ann:
            assert (await ann.say("sorry"))["t"] == "ack"


async def test_a_ban_ends_by_itself(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    backend.moderation = {"banned": {"usr_ann": int(time.time()) - 1, "usr_bob": int(time.time()) + 3600}}
    async with await edge.watch(room, "ann") as ann, connect(edge.url(room, "bob")) as bob:
        await until(lambda: bob.close_code == 4503)
        assert (await ann.say("back"))["t"] == "ack"


async def test_a_change_on_its_way_past_a_snapshot_is_not_forgotten(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    async with await edge.watch(room, "ann"):
        edge.hub.rooms[room]._snapshot = None  # as if it were old
        backend.snapshot_gate = asyncio.Event()
        socket = await connect(edge.url(room, "eve"))
        await until(lambda: len(edge.hub.rooms[room].viewers) == 2)
        await control(edge, room, "ban", identities=["usr_eve"], until=None)
        await until(lambda: rules(edge, room).banned)
        backend.snapshot_gate.set()
        await until(lambda: socket.close_code == 4503)
        assert "usr_eve" in rules(edge, room).banned
        await socket.close()


# -- words, links, contacts -------------------------------------------------------------------------------------------


async def test_words_change_on_every_edge_at_once(start_edge: StartEdge, room: str) -> None:
    first, second = await start_edge(), await start_edge()
    words = [{"text": "髒話", "effect": "mask"}, {"text": "scam", "effect": "block"}]
    async with await first.watch(room, "ann") as ann, await second.watch(room, "bob") as bob:
        await control(second, room, "words", words=words, presets=["en"])
        await until(lambda: rules(first, room).words and rules(second, room).words)
        for watcher in (ann, bob):
            assert (await watcher.say(f"說髒 話 A1+1 {watcher.frames[0]['d']['me']['name']}"))["t"] == "ack"
            refused = await watcher.say("total SCAM")
            assert (refused["d"]["code"], refused["d"]["reason"], refused["d"]["status"]) == (
                "message-blocked",
                "word",
                422,
            )
        assert (await ann.say("bullshit!"))["t"] == "ack"
        for watcher in (ann, bob):
            await watcher.until_said("•••!")
            assert sorted(watcher.texts()) == ["•••!", "說••• A1+1 ann", "說••• A1+1 bob"]
        await control(first, room, "words", words=[], presets=[])
        await until(lambda: not rules(second, room).words)
        assert (await bob.say("total scam"))["t"] == "ack"


async def test_links_and_contacts_follow_their_policies_and_orders_count_all_the_same(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    backend.moderation = {"links": "block", "contacts": "mask"}
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "host", role="host") as host:
        refused = await ann.say("A1+1 cheap-bags.com")
        assert refused["d"]["reason"] == "link"
        await ann.until_kind("claim-result")
        assert (await ann.say("call 0912-345-678"))["t"] == "ack"
        assert (await host.say("our page https://night.market 02-2345-6789"))["t"] == "ack"
        await ann.until(lambda frame: frame["t"] == "chat-message" and "our page" in frame["d"]["text"])
        await control(edge, room, "rules", links="allow", contacts="block")
        await until(lambda: rules(edge, room).links == "allow")
        assert (await ann.say("cheap-bags.com"))["t"] == "ack"
        assert (await ann.say("line id: abc99"))["d"]["reason"] == "contact"
    assert ann.texts()[:2] == ["call •••", "our page https://night.market 02-2345-6789"]
    assert backend.comments[0] == ("usr_ann", "A1+1 cheap-bags.com")


async def test_names_are_held_to_the_same_rules(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    words = [{"text": "scam", "effect": "block"}]
    backend.moderation = {"links": "block", "contacts": "mask", "words": words}
    names = {"加賴 abc99": "加賴 •••", "cheap-bags.com": "•••", "SCAM": "•••", "Ann": "Ann"}
    for number, (name, shown) in enumerate(names.items()):
        ticket = Ticket(
            room=room, viewer="vwr_x", device=f"dev_{number}", user=f"usr_{number}", name=name, role="buyer"
        )
        text = edge._signer.issue(ticket, expires_at=int(time.time()) + 60)
        async with Watcher(await connect(f"ws://127.0.0.1:{edge.port}/ws?ticket={text}")) as watcher:
            await watcher.until_kind("room-state")
            await watcher.say(f"hello {number}")
            said = await watcher.until_said(f"hello {number}")
        assert said["d"]["user"]["name"] == shown


# -- followers only ---------------------------------------------------------------------------------------------------


async def test_only_followers_write_and_who_follows_now_writes_at_once(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    now = int(time.time())
    backend.moderation = {"followers_only_minutes": 10}
    async with (
        await edge.watch(room, "fan", followed_at=now - 601) as fan,
        await edge.watch(room, "ann") as ann,
        await edge.watch(room, "new") as new,
        await edge.watch(room, "mod", role="moderator") as mod,
    ):
        assert (await fan.say("hi"))["t"] == (await mod.say("hi all"))["t"] == "ack"
        assert backend.asked_standing == []
        refused = (await ann.say("A1+1"))["d"]
        assert (refused["code"], refused["minutes"], refused["must_follow_for"]) == ("followers-only", 10, None)
        await ann.until_kind("claim-result")
        for text in ("hello?", "anybody?", "please"):
            assert (await ann.say(text))["d"]["code"] == "followers-only"
        assert backend.asked_standing == ["usr_ann"] * 3  # and then not again for some seconds
        backend.followers["usr_new"] = now - 60
        refused = (await new.say("hello"))["d"]
        assert refused["code"] == "followers-only"
        assert 530 <= refused["must_follow_for"] <= 540
        await control(edge, room, "rules", followers_only_minutes=0)
        await until(lambda: rules(edge, room).followers_only_minutes == 0)
        assert (await new.say("now"))["t"] == "ack"


async def test_following_is_believed_at_once(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    backend.moderation = {"followers_only_minutes": 0}
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        assert (await ann.say("hi"))["d"]["code"] == "followers-only"
        backend.followers["usr_ann"] = int(time.time())
        assert (await ann.say("I follow"))["t"] == "ack"
        assert (await ann.say("still do"))["t"] == "ack"
        await bob.until_said("still do")
    assert backend.asked_standing == ["usr_ann"] * 2


async def test_without_the_api_nobody_becomes_a_follower(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    backend.moderation = {"followers_only_minutes": 0}
    async with await edge.watch(room, "ann") as ann:
        backend.is_down = True
        assert (await ann.say("hi"))["d"]["code"] == "followers-only"


# -- raid mode --------------------------------------------------------------------------------------------------------


async def test_a_raid_mode_shuts_newcomers_up_slows_the_rest_and_ends_by_itself(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    now_ms = int(time.time() * 1000)
    old = {"born_at": LONG_AGO, "known_since": LONG_AGO}
    async with (
        await edge.watch(room, "old", **old) as regular,
        await edge.watch(room, "young", born_at=now_ms // 1000 - 3600, known_since=LONG_AGO) as young,
        await edge.watch(room, "late", born_at=LONG_AGO, known_since=now_ms // 1000 + 1) as late,
        await edge.watch(room, "mod", role="moderator") as mod,
    ):
        until_ms = now_ms + 60_000
        await control(edge, room, "rules", raid_since=now_ms, raid_until=until_ms, links="allow", contacts="mask")
        await until(lambda: rules(edge, room).raid_until == until_ms)
        for newcomer in (young, late):
            refused = (await newcomer.say("A1+1"))["d"]
            assert (refused["code"], refused["reason"]) == ("message-blocked", "raid")
            await newcomer.until_kind("claim-result")
        assert (await regular.say("cheap-bags.com"))["d"]["reason"] == "link"
        assert (await regular.say("0912345678"))["d"]["reason"] == "contact"
        assert (await regular.say("what is going on"))["t"] == "ack"
        refused = (await regular.say("hello?"))["d"]
        assert (refused["code"], refused["seconds"]) == ("slow-mode", 10)
        assert (await mod.say("calm down: night.market.com"))["t"] == "ack"
        rules(edge, room).raid_until = int(time.time() * 1000) - 1  # time has passed
        assert (await young.say("may I?"))["t"] == "ack"
        assert (await regular.say("me too cheap-bags.com"))["t"] == "ack"
