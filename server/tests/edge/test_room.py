"""Rooms over real sockets: joining, chat, private answers, counting, moderation."""

import asyncio

import msgspec
import pytest
from websockets.asyncio.client import connect

from edge.conftest import StartEdge
from edge.made import held, item_json, line_up_item, message
from edge.server import EdgeServer, Frame, MemoryBackend, Watcher, until
from nightmarket.modules.rooms.realtime.frames import Envelope
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import Draft

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("mounting", ["own", "uvicorn"])
async def test_a_message_reaches_everyone_in_the_room_and_nobody_else(
    start_edge: StartEdge, room: str, mounting: str
) -> None:
    edge = await start_edge(mounting=mounting)
    async with (
        await edge.watch(room, "ann") as ann,
        await edge.watch(room, "bob") as bob,
        await edge.watch(room + "x", "eve") as eve,
    ):
        answer = await ann.say("  สวัสดี \n 你好  ")
        heard = await bob.until_kind("chat-message")
        own = await ann.until_kind("chat-message")
    assert answer["t"] == "ack"
    assert heard == own
    assert heard["d"]["text"] == "สวัสดี 你好"
    assert heard["d"]["user"] == {"id": "usr_ann", "name": "ann"} | {"role": "buyer"}
    assert (heard["d"]["id"], heard["s"]) == (answer["d"]["id"], answer["d"]["seq"])
    assert eve.of_kind("chat-message") == []


async def test_the_first_message_is_the_state_with_my_own_part(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    backend.items["itm_1"] = item_json(line_up_item("itm_1"))
    backend.pinned = "itm_1"
    async with await edge.watch(room, "host", role="owner") as host, await edge.watch(room, None) as guest:
        state = host.frames[0]
    assert state["t"] == "room-state"
    assert state["s"] == state["d"]["seq"] == 0
    assert state["d"]["items"] == [backend.items["itm_1"]]
    assert state["d"]["me"] == {"id": "usr_host", "name": "host", "role": "owner", "can_chat": True}
    assert "moderation" not in state["d"]
    assert guest.frames[0]["d"]["me"] == {"id": None, "name": "", "role": "anonymous", "can_chat": False}


async def test_a_newcomer_sees_the_chat_so_far(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        await ann.say("one")
        await ann.say("two")
        async with await edge.watch(room, "bob") as bob:
            await until(lambda: len(seen_chat(bob.frames)) == 2)
            assert seen_chat(bob.frames) == ["one", "two"]


def seen_chat(frames: list[Frame]) -> list[str]:
    """Texts of the snapshot and of the frames above its number, as a client folds them."""
    state = next(frame for frame in frames if frame["t"] == "room-state")
    texts = [message["text"] for message in state["d"]["chat"]]
    later = [frame for frame in frames if frame["t"] == "chat-message" and frame["s"] > state["s"]]
    return texts + [frame["d"]["text"] for frame in later]


async def test_anonymous_viewers_watch_but_do_not_write(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    async with await edge.watch(room, None) as guest, await edge.watch(room, "ann") as ann:
        refused = await guest.say("A1+1")
        await ann.say("hello")
        await guest.until_kind("chat-message")
    assert (refused["t"], refused["d"]["code"], refused["d"]["status"]) == ("error", "sign-in-required", 401)
    assert backend.comments == [("usr_ann", "hello")]
    assert guest.texts() == ["hello"]


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("chat-message", {"text": "   "}, "message-empty"),
        ("chat-message", {"text": "x" * 201}, "message-too-long"),
        ("chat-message", {"text": 7}, "malformed-frame"),
        ("chat-message", {}, "malformed-frame"),
        ("reaction", {"emoji": "skull"}, "malformed-frame"),
        ("spotlight-product", {"item_id": "itm_1"}, "not-allowed"),
        ("webrtc-offer", {"sdp": "v=0"}, "not-allowed"),
        ("buy-everything", {}, "unknown-kind"),
    ],
)
async def test_what_is_not_allowed_is_refused_by_code(
    edge: EdgeServer, backend: MemoryBackend, room: str, kind: str, data: dict[str, object], code: str
) -> None:
    async with await edge.watch(room, "ann") as ann:
        answer = await ann.ask(kind, **data)
        assert (await ann.say("still here"))["t"] == "ack"
    assert (answer["t"], answer["d"]["code"]) == ("error", code)
    assert backend.spotlights == []


async def test_an_order_comment_is_answered_to_its_author_alone(edge: EdgeServer, room: str) -> None:
    async with (
        await edge.watch(room, "ann") as ann,
        await edge.watch(room, "ann") as ann_elsewhere,
        await edge.watch(room, "bob") as bob,
    ):
        said = await ann.say("A1+1")
        result = await ann.until_kind("claim-result")
        await ann_elsewhere.until_kind("claim-result")
        await bob.until_kind("chat-message")
        await ann.say("thanks")
        await bob.until(lambda frame: frame["t"] == "chat-message" and frame["d"]["text"] == "thanks")
    assert result["d"] == msgspec.to_builtins(held(said["d"]["id"]))
    assert "s" not in result
    assert bob.of_kind("claim-result") == []


async def test_a_refused_order_comment_tells_its_author_why(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        await ann.say("sold")
        result = await ann.until_kind("claim-result")
    assert result["d"]["problem"]["code"] == "conflict"
    assert result["d"]["problem"]["available"] == 0


async def test_chat_does_not_wait_for_the_order_side(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    backend.comment_delay = 0.5
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        await ann.say("A1+1")
        await bob.until_kind("chat-message")
        assert ann.of_kind("claim-result") == []
        await ann.until_kind("claim-result")


async def test_an_order_counts_even_when_the_chat_limit_drops_the_message(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    edge = await start_edge(limits=RealtimeLimits(chat_burst=1, chat_per_second=0.01, presence_seconds=0.05))
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        assert (await ann.say("hello"))["t"] == "ack"
        refused = await ann.say("A1+1")
        await ann.until_kind("claim-result")
        await bob.until_kind("chat-message")
    assert refused["d"]["code"] == "too-fast"
    assert refused["d"]["retry_after"] > 1
    assert backend.comments == [("usr_ann", "hello"), ("usr_ann", "A1+1")]
    assert bob.texts() == ["hello"]


async def test_muted_people_may_order_but_not_write(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    backend.moderation = {"muted": {"usr_ann": None}}
    async with await edge.watch(room, "ann") as ann:
        refused = await ann.say("A1+1")
        await ann.until_kind("claim-result")
    assert refused["d"]["code"] == "muted-in-room"


async def test_slow_mode_comes_with_a_control_message(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "host", role="host") as host:
        await edge.log.pass_on(room, Envelope("x", "rules", "", 0, b'{"slow_mode_seconds":30}'))
        await until(lambda: edge.hub.rooms[room].order.rules.slow_mode_seconds == 30)
        assert (await ann.say("one"))["t"] == "ack"
        assert (await ann.say("two"))["d"]["code"] == "slow-mode"
        assert (await host.say("one"))["t"] == (await host.say("two"))["t"] == "ack"


async def test_a_ban_closes_the_socket_for_good(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        backend.moderation = {"banned": ["usr_ann", "dev_ann"]}
        await edge.log.pass_on(room, Envelope("x", "ban", "", 0, b'{"identities":["usr_ann","dev_ann"]}'))
        assert await ann.closed() == 4503
        assert (await bob.say("bye"))["t"] == "ack"
        async with connect(edge.url(room, None, device="dev_ann")) as again:
            await until(lambda: again.close_code == 4503)


async def test_a_room_that_does_not_exist_is_closed_for_good(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    backend.missing.add(room)
    async with connect(edge.url(room, "ann")) as socket:
        await until(lambda: socket.close_code == 4510)


async def test_people_are_counted_once_and_forgotten_when_they_leave(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        async with await edge.watch(room, "ann"), await edge.watch(room, "bob"), await edge.watch(room, None):
            await ann.until(lambda frame: frame["t"] == "viewer-count" and frame["d"]["count"] == 3)
        before = len(ann.frames)
        await until(lambda: any(f["t"] == "viewer-count" and f["d"]["count"] == 1 for f in ann.frames[before:]))


async def test_reactions_are_summed(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, None) as guest:
        for _ in range(5):
            await guest.ask("reaction", emoji="heart", count=3)
        await until(lambda: sum(frame["d"]["count"] for frame in ann.of_kind("reaction")) == 15)


async def test_the_host_shows_an_item(edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
    async with await edge.watch(room, "host", role="host") as host:
        answer = await host.ask("spotlight-product", item_id="itm_1", media_time=12.5)
    assert answer == {"t": "ack", "id": 1, "d": {"item_id": "itm_1"}}
    assert backend.spotlights == ["itm_1"]


async def test_signals_pass_between_host_and_guest_only(edge: EdgeServer, room: str) -> None:
    async with (
        await edge.watch(room, "host", role="owner") as host,
        await edge.watch(room, "ann") as ann,
        await edge.watch(room, "bob") as bob,
    ):
        assert (await host.ask("webrtc-offer", sdp="v=0"))["d"]["code"] == "addressee-missing"
        await host.ask("webrtc-offer", to="usr_ann", sdp="v=0")
        offer = await ann.until_kind("webrtc-offer")
        assert (await ann.ask("webrtc-answer", sdp="v=1"))["t"] == "ack"
        reply = await host.until_kind("webrtc-answer")
        assert (await bob.ask("webrtc-answer", sdp="v=1"))["d"]["code"] == "not-allowed"
    assert offer["d"]["from"]["user"] == "usr_host"
    assert (reply["d"]["from"]["user"], reply["d"]["sdp"]) == ("usr_ann", "v=1")
    assert bob.of_kind("webrtc-offer") == []


async def test_leaving_stops_the_frames_and_joining_brings_the_state(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        await bob.ask("leave-room")
        assert (await bob.say("anyone?"))["d"]["code"] == "not-in-room"
        await ann.say("missed")
        await ann.until_kind("chat-message")
        assert bob.texts() == []
        assert (await bob.ask("join-room"))["t"] == "ack"
        await until(lambda: len(bob.of_kind("room-state")) == 2)
        await ann.say("heard")
        await bob.until(lambda frame: frame["t"] == "chat-message" and frame["d"]["text"] == "heard")


async def test_a_burst_travels_in_few_messages(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        before = ann.messages
        at = edge.hub.now_ms()
        await edge.log.append(room, [Draft.of(message(str(n)), at=at) for n in range(300)])
        await until(lambda: len(ann.of_kind("chat-message")) == 300)
        assert [frame["d"]["id"] for frame in ann.of_kind("chat-message")] == [str(n) for n in range(300)]
        assert ann.messages - before < 100


async def test_two_processes_share_a_room(start_edge: StartEdge, room: str) -> None:
    first, second = await start_edge(), await start_edge()
    async with await first.watch(room, "ann") as ann, await second.watch(room, "bob") as bob:
        await ann.say("over there?")
        await bob.until_kind("chat-message")
        await bob.say("A1+1")
        await bob.until_kind("claim-result")
        await ann.until(lambda frame: frame["t"] == "chat-message" and frame["d"]["text"] == "A1+1")
        for watcher in (ann, bob):
            await watcher.until(lambda frame: frame["t"] == "viewer-count" and frame["d"]["count"] == 2)
    assert [frame["s"] for frame in ann.of_kind("chat-message")] == [1, 2]
    assert ann.of_kind("claim-result") == []


async def test_a_flooding_client_is_hung_up_on(start_edge: StartEdge, room: str) -> None:
    limits = RealtimeLimits(messages_per_second=1, message_burst=3, refusals_before_close=5, presence_seconds=0.05)
    edge = await start_edge(limits=limits)
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        for _ in range(20):
            await ann.socket.send('{"t":"reaction"}')
        assert await ann.closed() == 4029
        assert (await bob.say("calm"))["t"] == "ack"


async def test_the_room_waits_for_the_backend_and_then_opens(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    backend.is_down = True
    async with Watcher(await connect(edge.url(room, "ann"))) as ann:
        await until(lambda: room in edge.hub.rooms)
        await asyncio.wait([asyncio.create_task(ann.until_kind("room-state"))], timeout=0.2)
        assert ann.frames == []
        backend.is_down = False
        await ann.until_kind("room-state")
