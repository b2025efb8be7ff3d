"""Every kind, both ways, in both mountings and on every transport, beside a viewer on our own socket."""

import json
from typing import Any

import msgspec
import pytest

from edge.contract import CONTRACTS
from edge.made import held, item_updated
from edge.server import EdgeServer, MemoryBackend, until
from edge.socketio.conftest import SocketIoEdge, StartEdge
from edge.socketio.node import Node
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, ServerData
from nightmarket.modules.rooms.realtime.kinds.registry import SERVER_KINDS
from nightmarket.modules.rooms.realtime.log import Draft

pytestmark = [pytest.mark.timeout(60), pytest.mark.parametrize("redis", ["stand-in"], indirect=True)]

Transport = dict[str, Any]


async def test_a_client_comes_in_by_each_transport(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    assert (await ann.until_what("open"))["transport"] == transport["transports"][0]
    if len(transport["transports"]) == 2:
        assert (await ann.until_what("upgrade"))["transport"] == "websocket"
    state = ann.of_kind("room-state")[0]
    assert state["data"]["me"]["id"] == "usr_ann"
    assert state["meta"]["s"] == state["data"]["seq"] == 0
    answer = await ann.ask("chat-message", {"text": "สวัสดี 哈囉 👋"})
    said = await ann.until_event("chat-message")
    assert said["data"]["text"] == "สวัสดี 哈囉 👋"
    assert (said["data"]["id"], said["meta"]["s"]) == (answer["id"], answer["seq"])
    assert said["meta"]["at"] > 1_700_000_000_000


FRAMES = [one["frame"] for one in json.loads((CONTRACTS / "room-samples.json").read_text())["server"]]
NEWS = [
    frame
    for frame in FRAMES
    # Made by the edge for one socket, or passed between two: those have tests of their own.
    if frame["t"] in SERVER_KINDS and SERVER_KINDS[frame["t"]].klass not in (FrameClass.STATE, FrameClass.DIRECT)
]


async def announce(edge: EdgeServer, room: str, data: ServerData) -> None:
    """Say something to the room, or to ann, as the api does."""
    at = edge.hub.now_ms()
    match data.klass:
        case FrameClass.LOSSY:
            await edge.log.announce(room, data, at=at, key="mark")
        case FrameClass.PRIVATE:
            await edge.log.append_to_user(room, "usr_ann", data, at=at)
        case _:
            await edge.log.append(room, [Draft.of(data, at=at)])


def same(frame: dict[str, Any], happening: dict[str, Any]) -> bool:
    """Whether an event carries exactly what a frame of our own protocol does."""
    meta = {name: frame[name] for name in ("s", "n", "at") if name in frame}
    return bool(happening["data"] == frame["d"] and happening["meta"] == meta)


async def test_every_kind_of_the_room_arrives_unchanged(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    async with await edge.watch(room, "ann") as own:
        for sample in NEWS:
            kind, data = sample["t"], sample["d"]
            await announce(edge, room, msgspec.convert(data, SERVER_KINDS[kind]))
            frame = await own.until(lambda one, kind=kind, data=data: one["t"] == kind and one["d"] == data)
            happening = await ann.until(
                lambda one, kind=kind, data=data: one.get("kind") == kind and one["data"] == data
            )
            assert same(frame, happening), (frame, happening)


async def test_private_frames_reach_nobody_else(edge: SocketIoEdge, node: Node, room: str) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"))
    bob = await node.enter("bob", edge.address, edge.ticket(room, "bob"))
    answer = await ann.ask("chat-message", {"text": "A1+1"})
    result = await ann.until_event("claim-result")
    assert result["data"] == msgspec.to_builtins(held(answer["id"]))
    assert result["meta"]["n"] > 0
    await bob.until_event("chat-message", text="A1+1")
    await bob.ask("chat-message", {"text": "after"})
    assert bob.of_kind("claim-result") == []


async def test_what_a_viewer_may_ask_for(
    edge: SocketIoEdge, node: Node, room: str, backend: MemoryBackend, transport: Transport
) -> None:
    host = await node.enter("host", edge.address, edge.ticket(room, "host", role="host"), **transport)
    assert await host.ask("spotlight-product", {"item_id": "itm_1", "media_time": 3.5}) == {"item_id": "itm_1"}
    assert (await host.ask("join-queue", {}))["position"] == 1
    assert (await host.ask("join-queue", {"leave": True}))["position"] is None
    assert await host.ask("reaction", {"emoji": "fire", "count": 3}) == {}
    assert (await host.until_event("reaction", emoji="fire"))["data"]["count"] == 3
    assert await host.ask("leave-room") == {}
    assert (await host.ask("chat-message", {"text": "gone"}))["error"]["code"] == "not-in-room"
    joined = await host.ask("join-room")
    assert joined["resumed"] is True
    await until(lambda: len(host.of_kind("room-state")) == 2)
    assert backend.spotlights == ["itm_1"]


async def test_answers_and_errors_are_never_silence(edge: SocketIoEdge, node: Node, room: str) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"))
    refused = await ann.ask("spotlight-product", {"item_id": None})
    assert refused == {"error": refused["error"]}
    assert (refused["error"]["code"], refused["error"]["status"]) == ("not-allowed", 403)
    ann.emit("spotlight-product", {"item_id": None})
    assert (await ann.until_event("error"))["data"]["code"] == "not-allowed"
    for kind, data, code in (
        ("chat-message", [{"text": ""}], "message-empty"),
        ("chat-message", [{"text": "x" * 300}], "message-too-long"),
        ("chat-message", [], "malformed-frame"),
        ("chat-message", [{"text": "a"}, {"text": "b"}], "malformed-frame"),
        ("chat-message", ["text"], "malformed-frame"),
        ("made-up", [{}], "unknown-kind"),
        ("webrtc-offer", [{"sdp": "x"}], "not-allowed"),
    ):
        answer = await ann.ask(kind, *data)
        assert answer["error"]["code"] == code, (kind, data, answer)


async def test_people_are_counted_once_over_both_doors(edge: SocketIoEdge, node: Node, room: str) -> None:
    async with await edge.watch(room, "ann") as own:
        await node.enter("ann", edge.address, edge.ticket(room, "ann"))
        bob = await node.enter("bob", edge.address, edge.ticket(room, "bob"))
        await node.enter("guest", edge.address, edge.ticket(room, None, device="dev_guest"))
        await own.until(lambda frame: frame["t"] == "viewer-count" and frame["d"]["count"] == 3)
        await bob.until_event("viewer-count", count=3)
        before = len(own.frames)
        bob.do("disconnect")
        await until(lambda: any(one["t"] == "viewer-count" and one["d"]["count"] == 2 for one in own.frames[before:]))


async def test_who_only_watches_may_not_speak(edge: SocketIoEdge, node: Node, room: str) -> None:
    guest = await node.enter("guest", edge.address, edge.ticket(room, None, device="dev_guest"))
    assert (await guest.ask("chat-message", {"text": "hi"}))["error"]["code"] == "sign-in-required"


async def test_host_and_guest_signal_over_different_doors(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    guest = await node.enter("guest", edge.address, edge.ticket(room, "guest"), **transport)
    other = await node.enter("other", edge.address, edge.ticket(room, "other"))
    async with await edge.watch(room, "host", role="host") as host:
        await host.ask("webrtc-offer", to="usr_guest", sdp="v=0 offer")
        offer = await guest.until_event("webrtc-offer")
        assert offer["data"]["sdp"] == "v=0 offer"
        assert offer["data"]["from"]["user"] == "usr_host"
        assert await guest.ask("webrtc-answer", {"sdp": "v=0 answer"}) == {}
        assert (await host.until_kind("webrtc-answer"))["d"]["sdp"] == "v=0 answer"
        assert await guest.ask("webrtc-ice-candidate", {"candidate": {"candidate": "c", "sdpMid": "0"}}) == {}
        assert (await host.until_kind("webrtc-ice-candidate"))["d"]["candidate"]["sdpMid"] == "0"
        await host.ask("webrtc-ice-candidate", to="vwr_guest", candidate="end")
        assert (await guest.until_event("webrtc-ice-candidate"))["data"]["candidate"] == "end"
        assert [one for one in other.heard if str(one.get("kind")).startswith("webrtc")] == []


async def test_a_flood_of_the_room_comes_in_order_and_once(start_edge: StartEdge, node: Node, room: str) -> None:
    edge = await start_edge()
    clients = [
        await node.enter(name, edge.address, edge.ticket(room, name), transports=[name])
        for name in ("polling", "websocket")
    ]
    at = edge.hub.now_ms()
    for first in range(0, 400, 20):
        drafts = [Draft.of(item_updated(f"itm_{number}"), at=at) for number in range(first, first + 20)]
        await edge.log.append(room, drafts)
    for client in clients:
        await client.until_event("item-updated", item_id="itm_399")
        assert client.numbers() == list(range(1, 401))
