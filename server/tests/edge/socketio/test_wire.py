"""What a client that misbehaves gets, and that the others never notice."""

import asyncio
import json
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from edge.server import MemoryBackend, until
from edge.socketio.conftest import SocketIoEdge, StartEdge
from edge.socketio.node import Node
from edge.socketio.polling import polled, request
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits

pytestmark = [pytest.mark.timeout(60), pytest.mark.parametrize("redis", ["stand-in"], indirect=True)]

Transport = dict[str, Any]


async def enter(edge: SocketIoEdge, room: str, who: str = "bad") -> ClientConnection:
    """A WebSocket on which the test writes packets itself, let in as `who`."""
    socket = await connect(f"ws://127.0.0.1:{edge.socketio_port}/socket.io/?EIO=4&transport=websocket", max_queue=None)
    assert str(await socket.recv()).startswith("0{")
    await socket.send("40" + json.dumps({"ticket": edge.ticket(room, who)}))
    await heard(socket, '"room-state"')
    return socket


async def heard(socket: ClientConnection, part: str) -> str:
    """The next packet with `part` in it."""
    async with asyncio.timeout(15):
        while True:
            packet = str(await socket.recv())
            if part in packet:
                return packet


async def ended(socket: ClientConnection) -> list[str]:
    """What comes until the server hangs up."""
    packets = []
    async with asyncio.timeout(15):
        try:
            while True:
                packets.append(str(await socket.recv()))
        except websockets.ConnectionClosed:
            return packets


@pytest.mark.parametrize(
    "packet",
    [
        "42",
        "42[",
        "42[]",
        "42{}",
        "427[5,{}]",
        '42["chat-message",{"text":"a"},1]',
        '42["chat-message",{"text":5}]',
        '42["chat-message",[]]',
        '42["chat-message",{"text":"\\ud800"}]',
        '42["connect",{}]',
        '42["disconnect"]',
        '42["*",{}]',
        '42["asked",{}]',
        '42["a","id":1,"d":{}}',
        "42" + "[" * 20_000,
        '42["join-room",' + '{"a":' * 5000,
        "42" + "9" * 200 + '["chat-message",{}]',
        '451-["chat-message",{"_placeholder":true,"num":0}]',
        "43[]",
        "44{}",
        "46",
        "4x",
        "4\x00\x00",
    ],
)
async def test_nonsense_is_answered_and_survived(start_edge: StartEdge, room: str, packet: str) -> None:
    edge = await start_edge()
    socket = await enter(edge, room)
    await socket.send(packet)
    answer = await heard(socket, '"error"')
    problem = json.loads(answer[answer.index("[") :])
    code = (problem[1] if problem[0] == "error" else problem[0]["error"])["code"]
    assert code in ("malformed-frame", "unknown-kind")
    await socket.send('428["chat-message",{"text":"still here"}]')
    await heard(socket, "438[")
    await socket.close()


@pytest.mark.parametrize("packet", ["", "x", "9", "4", "b4AAEC", "2probe" * 10_000, "\x1e", "7hello"])
async def test_what_is_no_packet_ends_its_own_connection_only(
    edge: SocketIoEdge, node: Node, room: str, packet: str
) -> None:
    good = await node.enter("good", edge.address, edge.ticket(room, "good"))
    bad = await enter(edge, room)
    await bad.send(packet)
    await ended(bad)
    await until(lambda: {viewer.ticket.name for viewer in edge.hub.viewers} == {"good"})
    assert (await good.ask("chat-message", {"text": "untouched"}))["seq"] == 1
    await bad.close()


@pytest.mark.parametrize(
    "body", [b"", b"x", b"\xff", b"4", b"42[]\x1e\x1e", b"d=3", b"x" * 40_000, b"\x1e".join([b"3"] * 30)]
)
async def test_a_body_that_is_no_packets_ends_its_own_session_only(
    start_edge: StartEdge, room: str, body: bytes
) -> None:
    edge = await start_edge()
    sid = json.loads((await polled(edge, "GET"))[1][1:])["sid"]
    await polled(edge, "POST", sid, "40" + json.dumps({"ticket": edge.ticket(room, "bad")}))
    await until(lambda: edge.hub.viewers)
    status, answer = await request(edge, "POST", f"/socket.io/?EIO=4&transport=polling&sid={sid}", body)
    assert (status, json.loads(answer)["code"]) == (400, "bad-request")
    await until(lambda: edge.hub.viewers == set())
    assert edge.endpoint.sessions == 0


async def test_binary_is_refused(edge: SocketIoEdge, node: Node, room: str, transport: Transport) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    ann.do("binary", event="chat-message", number=99)
    assert (await ann.answer(99))["error"]["code"] == "malformed-frame"
    assert (await ann.ask("chat-message", {"text": "text works"}))["seq"] == 1


async def test_a_message_too_big_ends_the_connection(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), reconnection=False, **transport)
    if len(transport["transports"]) == 2:
        await ann.until_what("upgrade")
    ann.emit("chat-message", {"text": "x" * 40_000})
    await ann.until_what("disconnect")
    await until(lambda: edge.hub.viewers == set())


async def test_who_is_too_fast_is_told_and_then_sent_away(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), reconnection=False, **transport)
    for _ in range(60):
        ann.emit("reaction", {"emoji": "heart"})
    assert (await ann.until_event("error"))["data"]["code"] == "too-fast"
    assert (await ann.until_event("closing"))["data"] == {"code": 4029, "reason": "too fast"}
    assert (await ann.until_what("disconnect"))["reason"] == "transport close"
    await until(lambda: edge.hub.viewers == set())


async def test_a_burst_within_the_limits_is_answered_in_full(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    for number in range(25):
        ann.do("emit", event="reaction", arguments=[{"emoji": "clap"}], number=1000 + number)
    for number in range(25):
        assert await ann.answer(1000 + number) == {}


@pytest.mark.parametrize("packet", ["40{}", "3", "5", "41", "2probe"])
async def test_a_flood_of_anything_else_is_cut(start_edge: StartEdge, room: str, packet: str) -> None:
    edge = await start_edge()
    socket = await enter(edge, room)
    with pytest.raises(websockets.ConnectionClosed):  # noqa: PT012  (whichever write finds it closed)
        for _ in range(500):
            await socket.send(packet)
            await asyncio.sleep(0)
        await asyncio.wait_for(socket.wait_closed(), 15)
        await socket.send("3")
    await until(lambda: edge.hub.viewers == set())


async def test_people_may_leave_and_come_back_on_one_connection(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge()
    socket = await enter(edge, room, "ann")
    await socket.send("41")
    await until(lambda: edge.hub.viewers == set())
    await socket.send("40" + json.dumps({"ticket": edge.ticket(room, "bob")}))
    await heard(socket, '"room-state"')
    assert {viewer.ticket.name for viewer in edge.hub.viewers} == {"bob"}
    await socket.close()


async def test_words_sent_with_the_handshake_are_not_lost(
    start_edge: StartEdge, room: str, backend: MemoryBackend
) -> None:
    edge = await start_edge()
    socket = await connect(f"ws://127.0.0.1:{edge.socketio_port}/socket.io/?EIO=4&transport=websocket", max_queue=None)
    await socket.send("40" + json.dumps({"ticket": edge.ticket(room, "ann")}))
    await socket.send('421["chat-message",{"text":"A1+1"}]')
    await heard(socket, "431[")
    assert backend.comments == [("usr_ann", "A1+1")]
    await socket.close()


async def test_a_silent_peer_is_let_go(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=RealtimeLimits(ping_seconds=1, presence_seconds=0.05))
    socket = await enter(edge, room)
    await ended(socket)
    await until(lambda: edge.hub.viewers == set())
